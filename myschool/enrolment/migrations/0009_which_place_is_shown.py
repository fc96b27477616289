"""A published SQL word: the place by which a student is shown on a day, also when they hold none. No right follows from it."""

from django.db import migrations

NEAR = """
CREATE FUNCTION enrolment_place_near(of_student bigint, day date)
RETURNS TABLE (placement_id bigint, school_id bigint, school_class_id bigint) LANGUAGE sql STABLE AS '
    SELECT place.id, place.school_id, place.school_class_id FROM enrolment_placement place
    WHERE place.student_id = of_student
    ORDER BY place.from_date <= day DESC, abs(place.from_date - day) LIMIT 1'
"""


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0008_names_that_were_there")]
    operations = [migrations.RunSQL(NEAR, "DROP FUNCTION enrolment_place_near(bigint, date)")]
