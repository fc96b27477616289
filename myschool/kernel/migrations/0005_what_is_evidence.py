"""Evidence: seals that hold their row's digest, transaction numbers that outlive a move, and what the owner does.

The seals of before are made anew by the follower: no head of theirs was ever signed.
"""

from django.db import migrations, models

# The number of a row's transaction is said by the database, whatever the writer says. What is added to it changes once
# in years and is asked by every row, so it is written into the function itself.
NUMBERED = """
CREATE FUNCTION kernel_ahead() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0::bigint';
CREATE FUNCTION kernel_number_row() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.xid := pg_current_xact_id()::text::bigint + kernel_ahead(); RETURN NEW; END $$;
CREATE TRIGGER kernel_number_row BEFORE INSERT ON kernel_entry FOR EACH ROW EXECUTE FUNCTION kernel_number_row();
"""
UNNUMBERED = """
DROP TRIGGER kernel_number_row ON kernel_entry;
DROP FUNCTION kernel_number_row();
DROP FUNCTION kernel_ahead();
"""
FINAL = """
CREATE TRIGGER kernel_seal_is_final BEFORE UPDATE OR DELETE ON kernel_seal
FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
CREATE TRIGGER kernel_cluster_is_final BEFORE UPDATE OR DELETE ON kernel_cluster
FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
"""
UNFINAL = """
DROP TRIGGER kernel_seal_is_final ON kernel_seal;
DROP TRIGGER kernel_cluster_is_final ON kernel_cluster;
"""
# A copy restored elsewhere begins with small transaction numbers again. Every ledger is known by its trigger.
ENTER = """
CREATE FUNCTION kernel_enter_cluster() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := (SELECT system_identifier::text FROM pg_control_system());
    ledger regclass;
    latest bigint;
    last_number bigint := 0;
    more bigint;
BEGIN
    IF here IS NOT DISTINCT FROM (SELECT system_identifier FROM kernel_cluster ORDER BY id DESC LIMIT 1) THEN
        RETURN;
    END IF;
    LOCK TABLE kernel_cluster IN SHARE ROW EXCLUSIVE MODE;
    IF here IS NOT DISTINCT FROM (SELECT system_identifier FROM kernel_cluster ORDER BY id DESC LIMIT 1) THEN
        RETURN;
    END IF;
    FOR ledger IN
        SELECT tgrelid FROM pg_trigger WHERE tgfoid = 'kernel_number_row()'::regprocedure AND tgparentid = 0
    LOOP
        EXECUTE format('SELECT coalesce(max(xid), 0) FROM %s', ledger) INTO latest;
        last_number := greatest(last_number, latest);
    END LOOP;
    more := greatest(0, last_number + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION kernel_ahead() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L',
        format('SELECT %s::bigint', more)
    );
    INSERT INTO kernel_cluster (system_identifier, ahead, entered_at) VALUES (here, more, now());
END $$;
REVOKE ALL ON FUNCTION kernel_enter_cluster() FROM PUBLIC;
"""
# Tables that lie in a part for each school year, from 1 August on; the year's part is all that can be asked for.
KEEP_YEAR = """
CREATE FUNCTION kernel_keep_year(partitioned regclass, year integer) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    part text := format('%s_%s', (SELECT relname FROM pg_class WHERE oid = partitioned), year);
BEGIN
    IF NOT year BETWEEN 2024 AND 2100 OR to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
        part, partitioned, format('%s-08-01', year), format('%s-08-01', year + 1)
    );
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION kernel_keep_year(regclass, integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_a_period_lasts_on_a_day")]

    operations = [
        migrations.DeleteModel(name="Seal"),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ledger", models.CharField(max_length=20)),
                ("chain", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("row_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ledger", "chain", "position"), name="kernel_seal_place"),
                    models.UniqueConstraint(fields=("ledger", "row_id"), name="kernel_seal_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system_identifier", models.CharField(max_length=20)),
                ("ahead", models.BigIntegerField()),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(NUMBERED, UNNUMBERED),
        migrations.RunSQL(FINAL, UNFINAL),
        migrations.RunSQL(ENTER, "DROP FUNCTION kernel_enter_cluster()"),
        migrations.RunSQL(KEEP_YEAR, "DROP FUNCTION kernel_keep_year(regclass, integer)"),
    ]
