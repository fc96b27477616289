-- What students hold in their subjects over a period: a row for each part of a work, and why it does not count.
-- decisions/016.
CREATE OR REPLACE FUNCTION journal_results(of_students bigint[], of_subject bigint, first_day date, end_day date, today date)
RETURNS TABLE (
    student_id bigint, subject_id bigint, school_id bigint, teaching_group_id bigint, lesson_id bigint, day date, "position"
    smallint, part smallint, title varchar, weight numeric, is_control boolean, state varchar, origin varchar, five
    smallint, due date, comment varchar, exclusion text
) LANGUAGE sql STABLE AS $$
    WITH seat AS MATERIALIZED (
        SELECT * FROM timetable_seats(of_students, of_subject, first_day, end_day)
    ), usual AS MATERIALIZED (
        SELECT kind.school_id, kind.title, kind.weight,
               (SELECT array_agg(changed.from_date ORDER BY changed.from_date) FROM journal_kindweight changed
                WHERE changed.kind_id = kind.id) AS days,
               (SELECT array_agg(changed.weight ORDER BY changed.from_date) FROM journal_kindweight changed
                WHERE changed.kind_id = kind.id) AS weights
        FROM (SELECT DISTINCT seat.school_id FROM seat) school
        JOIN journal_workkind kind ON kind.school_id = school.school_id AND kind.is_default
    ), taught AS MATERIALIZED (
        SELECT DISTINCT seat.teaching_group_id, seat.subject_id, seat.school_id, usual.title, coalesce(usual.weight, 1) AS weight,
               usual.days, usual.weights
        FROM seat LEFT JOIN usual ON usual.school_id = seat.school_id
    ), lesson AS MATERIALIZED (
        SELECT lesson.lesson_id AS id, lesson.teaching_group_id, lesson.day, lesson.state
        FROM taught JOIN timetable_lessons lesson ON lesson.teaching_group_id = taught.teaching_group_id
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
               mark.part, coalesce(work.title, taught.title, '') AS title,
               coalesce(work.weight, taught.weights[width_bucket(mark.day, taught.days)], taught.weight) AS weight,
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
