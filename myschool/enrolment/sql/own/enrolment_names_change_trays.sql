-- A request lies in another tray: so do its names.
CREATE OR REPLACE FUNCTION enrolment_names_change_trays()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.tray IN ('draft', 'done') THEN
        PERFORM enrolment_name_requests(ARRAY[NEW.id]);
        RETURN NULL;
    END IF;
    DELETE FROM enrolment_searchname
    WHERE kind = 'request' AND subject_id = NEW.id
      AND (NEW.tray = 'draft' OR (shelf = 'leaving' AND NEW.tray NOT IN ('new', 'waiting', 'release')));
    UPDATE enrolment_searchname SET shelf = NEW.tray
    WHERE kind = 'request' AND subject_id = NEW.id AND shelf <> 'leaving';
    RETURN NULL;
END $$;
