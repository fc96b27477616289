-- Requests, stays or posts were added: so are their names.
CREATE OR REPLACE FUNCTION enrolment_names_come()
RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[] := ARRAY(SELECT id FROM fresh);
BEGIN
    CASE TG_ARGV[0]
        WHEN 'request' THEN PERFORM enrolment_name_requests(ids);
        WHEN 'student' THEN PERFORM enrolment_name_places(ids);
        ELSE PERFORM enrolment_name_posts(ids);
    END CASE;
    RETURN NULL;
END $$;
