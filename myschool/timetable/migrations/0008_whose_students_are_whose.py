"""A published SQL word: the own students of a teacher on a day, of whom looking needs no record."""

from django.db import migrations

OWN_STUDENTS = """
CREATE FUNCTION timetable_own_students(of_teacher bigint, of_school bigint, day date)
RETURNS TABLE (student_id bigint) LANGUAGE sql STABLE AS '
    SELECT placed.student_id
    FROM timetable_homeroomteacher homeroom
    JOIN enrolment_students_on(day) placed ON placed.school_class_id = homeroom.school_class_id
    WHERE homeroom.teacher_id = of_teacher AND placed.school_id = of_school
      AND kernel_lasts(homeroom.from_date, homeroom.to_date, day)
    UNION
    SELECT member.student_id
    FROM (
        SELECT load.teaching_group_id FROM timetable_teachingload load
        WHERE load.teacher_id = of_teacher AND kernel_lasts(load.from_date, load.to_date, day)
        UNION
        SELECT lesson.teaching_group_id FROM timetable_lesson lesson
        WHERE lesson.teacher_id = of_teacher AND lesson.day = timetable_own_students.day AND lesson.state = ''held''
    ) taught
    JOIN timetable_teachinggroup teaching ON teaching.id = taught.teaching_group_id AND teaching.school_id = of_school
    CROSS JOIN LATERAL timetable_members(teaching.id, day, day + 1) member'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("timetable", "0007_a_lesson_is_named_by_its_day_too"),
        ("enrolment", "0004_who_studies_where_on_a_day"),
    ]
    operations = [migrations.RunSQL(OWN_STUDENTS, "DROP FUNCTION timetable_own_students(bigint, bigint, date)")]
