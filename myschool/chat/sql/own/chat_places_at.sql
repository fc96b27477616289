-- Places in conversations that hold at a moment, by the capacity in which each person has theirs.
CREATE OR REPLACE FUNCTION chat_places_at(moment timestamptz)
RETURNS TABLE (
    membership_id bigint, conversation_id bigint, person_id bigint, capacity varchar, student_ids bigint[], may_write
    boolean, keeps_order boolean, sees_after bigint, read_number bigint, school_id bigint, day date
) LANGUAGE sql STABLE AS $$
    SELECT member.id, member.conversation_id, member.person_id, member.capacity, member.student_ids, member.may_write,
           member.keeps_order, member.sees_after, member.read_number, talk.school_id, here.day
    FROM chat_membership member
    JOIN chat_conversation talk ON talk.id = member.conversation_id
    JOIN schools_schools school ON school.school_id = talk.school_id
    CROSS JOIN LATERAL (SELECT (moment AT TIME ZONE school.time_zone)::date AS day) here
    WHERE member.to_at IS NULL AND CASE member.capacity
        WHEN 'student' THEN EXISTS (
            SELECT FROM enrolment_students_on(here.day) placed
            WHERE placed.student_id = member.person_id AND placed.school_id = talk.school_id)
        WHEN 'guardian' THEN EXISTS (
            SELECT FROM people_guardians_on(here.day) bond
            JOIN enrolment_students_on(here.day) placed ON placed.student_id = bond.student_id
            WHERE bond.guardian_id = member.person_id AND bond.student_id = ANY (member.student_ids)
              AND placed.school_id = talk.school_id)
        WHEN 'staff' THEN EXISTS (
            SELECT FROM people_staff_on(here.day) post
            WHERE post.person_id = member.person_id AND post.organisation_id = talk.school_id
              AND post.role IN ('teacher', 'deputy_head', 'head', 'school_admin'))
        ELSE false END
$$;
