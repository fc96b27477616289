-- An average as it is shown, with as many decimals as keep it on its own side of every threshold.
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
