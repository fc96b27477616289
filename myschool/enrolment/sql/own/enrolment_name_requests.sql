-- Writes the names of these requests anew.
CREATE OR REPLACE FUNCTION enrolment_name_requests(ids bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_hold_names(ARRAY(SELECT applicant_id FROM enrolment_enrolmentrequest WHERE id = ANY (ids)));
    DELETE FROM enrolment_searchname WHERE kind = 'request' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, card_id, name_key)
    SELECT 'request', request.id, place.organisation_id, place.shelf, name.person_id, name.card_id, name.key
    FROM enrolment_enrolmentrequest request
    JOIN people_names applicant ON applicant.person_id = request.applicant_id
    LEFT JOIN enrolment_studentcard card ON card.id = request.card_id
    CROSS JOIN LATERAL (VALUES (request.school_id, request.tray), (request.from_school_id, 'leaving'))
        AS place (organisation_id, shelf)
    CROSS JOIN LATERAL (VALUES (applicant.person_id, NULL, applicant.name_key), (NULL, card.id, card.name_key))
        AS name (person_id, card_id, key)
    WHERE request.id = ANY (ids) AND name.key IS NOT NULL AND place.organisation_id IS NOT NULL
      AND request.tray <> 'draft' AND (place.shelf <> 'leaving' OR request.tray IN ('new', 'waiting', 'release'));
END $$;
