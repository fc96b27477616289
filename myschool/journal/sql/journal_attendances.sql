-- What was noted of students who were not simply there, with what was replaced or withdrawn.
--   student_id: of whom
--   teaching_group_id: in which group
--   lesson_id: at which lesson
--   day: the lesson's day, by which the table has its parts
--   code: «Н», as the region writes it
--   title: the code in words
--   meaning: the code's meaning in the whole country, journal.rules.Meaning
--   minutes: how late they came; 0 for anything else
--   given_at: when it was noted
--   ended_at: when it was replaced or withdrawn; null while it stands
--   ended_by_id: by whom
CREATE OR REPLACE VIEW journal_attendances AS
SELECT noted.student_id, noted.teaching_group_id, noted.lesson_id, noted.day, code.code, code.title, code.meaning, noted.minutes,
       noted.given_at, noted.ended_at, noted.ended_by_id
FROM journal_attendance noted JOIN journal_attendancecode code ON code.id = noted.code_id;
