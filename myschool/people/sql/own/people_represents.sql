-- Whether a guardianship makes somebody the representative of a minor on a day.
CREATE OR REPLACE FUNCTION people_represents(from_date date, to_date date, birth_date date, day date)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT kernel_lasts(from_date, to_date, day) AND NOT people_is_of_age(birth_date, day)$$;
