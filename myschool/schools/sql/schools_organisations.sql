-- Organisations of every kind: schools, authorities, suppliers.
--   organisation_id: the organisation
--   short_name: what people call it
--   region_id: its region
CREATE OR REPLACE VIEW schools_organisations AS
SELECT id AS organisation_id, short_name, region_id FROM schools_organisation;
