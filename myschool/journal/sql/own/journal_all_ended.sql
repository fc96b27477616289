-- Refuses, as a lost race, to write a cell that has changed since it was read.
CREATE OR REPLACE FUNCTION journal_all_ended(all_ended boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT all_ended THEN
        RAISE unique_violation USING MESSAGE = 'the cell has changed meanwhile', CONSTRAINT = 'journal_cell_as_seen';
    END IF;
    RETURN true;
END $$;
