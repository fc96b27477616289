"""Whom a restriction keeps away is asked for each bond: a bond is then found by its student or its guardian.

`NOT EXISTS` becomes a join against all restrictions, and PostgreSQL lifts no join that rests on the row beside it
(`LATERAL`) out of a function: every student of a roster read the guardianships of the whole country. What is tested by
`IS NOT TRUE` is no join.
"""

from django.db import migrations

SEEING = """
CREATE OR REPLACE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day) AND {}'
"""
ACTING = """
CREATE OR REPLACE FUNCTION people_guardians_to_act_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT seen.guardianship_id, seen.guardian_id, seen.student_id FROM people_guardians_on(day) seen
    WHERE {}'
"""
ENDED = """EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = bond.guardian_id AND bar.student_id = bond.student_id AND bar.kind = ''ended''
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))"""
ANY = """EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = seen.guardian_id AND bar.student_id = seen.student_id
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))"""


class Migration(migrations.Migration):
    dependencies = [("people", "0013_a_restriction_lasts_until_its_last_day_is_over_everywhere")]
    operations = [
        migrations.RunSQL(function.format(f"({barred}) IS NOT TRUE"), function.format(f"NOT {barred}"))
        for function, barred in ((SEEING, ENDED), (ACTING, ANY))
    ]
