-- Every row that is this person now: their own and those that were merged into it.
CREATE OR REPLACE FUNCTION people_rows_of(of_person bigint)
RETURNS TABLE (person_id bigint) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE same AS (
        SELECT of_person AS id
        UNION SELECT merged.id FROM people_person merged JOIN same ON merged.merged_into_id = same.id)
    SELECT id FROM same$$;
