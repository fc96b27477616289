-- Papers about absences.
--   student_id: about whom
--   state: submitted, accepted, declined, withdrawn
--   answer: the school's words
--   decided_at: when the school decided, or the family took it back
CREATE OR REPLACE VIEW journal_absence_notes AS
SELECT student_id, state, answer, decided_at FROM journal_absencenote;
