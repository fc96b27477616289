-- By which words a name is found on a shelf of an organisation.
CREATE OR REPLACE FUNCTION enrolment_found_by(organisation bigint, shelf text, name_key text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (
        '''' || organisation::text || '/' || shelf || '/' || replace(
            translate(split_part(name_key, '|', 1) || ' ' || split_part(name_key, '|', 2), '''\', '  '),
            ' ', ''' ''' || organisation::text || '/' || shelf || '/')
        || ''' ''' || organisation::text || '/' || shelf || '/-/' || replace(
            translate(split_part(name_key, '|', 3), '''\', '  '),
            ' ', ''' ''' || organisation::text || '/' || shelf || '/-/')
        || '''')::tsvector
$$;
