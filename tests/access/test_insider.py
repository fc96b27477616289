"""Whoever has the application's own account of the database: what they can do to evidence, tried.

The account and all that it does live in the test's transaction. `SET ROLE` gives up what the owner may; a superuser's own
`SET ROLE` back is not the insider's to use.
"""

import os
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import errors

from myschool.config import checks, housekeeping, privileges
from myschool.kernel import chronicle, clock, partitions, sealing
from myschool.kernel.actors import Role, nobody
from myschool.kernel.models import Entry
from myschool.kernel.tests.test_chronicle import BellRang
from myschool.people import actions
from myschool.people.models import AccessRecord
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools.tests.makers import make_school

pytestmark = pytest.mark.django_db
INSIDER = f"insider_{os.getpid()}"
EVIDENCE = ("kernel_entry", "kernel_seal", "people_accessrecord")
GUARDED = (*EVIDENCE, "kernel_entry_2026", "kernel_entry_other", "kernel_cluster")
# What the account may do with each table as a whole.
ALLOWED = """
SELECT relname, (
    SELECT string_agg(privilege, ' ' ORDER BY place)
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
         WITH ORDINALITY AS known (privilege, place)
    WHERE has_table_privilege(oid, privilege)
) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = ANY(%s) AND NOT relispartition
"""
CHANGES = (
    "UPDATE {} SET id = id",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} ADD COLUMN more int",
    "ALTER TABLE {} OWNER TO CURRENT_USER",
    "DROP TABLE {}",
    "CREATE RULE nothing AS ON INSERT TO {} DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE INDEX mine ON {} (id)",
    "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
    "SELECT 1 FROM {} FOR UPDATE",
    "INSERT INTO {} (id) VALUES (1)",
    "MERGE INTO {} USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
)
GUARDS_OFF = (
    "SET LOCAL session_replication_role = replica",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION kernel_ahead() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT -1000::bigint'",
    "ALTER FUNCTION kernel_number_row() RENAME TO other",
    "DROP FUNCTION kernel_entry_is_final() CASCADE",
    "CREATE TABLE public.mine (id int)",
    "CREATE TABLE kernel_entry_2031 PARTITION OF kernel_entry FOR VALUES FROM ('2031-08-01') TO ('2032-08-01')",
    "ALTER TABLE kernel_entry DETACH PARTITION kernel_entry_2026",
    "SELECT setval(pg_get_serial_sequence('kernel_entry', 'id'), 1)",
    "INSERT INTO kernel_cluster (system_identifier, ahead, entered_at) VALUES ('1', -1000, now())",
    "DELETE FROM django_migrations",
    "CREATE ROLE another SUPERUSER",
    "COPY kernel_entry (id, xid, kind, at, payload) FROM STDIN",
    "COPY kernel_bookmark TO PROGRAM 'true'",
)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def staff():
    school = make_school()
    person = make_person("Завучева")
    make_post(person, school.organisation, Role.DEPUTY_HEAD)
    return make_actor(person, Role.DEPUTY_HEAD, school.organisation)


@pytest.fixture
def insider(staff):
    """Evidence lies there, and from here on the test has the application's account."""
    chronicle.write(BellRang(**nobody(clock.now(), school_id=10), number=1))
    look(staff, clock.now())
    run(f"CREATE ROLE {INSIDER} NOLOGIN")
    privileges.grant(to=INSIDER)
    run(f"SET LOCAL ROLE {INSIDER}")
    yield staff
    run("RESET ROLE")


def look(staff, at):
    actions.record_access(student_ids=[staff.person_id], section="card", by=staff, at=at)


def refused(statement):
    """Whether the database refuses it for want of a privilege."""
    try:
        with transaction.atomic():
            run(statement)
    except ProgrammingError as error:
        return isinstance(error.__cause__, errors.InsufficientPrivilege)
    return False


def test_evidence_cannot_be_changed_by_any_statement(insider):
    tried = [change.format(table) for change in CHANGES for table in GUARDED]
    assert [statement for statement in tried if not refused(statement)] == []
    run("GRANT UPDATE ON kernel_entry, people_accessrecord TO CURRENT_USER")
    assert refused("UPDATE kernel_entry SET id = id")
    assert refused("UPDATE people_accessrecord SET id = id")


def test_what_guards_evidence_cannot_be_switched_off(insider):
    assert [statement for statement in GUARDS_OFF if not refused(statement)] == []


def test_a_row_that_pretends_to_be_old_comes_last_all_the_same(insider):
    run("INSERT INTO kernel_entry (xid, kind, at, payload) VALUES (1, 'test', now() - interval '30 days', '{}')")
    (pretended,) = run("SELECT xid FROM kernel_entry WHERE kind = 'test'")
    (honest,) = run("SELECT max(xid) FROM kernel_entry WHERE kind <> 'test'")
    assert pretended >= honest


def test_an_access_record_leaves_when_its_term_is_over_and_not_before(insider):
    now = clock.wall()
    look(insider, now - timedelta(days=1097))
    look(insider, now - timedelta(days=1095))
    actions.drop_leftovers(at=now + timedelta(days=10_000))
    assert AccessRecord.objects.count() == 2
    assert {(now - record.at).days for record in AccessRecord.objects.all()} == {0, 1095}


def test_next_years_parts_are_made_for_the_application_and_nothing_else_is(insider):
    day = clock.now().date().replace(year=2031, month=9, day=1)
    assert len(partitions.keep_years(*housekeeping.BY_YEARS, day=day)) == 3 * len(housekeeping.BY_YEARS)
    assert run("SELECT kernel_keep_year('kernel_entry', 1999)") == [(False,)]
    assert run("SELECT kernel_keep_year('kernel_entry', 99999)") == [(False,)]
    assert refused("UPDATE kernel_entry_2031 SET id = id")


def test_the_application_goes_on_as_before(insider):
    chronicle.write(BellRang(**nobody(clock.now(), school_id=10), number=2))
    # The same look within the hour would be one record.
    look(insider, clock.now() + timedelta(hours=2))
    sealing.enter_cluster()
    assert Entry.objects.filter(kind=BellRang.kind).count() == 2
    assert AccessRecord.objects.count() == 2


def test_what_the_application_may_do_with_each_table(insider):
    """Every table there is: a new one is ordinary, unless its model says that it is append-only."""
    odd = {table: allowed for table, allowed in run(ALLOWED, ["r", "p"]) if allowed != "SELECT INSERT UPDATE DELETE"}
    # To a table of evidence rows are added by column: all but the number that the database gives.
    assert odd == dict.fromkeys((*EVIDENCE, "kernel_cluster", "django_migrations"), "SELECT")
    added = run(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges WHERE privilege_type = 'INSERT'"
        " AND grantee = %s AND table_name = ANY(%s)",
        INSIDER,
        list(odd),
    )
    assert {table for (table,) in added} == set(EVIDENCE)
    parts = run(
        "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
        " AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE')"
    )
    assert parts == []


def test_what_packages_publish_is_only_read(insider):
    views = dict(run(ALLOWED, ["v"]))
    assert "people_names" in views
    assert set(views.values()) == {"SELECT"}


def test_what_an_update_makes_is_read_at_once_and_what_comes_later_is_not(insider):
    run("RESET ROLE")
    with privileges.readable(by=INSIDER):
        run("CREATE VIEW made_by_an_update AS SELECT 1 AS one")
    run("CREATE VIEW made_later AS SELECT 1 AS one")
    statement = (
        "SELECT relname::text FROM pg_class WHERE relname LIKE 'made_%%' AND has_table_privilege(%s, oid, 'SELECT')"
    )
    assert run(statement, INSIDER) == [("made_by_an_update",)]


def test_every_ledger_is_numbered_and_final():
    for ledger in sealing.ledgers():
        guards = {
            name
            for (name,) in run(
                "SELECT tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
                " AND tgenabled = 'O'",
                ledger._meta.db_table,
            )
        }
        assert guards == {"kernel_number_row", "kernel_entry_is_final"}, ledger


def test_the_start_asks_of_all_evidence_whether_the_account_may_change_it(insider):
    assert run(checks.CHANGEABLE) == []
    run("RESET ROLE")
    parts = {name for (name,) in run("SELECT relname FROM pg_class WHERE relispartition")}
    tables = {name for (name,) in run(checks.CHANGEABLE)}
    assert tables - parts == privileges.evidence() | privileges.READ_ONLY
