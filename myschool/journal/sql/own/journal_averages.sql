-- Averages of students by subject over a period, shown as «4,33», with the final mark that comes of each.
-- decisions/016.
CREATE OR REPLACE FUNCTION journal_averages(of_students bigint[], of_subject bigint, first_day date, end_day date, today date, on_page_of bigint)
RETURNS TABLE (
    student_id bigint, subject_id bigint, average text, proposed text, results json, elsewhere json
) LANGUAGE sql STABLE AS $$
    SELECT summed.student_id, summed.subject_id, journal_shown(summed.total, summed.weights, rule.bounds),
           CASE WHEN coalesce(summed.weights, 0) = 0 OR summed.counted < rule.least_marks
                  OR rule.debt_blocks AND summed.debts > 0 OR rule.control_works_needed AND summed.lacking > 0 THEN ''
                WHEN summed.total >= rule.bounds[1] * summed.weights THEN '5'
                WHEN summed.total >= rule.bounds[2] * summed.weights THEN '4'
                WHEN summed.total >= rule.bounds[3] * summed.weights THEN '3'
                WHEN rule.bounds[4] IS NULL OR summed.total >= rule.bounds[4] * summed.weights THEN '2' ELSE '1' END,
           summed.results, summed.elsewhere
    FROM (
        SELECT result.student_id, result.subject_id, result.school_id,
               sum(result.five * result.weight) FILTER (WHERE result.exclusion = '') AS total,
               sum(result.weight) FILTER (WHERE result.exclusion = '') AS weights,
               count(*) FILTER (WHERE result.exclusion = '') AS counted,
               count(*) FILTER (WHERE result.exclusion = 'debt') AS debts,
               count(*) FILTER (WHERE result.is_control AND result.exclusion IN ('blank', 'debt', 'not_attested')) AS lacking,
               json_agg(json_build_object(
                   'group', result.teaching_group_id, 'lesson', result.lesson_id, 'day', result.day, 'title', result.title,
                   'weight', result.weight::text, 'is_control', result.is_control, 'state', result.state,
                   'origin', result.origin, 'five', result.five, 'due', result.due, 'comment', result.comment,
                   'exclusion', result.exclusion) ORDER BY result.day, result.lesson_id, result.position, result.part) AS results,
               json_agg(json_build_array(journal_written(result.state, result.origin), result.day, result.exclusion)
                        ORDER BY result.day, result.lesson_id, result.position, result.part)
                   FILTER (WHERE result.teaching_group_id <> on_page_of AND result.state <> '') AS elsewhere
        FROM journal_results(of_students, of_subject, first_day, end_day, today) result
        GROUP BY result.student_id, result.subject_id, result.school_id
    ) summed
    CROSS JOIN LATERAL journal_final_rule(summed.school_id, least(today, end_day - 1)) rule
$$;
