-- The rule of final marks that a school has declared for a day.
CREATE OR REPLACE FUNCTION journal_final_rule(of_school bigint, on_day date)
RETURNS TABLE (bounds numeric[], least_marks integer, debt_blocks boolean, control_works_needed boolean) LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[coalesce(declared.five, 4.5), coalesce(declared.four, 3.5), coalesce(declared.three, 2.5),
                              declared.two], NULL),
           coalesce(declared.least_marks, 1)::int, coalesce(declared.debt_blocks, true),
           coalesce(declared.control_works_needed, false)
    FROM (SELECT) nothing LEFT JOIN LATERAL (
        SELECT * FROM journal_finalrule WHERE journal_finalrule.school_id = of_school AND from_date <= on_day
        ORDER BY from_date DESC LIMIT 1) declared ON true
$$;
