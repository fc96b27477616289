"""A page of the journal is another one as soon as somebody on it is called otherwise, by whatever wrote the name."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION journal_names_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
    SELECT DISTINCT seat.teaching_group_id, 1, '{}'::bigint[] FROM timetable_seats(ARRAY[NEW.id], NULL, '-infinity', 'infinity') seat
    ORDER BY seat.teaching_group_id
    ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER journal_names_change AFTER UPDATE ON people_person FOR EACH ROW
    WHEN ((OLD.last_name, OLD.first_name, OLD.sort_key) IS DISTINCT FROM (NEW.last_name, NEW.first_name, NEW.sort_key))
    EXECUTE FUNCTION journal_names_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0015_published_words"),
        ("timetable", "0011_published_words"),
        ("journal", "0011_published_words"),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION journal_names_change()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER journal_names_change ON people_person"),
    ]
