-- What lessons were about.
--   lesson_id: the lesson
--   text: its topic
CREATE OR REPLACE VIEW journal_topics AS
SELECT lesson_id, text FROM journal_lessontopic;
