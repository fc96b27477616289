-- Deletes looks whose term is over: the only way, for they are evidence.
CREATE OR REPLACE FUNCTION people_forget_access_records()
RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp' AS $$DELETE FROM people_accessrecord WHERE at < now() - people_access_records_term()$$;
