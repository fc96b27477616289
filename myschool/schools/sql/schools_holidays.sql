-- Holidays of schools.
--   school_id: the school
--   title: «Осенние каникулы»
--   from_date: the first day
--   to_date: the day after the last
--   up_to_level: only for classes up to this level; null for all
CREATE OR REPLACE VIEW schools_holidays AS
SELECT school_id, title, from_date, to_date, up_to_level FROM schools_holiday;
