-- Writes the names of these stays anew.
CREATE OR REPLACE FUNCTION enrolment_name_places(ids bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_hold_names(ARRAY(SELECT student_id FROM enrolment_placement WHERE id = ANY (ids)));
    DELETE FROM enrolment_searchname WHERE kind = 'student' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'student', place.id, place.school_id, 'student', person.person_id, person.name_key
    FROM enrolment_placement place JOIN people_names person ON person.person_id = place.student_id
    WHERE place.id = ANY (ids);
END $$;
