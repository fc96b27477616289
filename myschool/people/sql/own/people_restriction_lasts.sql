-- Whether a restriction holds on a day: its last day is over when it is over everywhere.
CREATE OR REPLACE FUNCTION people_restriction_lasts(from_date date, to_date date, lifted_at timestamptz, day date)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT kernel_lasts(from_date, to_date + (lifted_at IS NULL)::int, day)$$;
