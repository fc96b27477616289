"""Published SQL words: who represents whom, and who works where, on a day. `people.access` asks the same functions."""

from django.db import migrations

OF_AGE = """
CREATE FUNCTION people_is_of_age(birth_date date, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS
'SELECT birth_date <= (day - interval ''18 years'')::date'
"""
# A student without a known birth date is represented by nobody.
REPRESENTS = """
CREATE FUNCTION people_represents(from_date date, to_date date, birth_date date, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
'SELECT kernel_lasts(from_date, to_date, day) AND NOT people_is_of_age(birth_date, day)'
"""
GUARDIANS = """
CREATE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS '
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day)'
"""
STAFF = """
CREATE FUNCTION people_staff_on(day date)
RETURNS TABLE (post_id bigint, person_id bigint, organisation_id bigint, role varchar) LANGUAGE sql STABLE AS '
    SELECT post.id, post.person_id, post.organisation_id, post.role FROM people_post post
    WHERE kernel_lasts(post.from_date, post.to_date, day)'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_experts"), ("kernel", "0004_a_period_lasts_on_a_day")]
    operations = [
        migrations.RunSQL(OF_AGE, "DROP FUNCTION people_is_of_age(date, date)"),
        migrations.RunSQL(REPRESENTS, "DROP FUNCTION people_represents(date, date, date, date)"),
        migrations.RunSQL(GUARDIANS, "DROP FUNCTION people_guardians_on(date)"),
        migrations.RunSQL(STAFF, "DROP FUNCTION people_staff_on(date)"),
    ]
