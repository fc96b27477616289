"""Records of access are evidence: the database numbers them, and refuses to change or to delete them in their term."""

import django.db.models.functions.comparison
from django.db import migrations, models

TERM = """
CREATE FUNCTION people_access_records_term() RETURNS interval LANGUAGE sql IMMUTABLE AS 'SELECT interval ''1096 days''';
CREATE TRIGGER kernel_number_row BEFORE INSERT ON people_accessrecord
FOR EACH ROW EXECUTE FUNCTION kernel_number_row();
CREATE TRIGGER people_accessrecord_is_final BEFORE UPDATE ON people_accessrecord
FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
CREATE TRIGGER people_accessrecord_lasts BEFORE DELETE ON people_accessrecord
FOR EACH ROW WHEN (OLD.at >= now() - people_access_records_term()) EXECUTE FUNCTION kernel_entry_is_final();
"""
NO_TERM = """
DROP TRIGGER people_accessrecord_lasts ON people_accessrecord;
DROP TRIGGER people_accessrecord_is_final ON people_accessrecord;
DROP TRIGGER kernel_number_row ON people_accessrecord;
DROP FUNCTION people_access_records_term();
"""
FORGET = """
CREATE FUNCTION people_forget_access_records() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS
'DELETE FROM people_accessrecord WHERE at < now() - people_access_records_term()';
REVOKE ALL ON FUNCTION people_forget_access_records() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_looks_that_were_refused"), ("kernel", "0005_what_is_evidence")]

    operations = [
        migrations.AddField(
            model_name="accessrecord",
            name="xid",
            field=models.BigIntegerField(
                db_default=django.db.models.functions.comparison.Cast(
                    django.db.models.functions.comparison.Cast(
                        models.Func(function="pg_current_xact_id"), models.TextField()
                    ),
                    models.BigIntegerField(),
                )
            ),
        ),
        migrations.AddIndex(
            model_name="accessrecord", index=models.Index(fields=["xid", "id"], name="people_access_order")
        ),
        migrations.RunSQL(TERM, NO_TERM),
        migrations.RunSQL(FORGET, "DROP FUNCTION people_forget_access_records()"),
    ]
