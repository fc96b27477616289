-- Makes the part of a table for the year that begins in August; whether there was none yet.
CREATE OR REPLACE FUNCTION kernel_keep_year(partitioned regclass, year integer)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC' AS $$
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
