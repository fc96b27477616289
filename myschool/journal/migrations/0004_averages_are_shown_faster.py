"""The same averages as before, in a language whose expressions the database keeps ready: a page shows thirty of them."""

from django.db import migrations

SHOWN = """
CREATE OR REPLACE FUNCTION journal_shown(total numeric, weights numeric, bounds numeric[])
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    shown numeric;
    bound numeric;
    apart boolean;
BEGIN
    IF weights IS NULL OR weights = 0 THEN
        RETURN '—';
    END IF;
    FOR places IN 2..14 LOOP
        shown := round(total / weights, places);
        apart := true;
        FOREACH bound IN ARRAY bounds LOOP
            apart := apart AND (shown >= bound) = (total >= bound * weights);
        END LOOP;
        EXIT WHEN apart;
    END LOOP;
    RETURN replace(shown::text, '.', ',');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_averages_are_counted_by_the_database")]

    operations = [migrations.RunSQL(SHOWN, migrations.RunSQL.noop)]
