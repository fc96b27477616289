"""What the ORM cannot say: entries are never changed, and counters need no log."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

GUARD = """
CREATE FUNCTION kernel_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the chronicle is append-only'; END $$;
CREATE TRIGGER kernel_entry_is_final BEFORE UPDATE OR DELETE ON kernel_entry
FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
CREATE TRIGGER kernel_seal_is_final BEFORE UPDATE OR DELETE ON kernel_seal
FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
"""
UNGUARD = """
DROP TRIGGER kernel_entry_is_final ON kernel_entry;
DROP TRIGGER kernel_seal_is_final ON kernel_seal;
DROP FUNCTION kernel_entry_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_chronicle")]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL("ALTER TABLE kernel_tally SET UNLOGGED", "ALTER TABLE kernel_tally SET LOGGED"),
    ]
