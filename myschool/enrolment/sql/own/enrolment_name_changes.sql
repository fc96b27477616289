-- A person or a card has got another name: the rows by school get it too.
CREATE OR REPLACE FUNCTION enrolment_name_changes()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'card' THEN
        UPDATE enrolment_searchname SET name_key = NEW.name_key WHERE card_id = NEW.id;
    ELSE
        UPDATE enrolment_searchname SET name_key = NEW.name_key WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
