"""What statements of packages above may name: names and posts."""

from django.db import migrations

NAMES = """
CREATE VIEW people_names AS
SELECT id AS person_id, last_name, first_name, patronymic, sort_key, name_key, birth_date FROM people_person;
"""
POSTS = """
CREATE VIEW people_posts AS
SELECT id AS post_id, person_id, organisation_id FROM people_post;
"""
HOLD_NAMES = """
CREATE FUNCTION people_hold_names(of_persons bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person person WHERE person.id = ANY (of_persons) ORDER BY person.id FOR SHARE;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0014_guardians_are_found_by_their_students")]
    operations = [
        migrations.RunSQL(NAMES, "DROP VIEW people_names"),
        migrations.RunSQL(POSTS, "DROP VIEW people_posts"),
        migrations.RunSQL(HOLD_NAMES, "DROP FUNCTION people_hold_names(bigint[])"),
    ]
