"""A published SQL word: the groups that students belong to, or once did, over a period; days are not judged yet."""

from django.db import migrations

SEATS = """
CREATE FUNCTION timetable_seats(of_students bigint[], of_subject bigint, first_day date, end_day date)
RETURNS TABLE (student_id bigint, teaching_group_id bigint, subject_id bigint, school_id bigint) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT place.student_id, teaching.id, teaching.subject_id, teaching.school_id
    FROM enrolment_placement place
    JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
    JOIN timetable_teachinggroup teaching ON teaching.id = taken.teaching_group_id
    WHERE place.student_id = ANY(of_students) AND (of_subject IS NULL OR teaching.subject_id = of_subject)
      AND place.from_date < end_day AND (place.to_date IS NULL OR place.to_date > first_day)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("timetable", "0005_lessons_of_the_days_asked_for"),
        ("enrolment", "0004_who_studies_where_on_a_day"),
    ]
    operations = [migrations.RunSQL(SEATS, "DROP FUNCTION timetable_seats(bigint[], bigint, date, date)")]
