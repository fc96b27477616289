-- Terms of the schemes by which classes are marked.
--   term_id: the term
--   term_scheme_id: its scheme, which classes share
--   number: its place in the year, from 1
--   from_date: its first day
--   to_date: the day after its last
CREATE OR REPLACE VIEW schools_terms AS
SELECT id AS term_id, scheme_id AS term_scheme_id, number, from_date, to_date FROM schools_term;
