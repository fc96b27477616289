-- A request, a stay or a post was deleted: so are its names.
CREATE OR REPLACE FUNCTION enrolment_names_go()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM enrolment_searchname WHERE kind = TG_ARGV[0] AND subject_id = OLD.id;
    RETURN NULL;
END $$;
