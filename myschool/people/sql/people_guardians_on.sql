-- Who represents whom on a day, and sees what concerns the student.
--   guardianship_id: the link
--   guardian_id: the guardian
--   student_id: the student
CREATE OR REPLACE FUNCTION people_guardians_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS $$
    SELECT bond.id, bond.guardian_id, bond.student_id
    FROM people_guardianship bond JOIN people_person student ON student.id = bond.student_id
    WHERE people_represents(bond.from_date, bond.to_date, student.birth_date, day) AND (EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = bond.guardian_id AND bar.student_id = bond.student_id AND bar.kind = 'ended'
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))) IS NOT TRUE$$;
