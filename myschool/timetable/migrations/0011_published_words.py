"""What statements of packages above may name: groups, their classes, lessons; seats are read from the word of `enrolment`."""

from importlib import import_module

from django.db import migrations

GROUPS = """
CREATE VIEW timetable_groups AS
SELECT id AS teaching_group_id, school_id, subject_id, school_year_id, title, closed_at IS NOT NULL AS is_closed
FROM timetable_teachinggroup;
"""
GROUP_CLASSES = """
CREATE VIEW timetable_group_classes AS
SELECT teaching_group_id, school_class_id, from_date, to_date FROM timetable_groupclass;
"""
ROOMS = """
CREATE VIEW timetable_rooms AS
SELECT id AS room_id, title FROM timetable_room;
"""
LESSONS = """
CREATE VIEW timetable_lessons AS
SELECT lesson.id AS lesson_id, lesson.school_id, lesson.teaching_group_id, lesson.subject_id, lesson.day, lesson.number,
       lesson.starts, lesson.ends, lesson.state, lesson.teacher_id, lesson.room_id, lesson.planned_teacher_id, lesson.planned_room_id,
       lesson.planned_teacher_id IS NOT NULL AND lesson.planned_teacher_id IS DISTINCT FROM lesson.teacher_id AS is_substituted,
       (SELECT string_agg(change.reason, '; ' ORDER BY change.id) FROM timetable_lessonchange change
        WHERE change.lesson_id = lesson.id AND change.withdrawn_at IS NULL AND change.reason <> '') AS reasons
FROM timetable_lesson lesson;
"""
BEFORE = [
    import_module(f"myschool.timetable.migrations.{module}")
    .__dict__[word]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for module, word in (
        ("0003_members_over_a_period", "MEMBERS"),
        ("0005_lessons_of_the_days_asked_for", "LESSONS"),
        ("0006_which_groups_students_sit_in", "SEATS"),
    )
]


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0003_published_words"),
        ("enrolment", "0010_published_words"),
        ("timetable", "0010_who_teaches_and_leads_on_a_day"),
    ]
    operations = [
        migrations.RunSQL(GROUPS, "DROP VIEW timetable_groups"),
        migrations.RunSQL(GROUP_CLASSES, "DROP VIEW timetable_group_classes"),
        migrations.RunSQL(ROOMS, "DROP VIEW timetable_rooms"),
        migrations.RunSQL(LESSONS, "DROP VIEW timetable_lessons"),
        *(
            migrations.RunSQL(text.replace("enrolment_placement place", "enrolment_stays place"), text)
            for text in BEFORE
        ),
    ]
