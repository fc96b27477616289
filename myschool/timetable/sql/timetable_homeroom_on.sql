-- Who leads a class on a day; that they still work there is said by people_staff_on.
--   homeroom_id: the row
--   school_class_id: the class
--   person_id: who leads it
CREATE OR REPLACE FUNCTION timetable_homeroom_on(day date)
RETURNS TABLE (homeroom_id bigint, school_class_id bigint, person_id bigint) LANGUAGE sql STABLE AS $$
    SELECT homeroom.id, homeroom.school_class_id, homeroom.teacher_id FROM timetable_homeroomteacher homeroom
    WHERE kernel_lasts(homeroom.from_date, homeroom.to_date, day)$$;
