"""A published SQL word: who studies in which school and class on a day."""

from django.db import migrations

STUDENTS = """
CREATE FUNCTION enrolment_students_on(day date)
RETURNS TABLE (placement_id bigint, student_id bigint, school_id bigint, school_class_id bigint) LANGUAGE sql STABLE AS '
    SELECT place.id, place.student_id, place.school_id, place.school_class_id FROM enrolment_placement place
    WHERE kernel_lasts(place.from_date, place.to_date, day)'
"""


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0003_experts"), ("kernel", "0004_a_period_lasts_on_a_day")]
    operations = [migrations.RunSQL(STUDENTS, "DROP FUNCTION enrolment_students_on(date)")]
