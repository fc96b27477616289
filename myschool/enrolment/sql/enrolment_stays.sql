-- Stays of students in classes, past and present; no right follows from it: who studies where on a day is
-- enrolment_students_on(day).
--   placement_id: the stay
--   student_id: the student
--   school_id: where
--   school_class_id: in which class
--   from_date: the first day
--   to_date: the day after the last; null while it goes on
CREATE OR REPLACE VIEW enrolment_stays AS
SELECT id AS placement_id, student_id, school_id, school_class_id, from_date, to_date FROM enrolment_placement;
