-- Subjects, each a school's own.
--   subject_id: the subject
--   school_id: its school
--   title: «Алгебра»
CREATE OR REPLACE VIEW schools_subjects AS
SELECT id AS subject_id, school_id, title FROM schools_subject;
