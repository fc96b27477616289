-- Numbers of transactions begin anew in a restored copy: lets them go on after the last that was written.
CREATE OR REPLACE FUNCTION kernel_enter_cluster()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp' AS $$
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
