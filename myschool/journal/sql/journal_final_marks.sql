-- Final marks for terms and years, with those that were replaced or withdrawn.
--   student_id: who got it
--   teaching_group_id: in which group
--   term_id: for which term; null for the year
--   text: as it is written, «5», «осв.», «н/а»
--   reason: why it departs from the school's rule; empty where it does not
--   given_at: when it was given
--   ended_at: when it was replaced or withdrawn; null while it stands
--   ended_by_id: by whom
CREATE OR REPLACE VIEW journal_final_marks AS
SELECT student_id, teaching_group_id, term_id, journal_written(state, origin) AS text, reason, given_at, ended_at, ended_by_id
FROM journal_termmark
UNION ALL
SELECT student_id, teaching_group_id, NULL, journal_written(state, origin), reason, given_at, ended_at, ended_by_id
FROM journal_yearmark;
