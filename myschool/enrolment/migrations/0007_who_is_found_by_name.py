"""Names by school, kept by the database itself: whatever changes a name, a request, a place or a post changes its rows."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import F, Func, Q

# A word of a name stands behind the school and the shelf it lies on, so that one index narrows by all three.
WORDS = """
CREATE FUNCTION enrolment_found_by(organisation bigint, shelf text, name_key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (
        '''' || organisation::text || '/' || shelf || '/' || replace(
            translate(split_part(name_key, '|', 1) || ' ' || split_part(name_key, '|', 2), '''\\', '  '),
            ' ', ''' ''' || organisation::text || '/' || shelf || '/')
        || ''' ''' || organisation::text || '/' || shelf || '/-/' || replace(
            translate(split_part(name_key, '|', 3), '''\\', '  '),
            ' ', ''' ''' || organisation::text || '/' || shelf || '/-/')
        || '''')::tsvector
$$
"""
# Whoever is being renamed in another transaction is waited for: it would not see the rows that are added here.
WRITERS = """
CREATE FUNCTION enrolment_name_requests(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person person
        WHERE person.id IN (SELECT applicant_id FROM enrolment_enrolmentrequest WHERE id = ANY (ids))
        ORDER BY person.id FOR SHARE;
    DELETE FROM enrolment_searchname WHERE kind = 'request' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, card_id, name_key)
    SELECT 'request', request.id, place.organisation_id, place.shelf, name.person_id, name.card_id, name.key
    FROM enrolment_enrolmentrequest request
    JOIN people_person applicant ON applicant.id = request.applicant_id
    LEFT JOIN enrolment_studentcard card ON card.id = request.card_id
    CROSS JOIN LATERAL (VALUES (request.school_id, request.tray), (request.from_school_id, 'leaving'))
        AS place (organisation_id, shelf)
    CROSS JOIN LATERAL (VALUES (applicant.id, NULL, applicant.name_key), (NULL, card.id, card.name_key))
        AS name (person_id, card_id, key)
    WHERE request.id = ANY (ids) AND name.key IS NOT NULL AND place.organisation_id IS NOT NULL
      AND request.tray <> 'draft' AND (place.shelf <> 'leaving' OR request.tray IN ('new', 'waiting', 'release'));
END $$;

CREATE FUNCTION enrolment_name_places(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person person
        WHERE person.id IN (SELECT student_id FROM enrolment_placement WHERE id = ANY (ids))
        ORDER BY person.id FOR SHARE;
    DELETE FROM enrolment_searchname WHERE kind = 'student' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'student', place.id, place.school_id, 'student', person.id, person.name_key
    FROM enrolment_placement place JOIN people_person person ON person.id = place.student_id
    WHERE place.id = ANY (ids);
END $$;

CREATE FUNCTION enrolment_name_posts(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person person
        WHERE person.id IN (SELECT person_id FROM people_post WHERE id = ANY (ids))
        ORDER BY person.id FOR SHARE;
    DELETE FROM enrolment_searchname WHERE kind = 'staff' AND subject_id = ANY (ids);
    INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, person_id, name_key)
    SELECT 'staff', post.id, post.organisation_id, 'staff', person.id, person.name_key
    FROM people_post post JOIN people_person person ON person.id = post.person_id
    WHERE post.id = ANY (ids);
END $$;
"""
# A new name and another tray change columns of their own: whichever comes second finds what the first has written.
TRIGGERS = """
CREATE FUNCTION enrolment_names_come() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[] := ARRAY(SELECT id FROM fresh);
BEGIN
    CASE TG_ARGV[0]
        WHEN 'request' THEN PERFORM enrolment_name_requests(ids);
        WHEN 'student' THEN PERFORM enrolment_name_places(ids);
        ELSE PERFORM enrolment_name_posts(ids);
    END CASE;
    RETURN NULL;
END $$;
CREATE FUNCTION enrolment_names_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_ARGV[0]
        WHEN 'request' THEN PERFORM enrolment_name_requests(ARRAY[NEW.id]);
        WHEN 'student' THEN PERFORM enrolment_name_places(ARRAY[NEW.id]);
        ELSE PERFORM enrolment_name_posts(ARRAY[NEW.id]);
    END CASE;
    RETURN NULL;
END $$;
CREATE FUNCTION enrolment_names_change_trays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.tray IN ('draft', 'done') THEN
        PERFORM enrolment_name_requests(ARRAY[NEW.id]);
        RETURN NULL;
    END IF;
    DELETE FROM enrolment_searchname
    WHERE kind = 'request' AND subject_id = NEW.id
      AND (NEW.tray = 'draft' OR (shelf = 'leaving' AND NEW.tray NOT IN ('new', 'waiting', 'release')));
    UPDATE enrolment_searchname SET shelf = NEW.tray
    WHERE kind = 'request' AND subject_id = NEW.id AND shelf <> 'leaving';
    RETURN NULL;
END $$;
CREATE FUNCTION enrolment_names_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM enrolment_searchname WHERE kind = TG_ARGV[0] AND subject_id = OLD.id;
    RETURN NULL;
END $$;
CREATE FUNCTION enrolment_name_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'card' THEN
        UPDATE enrolment_searchname SET name_key = NEW.name_key WHERE card_id = NEW.id;
    ELSE
        UPDATE enrolment_searchname SET name_key = NEW.name_key WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER enrolment_names_come AFTER INSERT ON enrolment_enrolmentrequest REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION enrolment_names_come('request');
CREATE TRIGGER enrolment_names_come AFTER INSERT ON enrolment_placement REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION enrolment_names_come('student');
CREATE TRIGGER enrolment_names_come AFTER INSERT ON people_post REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION enrolment_names_come('staff');

CREATE TRIGGER enrolment_names_move AFTER UPDATE ON enrolment_enrolmentrequest FOR EACH ROW
    WHEN ((OLD.school_id, OLD.from_school_id, OLD.applicant_id, OLD.card_id)
          IS DISTINCT FROM (NEW.school_id, NEW.from_school_id, NEW.applicant_id, NEW.card_id))
    EXECUTE FUNCTION enrolment_names_move('request');
CREATE TRIGGER enrolment_names_change_trays AFTER UPDATE ON enrolment_enrolmentrequest FOR EACH ROW
    WHEN (OLD.tray IS DISTINCT FROM NEW.tray)
    EXECUTE FUNCTION enrolment_names_change_trays();
CREATE TRIGGER enrolment_names_move AFTER UPDATE ON enrolment_placement FOR EACH ROW
    WHEN ((OLD.school_id, OLD.student_id) IS DISTINCT FROM (NEW.school_id, NEW.student_id))
    EXECUTE FUNCTION enrolment_names_move('student');
CREATE TRIGGER enrolment_names_move AFTER UPDATE ON people_post FOR EACH ROW
    WHEN ((OLD.organisation_id, OLD.person_id) IS DISTINCT FROM (NEW.organisation_id, NEW.person_id))
    EXECUTE FUNCTION enrolment_names_move('staff');

CREATE TRIGGER enrolment_names_go AFTER DELETE ON enrolment_enrolmentrequest
    FOR EACH ROW EXECUTE FUNCTION enrolment_names_go('request');
CREATE TRIGGER enrolment_names_go AFTER DELETE ON enrolment_placement
    FOR EACH ROW EXECUTE FUNCTION enrolment_names_go('student');
CREATE TRIGGER enrolment_names_go AFTER DELETE ON people_post
    FOR EACH ROW EXECUTE FUNCTION enrolment_names_go('staff');

CREATE TRIGGER enrolment_name_changes AFTER UPDATE ON enrolment_studentcard FOR EACH ROW
    WHEN (OLD.name_key IS DISTINCT FROM NEW.name_key) EXECUTE FUNCTION enrolment_name_changes('card');
CREATE TRIGGER enrolment_name_changes AFTER UPDATE ON people_person FOR EACH ROW
    WHEN (OLD.name_key IS DISTINCT FROM NEW.name_key) EXECUTE FUNCTION enrolment_name_changes('person');
"""
UNDO_TRIGGERS = """
DROP TRIGGER enrolment_name_changes ON people_person;
DROP TRIGGER enrolment_name_changes ON enrolment_studentcard;
DROP TRIGGER enrolment_names_go ON people_post;
DROP TRIGGER enrolment_names_go ON enrolment_placement;
DROP TRIGGER enrolment_names_go ON enrolment_enrolmentrequest;
DROP TRIGGER enrolment_names_move ON people_post;
DROP TRIGGER enrolment_names_move ON enrolment_placement;
DROP TRIGGER enrolment_names_change_trays ON enrolment_enrolmentrequest;
DROP TRIGGER enrolment_names_move ON enrolment_enrolmentrequest;
DROP TRIGGER enrolment_names_come ON people_post;
DROP TRIGGER enrolment_names_come ON enrolment_placement;
DROP TRIGGER enrolment_names_come ON enrolment_enrolmentrequest;
DROP FUNCTION enrolment_name_changes();
DROP FUNCTION enrolment_names_go();
DROP FUNCTION enrolment_names_change_trays();
DROP FUNCTION enrolment_names_move();
DROP FUNCTION enrolment_names_come();
"""
UNDO_WRITERS = """
DROP FUNCTION enrolment_name_posts(bigint[]);
DROP FUNCTION enrolment_name_places(bigint[]);
DROP FUNCTION enrolment_name_requests(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0006_who_would_leave_a_school"),
        ("people", "0013_a_restriction_lasts_until_its_last_day_is_over_everywhere"),
    ]
    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION enrolment_found_by(bigint, text, text)"),
        migrations.CreateModel(
            name="SearchName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("request", "Запрос"), ("student", "Ученик"), ("staff", "Сотрудник")], max_length=7
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("organisation_id", models.BigIntegerField()),
                ("shelf", models.CharField(max_length=10)),
                ("person_id", models.BigIntegerField(null=True)),
                ("card_id", models.BigIntegerField(null=True)),
                ("name_key", models.CharField(max_length=310)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "subject_id"], name="enrolment_name_subject"),
                    models.Index(
                        condition=Q(("person_id__isnull", False)), fields=["person_id"], name="enrolment_name_person"
                    ),
                    models.Index(
                        condition=Q(("card_id__isnull", False)), fields=["card_id"], name="enrolment_name_card"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        Func(F("organisation_id"), F("shelf"), F("name_key"), function="enrolment_found_by"),
                        fastupdate=False,
                        name="enrolment_name_words",
                    ),
                ]
            },
        ),
        migrations.RunSQL(WRITERS, UNDO_WRITERS),
        migrations.RunSQL(TRIGGERS, UNDO_TRIGGERS),
    ]
