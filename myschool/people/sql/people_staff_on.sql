-- Who works where on a day.
--   post_id: the post
--   person_id: who
--   organisation_id: where
--   role: as what, kernel.actors.Role
CREATE OR REPLACE FUNCTION people_staff_on(day date)
RETURNS TABLE (post_id bigint, person_id bigint, organisation_id bigint, role varchar) LANGUAGE sql STABLE AS $$
    SELECT post.id, post.person_id, post.organisation_id, post.role FROM people_post post
    WHERE kernel_lasts(post.from_date, post.to_date, day)$$;
