-- Whether a period from a day to a day, excluded, lasts on a day; without an end it goes on. Every half-open period
-- is judged by it.
CREATE OR REPLACE FUNCTION kernel_lasts(from_date date, to_date date, day date)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT from_date <= day AND (to_date IS NULL OR to_date > day)$$;
