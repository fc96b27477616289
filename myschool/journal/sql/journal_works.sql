-- Planned works of lessons; a mark at the first place of a lesson may have none.
--   lesson_id: the lesson
--   position: the work's place in the lesson, from 1
--   title: what it is called, else its kind
--   kind: of which kind it is, «Контрольная работа»
--   is_control: whether it is a control work
CREATE OR REPLACE VIEW journal_works AS
SELECT work.lesson_id, work.position, coalesce(nullif(work.title, ''), kind.title) AS title, kind.title AS kind, kind.is_control
FROM journal_work work LEFT JOIN journal_workkind kind ON kind.id = work.kind_id;
