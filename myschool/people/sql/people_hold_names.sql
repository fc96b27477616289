-- Keeps the names of these persons as they are until the transaction is over; whoever copies a name asks it first.
CREATE OR REPLACE FUNCTION people_hold_names(of_persons bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person person WHERE person.id = ANY (of_persons) ORDER BY person.id FOR SHARE;
END $$;
