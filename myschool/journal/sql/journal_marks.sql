-- Marks, debts and other things given for works, with those that were replaced or withdrawn.
--   student_id: who got it
--   teaching_group_id: in which group
--   lesson_id: for a work of which lesson
--   day: the lesson's day, by which the table has its parts
--   position: the work's place in the lesson, from 1
--   part: the part of the work, from 1
--   state: marked, debt, excused, not_attested
--   text: as it is written, «5», «•», «осв.», «н/а»
--   due: until when a debt is to be handed in
--   comment: the teacher's words
--   given_at: when it was given
--   ended_at: when it was replaced or withdrawn; null while it stands
--   ended_by_id: by whom
--   end_reason: why
CREATE OR REPLACE VIEW journal_marks AS
SELECT student_id, teaching_group_id, lesson_id, day, position, part, state, journal_written(state, origin) AS text, due, comment,
       given_at, ended_at, ended_by_id, end_reason
FROM journal_mark;
