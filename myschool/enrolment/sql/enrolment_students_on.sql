-- Who studies where on a day.
--   placement_id: the stay
--   student_id: the student
--   school_id: where
--   school_class_id: in which class
CREATE OR REPLACE FUNCTION enrolment_students_on(day date)
RETURNS TABLE (placement_id bigint, student_id bigint, school_id bigint, school_class_id bigint) LANGUAGE sql STABLE AS $$
    SELECT place.id, place.student_id, place.school_id, place.school_class_id FROM enrolment_placement place
    WHERE kernel_lasts(place.from_date, place.to_date, day)$$;
