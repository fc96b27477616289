-- How years are divided into terms.
--   term_scheme_id: the scheme
--   kind: into quarters, halves, …
CREATE OR REPLACE VIEW schools_term_schemes AS
SELECT id AS term_scheme_id, kind FROM schools_termscheme;
