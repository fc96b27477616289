"""What statements of packages above may name: stays; names by school are copied by the words of `people`."""

from importlib import import_module

from django.db import migrations

STAYS = """
CREATE VIEW enrolment_stays AS
SELECT id AS placement_id, student_id, school_id, school_class_id, from_date, to_date FROM enrolment_placement;
"""
WRITERS = """
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

CREATE OR REPLACE FUNCTION enrolment_name_places(ids bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_hold_names(ARRAY(SELECT student_id FROM enrolment_placement WHERE id = ANY (ids)));
    DELETE FROM enrolment_searchname WHERE kind = 'student' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'student', place.id, place.school_id, 'student', person.person_id, person.name_key
    FROM enrolment_placement place JOIN people_names person ON person.person_id = place.student_id
    WHERE place.id = ANY (ids);
END $$;

CREATE OR REPLACE FUNCTION enrolment_name_posts(ids bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_hold_names(ARRAY(SELECT person_id FROM people_posts WHERE post_id = ANY (ids)));
    DELETE FROM enrolment_searchname WHERE kind = 'staff' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'staff', post.post_id, post.organisation_id, 'staff', person.person_id, person.name_key
    FROM people_posts post JOIN people_names person ON person.person_id = post.person_id
    WHERE post.post_id = ANY (ids);
END $$;
"""
BEFORE = import_module("myschool.enrolment.migrations.0007_who_is_found_by_name").WRITERS.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0015_published_words"), ("enrolment", "0009_which_place_is_shown")]
    operations = [migrations.RunSQL(STAYS, "DROP VIEW enrolment_stays"), migrations.RunSQL(WRITERS, BEFORE)]
