-- School years of regions.
--   school_year_id: the year
--   from_date: its first day
--   to_date: the day after its last
CREATE OR REPLACE VIEW schools_years AS
SELECT id AS school_year_id, from_date, to_date FROM schools_schoolyear;
