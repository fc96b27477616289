-- Writes the names of these posts anew.
CREATE OR REPLACE FUNCTION enrolment_name_posts(ids bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_hold_names(ARRAY(SELECT person_id FROM people_posts WHERE post_id = ANY (ids)));
    DELETE FROM enrolment_searchname WHERE kind = 'staff' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'staff', post.post_id, post.organisation_id, 'staff', person.person_id, person.name_key
    FROM people_posts post JOIN people_names person ON person.person_id = post.person_id
    WHERE post.post_id = ANY (ids);
END $$;
