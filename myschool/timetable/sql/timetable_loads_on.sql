-- Who teaches a group on a day; that they still work there is said by people_staff_on.
--   load_id: the row
--   teaching_group_id: the group
--   person_id: who teaches it
CREATE OR REPLACE FUNCTION timetable_loads_on(day date)
RETURNS TABLE (load_id bigint, teaching_group_id bigint, person_id bigint) LANGUAGE sql STABLE AS $$
    SELECT load.id, load.teaching_group_id, load.teacher_id FROM timetable_teachingload load
    WHERE kernel_lasts(load.from_date, load.to_date, day)$$;
