"""A restriction ends a day later than written, unless it was lifted: rights are asked by the date where it is latest.

In Kamchatka the day after has begun while a court's last day still lasts in Moscow; nobody's access may open early.
"""

from django.db import migrations

LASTS = """
CREATE FUNCTION people_restriction_lasts(from_date date, to_date date, lifted_at timestamptz, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
'SELECT kernel_lasts(from_date, to_date + (lifted_at IS NULL)::int, day)'
"""
SEEING = """
CREATE OR REPLACE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day)
      AND NOT EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = bond.guardian_id AND bar.student_id = bond.student_id AND bar.kind = ''ended''
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))'
"""
ACTING = """
CREATE OR REPLACE FUNCTION people_guardians_to_act_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT seen.guardianship_id, seen.guardian_id, seen.student_id FROM people_guardians_on(day) seen
    WHERE NOT EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = seen.guardian_id AND bar.student_id = seen.student_id
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0012_whose_own_matter")]
    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (LASTS, SEEING, ACTING)]
