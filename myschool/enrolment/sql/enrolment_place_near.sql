-- By which stay a student is shown who may have none on the day: the one of that day, else the last before, else the
-- next.
--   placement_id: the stay
--   school_id: where
--   school_class_id: in which class
CREATE OR REPLACE FUNCTION enrolment_place_near(of_student bigint, day date)
RETURNS TABLE (placement_id bigint, school_id bigint, school_class_id bigint) LANGUAGE sql STABLE AS $$
    SELECT place.id, place.school_id, place.school_class_id FROM enrolment_placement place
    WHERE place.student_id = of_student
    ORDER BY place.from_date <= day DESC, abs(place.from_date - day) LIMIT 1$$;
