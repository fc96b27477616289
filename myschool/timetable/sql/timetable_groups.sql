-- Teaching groups.
--   teaching_group_id: the group
--   school_id: its school
--   subject_id: what it is taught
--   school_year_id: its school year
--   title: «7А», «7А, подгруппа 1»
--   is_closed: whether it is taught no more
CREATE OR REPLACE VIEW timetable_groups AS
SELECT id AS teaching_group_id, school_id, subject_id, school_year_id, title, closed_at IS NOT NULL AS is_closed
FROM timetable_teachinggroup;
