-- Whose data a teacher sees as a matter of course on a day: access.own_students.
CREATE OR REPLACE FUNCTION timetable_own_students(of_teacher bigint, of_school bigint, day date)
RETURNS TABLE (student_id bigint) LANGUAGE sql STABLE AS $$
    SELECT placed.student_id
    FROM timetable_homeroom_on(day) homeroom
    JOIN enrolment_students_on(day) placed ON placed.school_class_id = homeroom.school_class_id
    WHERE homeroom.person_id = of_teacher AND placed.school_id = of_school
    UNION
    SELECT member.student_id
    FROM (
        SELECT load.teaching_group_id FROM timetable_loads_on(day) load WHERE load.person_id = of_teacher
        UNION
        SELECT lesson.teaching_group_id FROM timetable_lesson lesson
        WHERE lesson.teacher_id = of_teacher AND lesson.day = timetable_own_students.day AND lesson.state = 'held'
    ) taught
    JOIN timetable_teachinggroup teaching ON teaching.id = taught.teaching_group_id AND teaching.school_id = of_school
    CROSS JOIN LATERAL timetable_members(teaching.id, day, day + 1) member$$;
