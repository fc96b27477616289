-- The lessons of these students over a period, cancelled ones too, each in a group they are in on its day.
--   student_id: the student
--   lesson_id: the lesson
CREATE OR REPLACE FUNCTION timetable_student_lessons(of_students bigint[], first_day date, end_day date)
RETURNS TABLE (student_id bigint, lesson_id bigint) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT place.student_id, lesson.id
    FROM enrolment_stays place
    JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
    JOIN timetable_teachinggroup teaching ON teaching.id = taken.teaching_group_id
    JOIN timetable_lesson lesson ON lesson.teaching_group_id = teaching.id
         AND lesson.day >= first_day AND lesson.day < end_day
         AND lesson.day >= greatest(place.from_date, taken.from_date)
         AND lesson.day < least(place.to_date, taken.to_date, end_day)
    WHERE place.student_id = ANY(of_students) AND lesson.state <> 'dropped'
      AND (NOT teaching.is_part OR EXISTS (
          SELECT 1 FROM timetable_groupmember listed
          WHERE listed.teaching_group_id = teaching.id AND listed.student_id = place.student_id
            AND kernel_lasts(listed.from_date, listed.to_date, lesson.day)))
$$;
