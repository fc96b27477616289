-- Remarks and praise that were not taken back.
--   student_id: about whom
--   lesson_id: at which lesson
--   is_praise: whether it praises
--   text: the teacher's words
--   given_at: when they were written
CREATE OR REPLACE VIEW journal_remarks AS
SELECT student_id, lesson_id, is_praise, text, given_at FROM journal_remark WHERE withdrawn_at IS NULL;
