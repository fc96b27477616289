-- What students have to do over a period, by the groups they are in on the day it is due: for the whole group, or for them.
--   student_id: who has to do it
--   homework_id: the homework
--   due_day: the day it is due on
--   due_lesson_id: the lesson it is due at; null while there is none
--   subject: the subject's title
--   text: what is to be done
--   minutes: how long it takes by the teacher's estimate; null where there is none
--   needs_hand_in: whether something is to be handed in
--   posted_at: when it was set
--   was_late: whether it was set later than the school wants
--   changed_at: when it was changed last; null where it never was
--   is_ticked: whether the student has ticked it off
CREATE OR REPLACE FUNCTION homework_due(of_students bigint[], first_day date, end_day date)
RETURNS TABLE (
    student_id bigint, homework_id bigint, due_day date, due_lesson_id bigint, subject varchar, text text, minutes smallint,
    needs_hand_in boolean, posted_at timestamptz, was_late boolean, changed_at timestamptz, is_ticked boolean
) LANGUAGE sql STABLE AS $$
    SELECT member.student_id, homework.id, homework.due_day, homework.due_lesson_id, subject.title, homework.text, homework.minutes,
           homework.needs_hand_in, homework.posted_at, homework.was_late, homework.changed_at,
           EXISTS (SELECT FROM homework_homeworktick tick
                   WHERE tick.homework_id = homework.id AND tick.student_id = member.student_id)
    FROM homework_homework homework
    CROSS JOIN LATERAL timetable_members_on(homework.due_day) member
    JOIN timetable_groups taught ON taught.teaching_group_id = homework.teaching_group_id
    JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
    WHERE member.teaching_group_id = homework.teaching_group_id AND member.student_id = ANY (of_students)
      AND homework.due_day >= first_day AND homework.due_day < end_day AND homework.withdrawn_at IS NULL
      AND (homework.is_for_all OR EXISTS (SELECT FROM homework_homeworkstudent own
                                          WHERE own.homework_id = homework.id AND own.student_id = member.student_id))
$$;
