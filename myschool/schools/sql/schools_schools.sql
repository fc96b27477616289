-- Schools and their clocks.
--   school_id: the school, which is the organisation of this number
--   time_zone: the zone of its clocks, «Europe/Moscow»
--   is_connected: whether it works on the platform
CREATE OR REPLACE VIEW schools_schools AS
SELECT organisation_id AS school_id, time_zone, connected_at IS NOT NULL AS is_connected FROM schools_school;
