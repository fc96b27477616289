-- Rooms in which lessons are held.
--   room_id: the room
--   title: «305», «Спортзал»
CREATE OR REPLACE VIEW timetable_rooms AS
SELECT id AS room_id, title FROM timetable_room;
