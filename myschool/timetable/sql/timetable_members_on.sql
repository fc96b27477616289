-- The students of all groups on a day; of a part only those on its list.
--   teaching_group_id: the group
--   student_id: the student
CREATE OR REPLACE FUNCTION timetable_members_on(day date)
RETURNS TABLE (teaching_group_id bigint, student_id bigint) LANGUAGE sql STABLE AS $$
    SELECT teaching.id, placed.student_id
    FROM timetable_teachinggroup teaching
    JOIN timetable_groupclass taken ON taken.teaching_group_id = teaching.id AND kernel_lasts(taken.from_date, taken.to_date, day)
    JOIN enrolment_students_on(day) placed ON placed.school_class_id = taken.school_class_id
    WHERE NOT teaching.is_part OR EXISTS (
        SELECT FROM timetable_groupmember listed WHERE listed.teaching_group_id = teaching.id
        AND listed.student_id = placed.student_id AND kernel_lasts(listed.from_date, listed.to_date, day))$$;
