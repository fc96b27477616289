-- A person is called otherwise: the pages on which they stand, or stood, move on with it.
CREATE OR REPLACE FUNCTION journal_names_change()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
    SELECT DISTINCT seat.teaching_group_id, 1, '{}'::bigint[] FROM timetable_seats(ARRAY[NEW.id], NULL, '-infinity', 'infinity') seat
    ORDER BY seat.teaching_group_id
    ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1;
    RETURN NULL;
END $$;
