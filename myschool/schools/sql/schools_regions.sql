-- Regions and their clocks.
--   region_id: the region's code
--   time_zone: the zone of its capital's clocks, by which whoever acts for no school lives
CREATE OR REPLACE VIEW schools_regions AS
SELECT code AS region_id, time_zone FROM schools_region;
