-- The groups that these students' classes sit in over a period, of one subject or (null) of all; a part also for those who
-- are not on its list.
--   student_id: the student
--   teaching_group_id: the group
--   subject_id: its subject
--   school_id: its school
CREATE OR REPLACE FUNCTION timetable_seats(of_students bigint[], of_subject bigint, first_day date, end_day date)
RETURNS TABLE (student_id bigint, teaching_group_id bigint, subject_id bigint, school_id bigint) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT place.student_id, teaching.id, teaching.subject_id, teaching.school_id
    FROM enrolment_stays place
    JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
    JOIN timetable_teachinggroup teaching ON teaching.id = taken.teaching_group_id
    WHERE place.student_id = ANY(of_students) AND (of_subject IS NULL OR teaching.subject_id = of_subject)
      AND place.from_date < end_day AND (place.to_date IS NULL OR place.to_date > first_day)
$$;
