"""Averages as the journal's page shows them; `rules.shown_apart` and `rules.average` say the same."""

from django.db import migrations

# As many decimals, two at least, as keep the number on its own side of every bound; a half is rounded up.
SHOWN = """
CREATE FUNCTION journal_shown(total numeric, weights numeric, bounds numeric[])
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN weights IS NULL OR weights = 0 THEN '—' ELSE (
        SELECT replace(round(total / weights, places)::text, '.', ',')
        FROM generate_series(2, 14) AS places
        WHERE places = 14 OR (SELECT count(*) FROM unnest(bounds) bound WHERE bound <= round(total / weights, places))
            = (SELECT count(*) FROM unnest(bounds) bound WHERE bound * weights <= total)
        ORDER BY places LIMIT 1) END
$$;
"""
# Undoes the statement of whoever finds that rows they meant to end were ended by somebody else.
ALL_ENDED = """
CREATE FUNCTION journal_all_ended(all_ended boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT all_ended THEN
        RAISE unique_violation USING MESSAGE = 'the cell has changed meanwhile', CONSTRAINT = 'journal_cell_as_seen';
    END IF;
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_marks_and_attendance_are_partitioned")]

    operations = [
        migrations.RunSQL(SHOWN, "DROP FUNCTION journal_shown"),
        migrations.RunSQL(ALL_ENDED, "DROP FUNCTION journal_all_ended"),
    ]
