-- Whether somebody is 18 on a day.
CREATE OR REPLACE FUNCTION people_is_of_age(birth_date date, day date)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT birth_date <= (day - interval '18 years')::date$$;
