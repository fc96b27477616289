"""The single reading of marks: what students hold in a subject, what of it counts and why not, and the average.

The page, a saved cell, explanations, final marks and the diary select from these two functions; nothing else counts.
"""

from django.db import migrations

WRITTEN = """
CREATE FUNCTION journal_written(state varchar, origin varchar) RETURNS varchar LANGUAGE sql IMMUTABLE AS
'SELECT CASE state WHEN ''marked'' THEN origin WHEN ''debt'' THEN ''•'' WHEN ''excused'' THEN ''осв.''
        WHEN '''' THEN '''' ELSE ''н/а'' END'
"""
# One row for each part of a work that is held, and for each control work for which nothing is. All marks of the subject
# count, in whatever group of the school they were earned; where newcomers begin anew, those of days before the student
# came to the groups they are in at the end do not. A mark of a lesson that left the timetable counts no longer.
RESULTS = """
CREATE FUNCTION journal_results(of_students bigint[], of_subject bigint, first_day date, end_day date, today date)
RETURNS TABLE (
    student_id bigint, subject_id bigint, school_id bigint, teaching_group_id bigint, lesson_id bigint, day date,
    "position" smallint, part smallint, title varchar, weight numeric, is_control boolean, state varchar, origin varchar,
    five smallint, due date, comment varchar, exclusion text
) LANGUAGE sql STABLE AS $$
    WITH seat AS MATERIALIZED (
        SELECT * FROM timetable_seats(of_students, of_subject, first_day, end_day)
    ), taught AS MATERIALIZED (
        SELECT DISTINCT seat.teaching_group_id, seat.subject_id, seat.school_id, usual.title, coalesce(usual.weight, 1) AS weight
        FROM seat LEFT JOIN journal_workkind usual ON usual.school_id = seat.school_id AND usual.is_default
    ), lesson AS MATERIALIZED (
        SELECT lesson.id, lesson.teaching_group_id, lesson.day, lesson.state
        FROM taught JOIN timetable_lesson lesson ON lesson.teaching_group_id = taught.teaching_group_id
             AND lesson.day >= first_day AND lesson.day < end_day
    ), work AS MATERIALIZED (
        SELECT work.lesson_id, work.position, coalesce(nullif(work.title, ''), kind.title) AS title, work.weight, kind.is_control
        FROM lesson JOIN journal_work work ON work.lesson_id = lesson.id JOIN journal_workkind kind ON kind.id = work.kind_id
    ), begun AS (
        SELECT member.student_id, taught.subject_id, min(member.from_date) AS day
        FROM taught
        JOIN journal_journalrules declared ON declared.school_id = taught.school_id AND declared.newcomers_begin_anew
        CROSS JOIN LATERAL timetable_members(taught.teaching_group_id, first_day, end_day) member
        WHERE kernel_lasts(member.from_date, member.to_date, least(today, end_day - 1))
        GROUP BY member.student_id, taught.subject_id
    ), result AS (
        SELECT seat.student_id, seat.subject_id, seat.school_id, seat.teaching_group_id, mark.lesson_id, mark.day, mark.position,
               mark.part, coalesce(work.title, taught.title, '') AS title, coalesce(work.weight, taught.weight) AS weight,
               coalesce(work.is_control, false) AS is_control, mark.state, mark.origin, mark.five, mark.due, mark.comment,
               mark.lesson_id = ANY(ARRAY(SELECT id FROM lesson WHERE state = 'dropped')) AS is_dropped
        FROM seat
        JOIN taught ON taught.teaching_group_id = seat.teaching_group_id
        JOIN journal_mark mark ON mark.student_id = seat.student_id AND mark.teaching_group_id = seat.teaching_group_id
             AND mark.day >= first_day AND mark.day < end_day AND mark.ended_at IS NULL
        LEFT JOIN work ON work.lesson_id = mark.lesson_id AND work.position = mark.position
        UNION ALL
        SELECT member.student_id, taught.subject_id, taught.school_id, taught.teaching_group_id, lesson.id, lesson.day,
               work.position, 1::smallint, work.title, work.weight, true, '', '', NULL, NULL, '', false
        FROM work
        JOIN lesson ON lesson.id = work.lesson_id AND lesson.state = 'held' AND lesson.day <= today
        JOIN taught ON taught.teaching_group_id = lesson.teaching_group_id
        CROSS JOIN LATERAL timetable_members(taught.teaching_group_id, lesson.day, lesson.day + 1) member
        WHERE work.is_control AND member.student_id = ANY(of_students)
          AND NOT EXISTS (SELECT FROM journal_mark done WHERE done.lesson_id = lesson.id AND done.day = lesson.day
                          AND done.student_id = member.student_id AND done.position = work.position AND done.ended_at IS NULL)
    )
    SELECT result.student_id, result.subject_id, result.school_id, result.teaching_group_id, result.lesson_id, result.day,
           result.position, result.part, result.title::varchar, result.weight, result.is_control, result.state::varchar,
           result.origin::varchar, result.five::smallint, result.due, result.comment::varchar,
           CASE WHEN result.is_dropped THEN 'dropped' WHEN result.day < begun.day THEN 'before_transfer'
                WHEN result.state = '' THEN 'blank' WHEN result.state <> 'marked' THEN result.state
                WHEN result.five IS NULL THEN 'unscaled' WHEN result.weight = 0 THEN 'weightless' ELSE '' END
    FROM result LEFT JOIN begun ON begun.student_id = result.student_id AND begun.subject_id = result.subject_id
$$;
"""
# `average` and `proposed` are as they are shown: «4,33» or «—», «4» or nothing. `elsewhere` are the marks of other groups
# than `on_page_of`. Columns that nobody selects cost nothing: the function is inlined.
AVERAGES = """
CREATE FUNCTION journal_averages(
    of_students bigint[], of_subject bigint, first_day date, end_day date, today date, on_page_of bigint
)
RETURNS TABLE (student_id bigint, subject_id bigint, average text, proposed text, results json, elsewhere json)
LANGUAGE sql STABLE AS $$
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
"""
# The rule of final marks in force on a day, or rounding half up.
RULE = """
CREATE FUNCTION journal_final_rule(of_school bigint, on_day date)
RETURNS TABLE (bounds numeric[], least_marks int, debt_blocks boolean, control_works_needed boolean)
LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[coalesce(declared.five, 4.5), coalesce(declared.four, 3.5), coalesce(declared.three, 2.5),
                              declared.two], NULL),
           coalesce(declared.least_marks, 1)::int, coalesce(declared.debt_blocks, true),
           coalesce(declared.control_works_needed, false)
    FROM (SELECT) nothing LEFT JOIN LATERAL (
        SELECT * FROM journal_finalrule WHERE journal_finalrule.school_id = of_school AND from_date <= on_day
        ORDER BY from_date DESC LIMIT 1) declared ON true
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_lessons_use_the_library"), ("timetable", "0006_which_groups_students_sit_in")]
    operations = [
        migrations.RunSQL(WRITTEN, "DROP FUNCTION journal_written(varchar, varchar)"),
        migrations.RunSQL(RULE, "DROP FUNCTION journal_final_rule(bigint, date)"),
        migrations.RunSQL(RESULTS, "DROP FUNCTION journal_results(bigint[], bigint, date, date, date)"),
        migrations.RunSQL(AVERAGES, "DROP FUNCTION journal_averages(bigint[], bigint, date, date, date, bigint)"),
    ]
