-- The students of a group over a period, who were in it for any day of it.
--   student_id: the student
--   from_date: the first day in the group, within the period
--   to_date: the day after the last, within the period
CREATE OR REPLACE FUNCTION timetable_members(of_group bigint, first_day date, end_day date)
RETURNS TABLE (student_id bigint, from_date date, to_date date) LANGUAGE sql STABLE AS $$
    SELECT place.student_id,
           min(greatest(place.from_date, taken.from_date, listed.from_date, first_day)),
           max(least(place.to_date, taken.to_date, listed.to_date, end_day))
    FROM timetable_teachinggroup teaching
    JOIN timetable_groupclass taken ON taken.teaching_group_id = teaching.id
    JOIN enrolment_stays place ON place.school_class_id = taken.school_class_id
    LEFT JOIN timetable_groupmember listed ON teaching.is_part AND listed.teaching_group_id = teaching.id
         AND listed.student_id = place.student_id
    WHERE teaching.id = of_group AND (listed.id IS NOT NULL OR NOT teaching.is_part)
      AND greatest(place.from_date, taken.from_date, listed.from_date, first_day)
        < least(place.to_date, taken.to_date, listed.to_date, end_day)
    GROUP BY place.student_id
$$;
