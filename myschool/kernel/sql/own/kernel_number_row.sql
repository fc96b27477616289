-- Evidence is numbered by its transaction.
CREATE OR REPLACE FUNCTION kernel_number_row()
RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.xid := pg_current_xact_id()::text::bigint + kernel_ahead(); RETURN NEW; END $$;
