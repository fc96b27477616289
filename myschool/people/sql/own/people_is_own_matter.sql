-- Whether a decision is the decider's own matter: about them or a child of theirs.
CREATE OR REPLACE FUNCTION people_is_own_matter(decider bigint, named varchar, born date, VARIADIC persons bigint[])
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(decider = ANY (persons), false) OR EXISTS (
        SELECT 1 FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
        WHERE bond.guardian_id = decider
          AND (bond.student_id = ANY (persons) OR (student.name_key = named AND student.birth_date = born)))$$;
