"""Who represents whom, with restrictions: who sees a student's data, and who decides for the student."""

from django.db import migrations

SEEING = """
CREATE OR REPLACE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day)
      AND NOT EXISTS (SELECT 1 FROM people_guardianrestriction restriction
                      WHERE restriction.guardian_id = bond.guardian_id AND restriction.student_id = bond.student_id
                        AND restriction.kind = ''ended''
                        AND kernel_lasts(restriction.from_date, restriction.to_date, day))'
"""
SEEING_BEFORE = """
CREATE OR REPLACE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day)'
"""
ACTING = """
CREATE FUNCTION people_guardians_to_act_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT seen.guardianship_id, seen.guardian_id, seen.student_id FROM people_guardians_on(day) seen
    WHERE NOT EXISTS (SELECT 1 FROM people_guardianrestriction restriction
                      WHERE restriction.guardian_id = seen.guardian_id AND restriction.student_id = seen.student_id
                        AND kernel_lasts(restriction.from_date, restriction.to_date, day))'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0009_restrictions_and_merges")]
    operations = [
        migrations.RunSQL(SEEING, SEEING_BEFORE),
        migrations.RunSQL(ACTING, "DROP FUNCTION people_guardians_to_act_on(date)"),
    ]
