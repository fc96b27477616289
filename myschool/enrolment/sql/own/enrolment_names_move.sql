-- A request, a stay or a post has got another person or place: its names are written anew.
CREATE OR REPLACE FUNCTION enrolment_names_move()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_ARGV[0]
        WHEN 'request' THEN PERFORM enrolment_name_requests(ARRAY[NEW.id]);
        WHEN 'student' THEN PERFORM enrolment_name_places(ARRAY[NEW.id]);
        ELSE PERFORM enrolment_name_posts(ARRAY[NEW.id]);
    END CASE;
    RETURN NULL;
END $$;
