"""Published SQL words: who teaches which group, who leads which class and who sits in which group on a day.

They say what the plan says; whether the teacher still works there is said by `people_staff_on`.
"""

from django.db import migrations

LOADS = """
CREATE FUNCTION timetable_loads_on(day date)
RETURNS TABLE (load_id bigint, teaching_group_id bigint, person_id bigint) LANGUAGE sql STABLE AS '
    SELECT load.id, load.teaching_group_id, load.teacher_id FROM timetable_teachingload load
    WHERE kernel_lasts(load.from_date, load.to_date, day)'
"""
HOMEROOM = """
CREATE FUNCTION timetable_homeroom_on(day date)
RETURNS TABLE (homeroom_id bigint, school_class_id bigint, person_id bigint) LANGUAGE sql STABLE AS '
    SELECT homeroom.id, homeroom.school_class_id, homeroom.teacher_id FROM timetable_homeroomteacher homeroom
    WHERE kernel_lasts(homeroom.from_date, homeroom.to_date, day)'
"""
MEMBERS = """
CREATE FUNCTION timetable_members_on(day date)
RETURNS TABLE (teaching_group_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT teaching.id, placed.student_id
    FROM timetable_teachinggroup teaching
    JOIN timetable_groupclass taken ON taken.teaching_group_id = teaching.id AND kernel_lasts(taken.from_date, taken.to_date, day)
    JOIN enrolment_students_on(day) placed ON placed.school_class_id = taken.school_class_id
    WHERE NOT teaching.is_part OR EXISTS (
        SELECT FROM timetable_groupmember listed WHERE listed.teaching_group_id = teaching.id
        AND listed.student_id = placed.student_id AND kernel_lasts(listed.from_date, listed.to_date, day))'
"""
OWN_STUDENTS = """
CREATE OR REPLACE FUNCTION timetable_own_students(of_teacher bigint, of_school bigint, day date)
RETURNS TABLE (student_id bigint) LANGUAGE sql STABLE AS '
    SELECT placed.student_id
    FROM timetable_homeroom_on(day) homeroom
    JOIN enrolment_students_on(day) placed ON placed.school_class_id = homeroom.school_class_id
    WHERE homeroom.person_id = of_teacher AND placed.school_id = of_school
    UNION
    SELECT member.student_id
    FROM (
        SELECT load.teaching_group_id FROM timetable_loads_on(day) load WHERE load.person_id = of_teacher
        UNION
        SELECT lesson.teaching_group_id FROM timetable_lesson lesson
        WHERE lesson.teacher_id = of_teacher AND lesson.day = timetable_own_students.day AND lesson.state = ''held''
    ) taught
    JOIN timetable_teachinggroup teaching ON teaching.id = taught.teaching_group_id AND teaching.school_id = of_school
    CROSS JOIN LATERAL timetable_members(teaching.id, day, day + 1) member'
"""


class Migration(migrations.Migration):
    dependencies = [("timetable", "0009_teachers_are_away"), ("enrolment", "0004_who_studies_where_on_a_day")]
    operations = [
        migrations.RunSQL(LOADS, "DROP FUNCTION timetable_loads_on(date)"),
        migrations.RunSQL(HOMEROOM, "DROP FUNCTION timetable_homeroom_on(date)"),
        migrations.RunSQL(MEMBERS, "DROP FUNCTION timetable_members_on(date)"),
        migrations.RunSQL(OWN_STUDENTS, migrations.RunSQL.noop),
    ]
