-- Classes of all school years.
--   school_class_id: the class
--   school_id: its school
--   school_year_id: its only school year
--   term_scheme_id: the terms it is marked by; null until the school has chosen
--   level: 7 of «7А»
--   letter: «А» of «7А», up to 15 characters, perhaps none
--   title: as people call it, «7А», «10 физмат»; schools.rules.class_name says the same
--   is_closed: whether it was closed before its year was over
CREATE OR REPLACE VIEW schools_classes AS
SELECT id AS school_class_id, school_id, school_year_id, term_scheme_id, level, letter,
       level || CASE WHEN letter ~ '^[[:alpha:]]$' OR letter = '' THEN '' ELSE ' ' END || letter AS title,
       closed_at IS NOT NULL AS is_closed
FROM schools_schoolclass;
