-- How long looks at students are kept.
CREATE OR REPLACE FUNCTION people_access_records_term()
RETURNS interval LANGUAGE sql IMMUTABLE AS $$SELECT interval '1096 days'$$;
