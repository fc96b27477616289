"""Who is in a group over a period, as the database tells it; `access.members_on` says the same for one day."""

from django.db import migrations

MEMBERS = """
CREATE FUNCTION timetable_members(of_group bigint, first_day date, end_day date)
RETURNS TABLE (student_id bigint, from_date date, to_date date) LANGUAGE sql STABLE AS $$
    SELECT place.student_id,
           min(greatest(place.from_date, taken.from_date, listed.from_date, first_day)),
           max(least(place.to_date, taken.to_date, listed.to_date, end_day))
    FROM timetable_teachinggroup teaching
    JOIN timetable_groupclass taken ON taken.teaching_group_id = teaching.id
    JOIN enrolment_placement place ON place.school_class_id = taken.school_class_id
    LEFT JOIN timetable_groupmember listed ON teaching.is_part AND listed.teaching_group_id = teaching.id
         AND listed.student_id = place.student_id
    WHERE teaching.id = of_group AND (listed.id IS NOT NULL OR NOT teaching.is_part)
      AND greatest(place.from_date, taken.from_date, listed.from_date, first_day)
        < least(place.to_date, taken.to_date, listed.to_date, end_day)
    GROUP BY place.student_id
$$;
"""
# The same from the student's side, lesson by lesson.
LESSONS = """
CREATE FUNCTION timetable_student_lessons(of_students bigint[], first_day date, end_day date)
RETURNS TABLE (student_id bigint, lesson_id bigint) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT place.student_id, lesson.id
    FROM enrolment_placement place
    JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
    JOIN timetable_teachinggroup teaching ON teaching.id = taken.teaching_group_id
    JOIN timetable_lesson lesson ON lesson.teaching_group_id = teaching.id
         AND lesson.day >= greatest(place.from_date, taken.from_date, first_day)
         AND lesson.day < least(place.to_date, taken.to_date, end_day)
    WHERE place.student_id = ANY(of_students) AND lesson.state <> 'dropped'
      AND (NOT teaching.is_part OR EXISTS (
          SELECT 1 FROM timetable_groupmember listed
          WHERE listed.teaching_group_id = teaching.id AND listed.student_id = place.student_id
            AND lesson.day >= listed.from_date AND (listed.to_date IS NULL OR lesson.day < listed.to_date)))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("timetable", "0002_bells_and_lessons"), ("enrolment", "0001_enrolment")]

    operations = [
        migrations.RunSQL(MEMBERS, "DROP FUNCTION timetable_members"),
        migrations.RunSQL(LESSONS, "DROP FUNCTION timetable_student_lessons"),
    ]
