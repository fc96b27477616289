-- Dated lessons as they are held, with what was planned where that is otherwise.
--   lesson_id: the lesson
--   school_id: its school
--   teaching_group_id: whom it is for
--   subject_id: its subject, which may be another than the group's on a day
--   day: the day it is held on
--   number: its number in the day
--   starts: by the school's clocks
--   ends: by the school's clocks
--   state: held, cancelled, or dropped: it fell out of the timetable, and nobody is shown it as a lesson
--   teacher_id: who holds it; null where nobody is named
--   room_id: where; null where no room is named
--   planned_teacher_id: who was to hold it; null for a lesson that was added
--   planned_room_id: where it was planned; null as well
--   is_substituted: whether another teacher than the planned one holds it
--   reasons: why it was changed, «болезнь; ремонт»
CREATE OR REPLACE VIEW timetable_lessons AS
SELECT lesson.id AS lesson_id, lesson.school_id, lesson.teaching_group_id, lesson.subject_id, lesson.day, lesson.number,
       lesson.starts, lesson.ends, lesson.state, lesson.teacher_id, lesson.room_id, lesson.planned_teacher_id, lesson.planned_room_id,
       lesson.planned_teacher_id IS NOT NULL AND lesson.planned_teacher_id IS DISTINCT FROM lesson.teacher_id AS is_substituted,
       (SELECT string_agg(change.reason, '; ' ORDER BY change.id) FROM timetable_lessonchange change
        WHERE change.lesson_id = lesson.id AND change.withdrawn_at IS NULL AND change.reason <> '') AS reasons
FROM timetable_lesson lesson;
