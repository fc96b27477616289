-- Which classes a teaching group takes, and when.
--   teaching_group_id: the group
--   school_class_id: a class that sits in it, whole or in part
--   from_date: the first day
--   to_date: the day after the last; null while it goes on
CREATE OR REPLACE VIEW timetable_group_classes AS
SELECT teaching_group_id, school_class_id, from_date, to_date FROM timetable_groupclass;
