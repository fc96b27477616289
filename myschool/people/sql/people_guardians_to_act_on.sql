-- Who may also decide for the student on a day: guardians without any restriction.
--   guardianship_id: the link
--   guardian_id: the guardian
--   student_id: the student
CREATE OR REPLACE FUNCTION people_guardians_to_act_on(day date)
RETURNS TABLE (guardianship_id bigint, guardian_id bigint, student_id bigint) LANGUAGE sql STABLE AS $$
    SELECT seen.guardianship_id, seen.guardian_id, seen.student_id FROM people_guardians_on(day) seen
    WHERE (EXISTS (SELECT 1 FROM people_guardianrestriction bar
                      WHERE bar.guardian_id = seen.guardian_id AND bar.student_id = seen.student_id
                        AND people_restriction_lasts(bar.from_date, bar.to_date, bar.lifted_at, day))) IS NOT TRUE$$;
