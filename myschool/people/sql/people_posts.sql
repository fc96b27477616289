-- Posts that people have or had; no right follows from it: who works where on a day is people_staff_on(day).
--   post_id: the post
--   person_id: who has or had it
--   organisation_id: where
CREATE OR REPLACE VIEW people_posts AS
SELECT id AS post_id, person_id, organisation_id FROM people_post;
