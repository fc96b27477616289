-- Refuses every change of a row of evidence; a trigger of each such table.
CREATE OR REPLACE FUNCTION kernel_entry_is_final()
RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the chronicle is append-only'; END $$;
