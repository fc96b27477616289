"""A published SQL word: on what a person may not decide, since it is their own matter."""

from django.db import migrations

OWN_MATTER = """
CREATE FUNCTION people_is_own_matter(decider bigint, named varchar, born date, VARIADIC persons bigint[])
RETURNS boolean LANGUAGE sql STABLE AS '
    SELECT coalesce(decider = ANY (persons), false) OR EXISTS (
        SELECT 1 FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
        WHERE bond.guardian_id = decider
          AND (bond.student_id = ANY (persons) OR (student.name_key = named AND student.birth_date = born)))'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0011_a_merge_has_parts")]
    operations = [migrations.RunSQL(OWN_MATTER, "DROP FUNCTION people_is_own_matter(bigint, varchar, date, bigint[])")]
