-- Which weeks of the diary guardians have seen.
--   guardian_id: the guardian
--   student_id: whose diary
--   monday: the week's first day
CREATE OR REPLACE VIEW journal_acknowledgements AS
SELECT guardian_id, student_id, monday FROM journal_acknowledgement;
