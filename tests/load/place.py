"""The bench's own database and what lies in it: the demo world, grown, with sessions and a long chronicle.

All is made once and kept between runs; a run only takes away the requests that the one before has submitted.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from myschool.config import embedded, env

FOLDER = env.LOCAL / "bench"
NAME = "bench"
# A second database with a tenth of everything: what takes longer in the first pays for rows that are not shown.
TENTH = "_tenth"
DESKS = (10_000, 100_000)
# Ids of grown rows begin here; myschool.config.demo.growth, which Django must be ready for, says the same.
GROWN = 1_000_000_000

# No facts are written for grown requests; the bench wants a chronicle as long as theirs would be.
ENTRIES = """
INSERT INTO kernel_entry (kind, at, school_id, actor_id, payload)
SELECT 'enrolment.request_submitted', submitted_at, school_id, applicant_id,
       jsonb_build_object('request_id', id, 'applicant_id', applicant_id)
FROM enrolment_enrolmentrequest request
WHERE id >= %(grown)s AND NOT EXISTS (SELECT FROM kernel_entry WHERE actor_id = applicant_id AND at = submitted_at)
ORDER BY submitted_at
"""
# Seen and expiring years from now: noting that a session is in use belongs to a minute, not to a request.
SESSIONS = """
INSERT INTO people_session (token_hash, person_id, account_id, role, organisation_id, device, created_at, seen_at,
                            expires_at, ended)
SELECT sha256(convert_to('bench-' || person_id, 'UTF8')), person_id, account.id, coalesce(post.role, profile.role),
       post.organisation_id, 'bench', now(), now() + interval '10 years',
       now() + interval '10 years', ''
FROM people_account account JOIN people_profile profile USING (person_id) LEFT JOIN people_post post USING (person_id)
WHERE person_id >= %(grown)s
ON CONFLICT DO NOTHING
"""
# Students of the grown world ask for nothing: a card of one's own there is the bench's doing.
FORGET = """
WITH past AS (SELECT request.id, card_id FROM enrolment_enrolmentrequest request
              JOIN enrolment_studentcard card ON card.id = card_id
              WHERE card.source = 'own' AND filed_by_id >= %(grown)s),
     steps AS (DELETE FROM enrolment_requeststep USING past WHERE request_id = past.id),
     requests AS (DELETE FROM enrolment_enrolmentrequest request USING past WHERE request.id = past.id)
DELETE FROM enrolment_studentcard card USING past WHERE card.id = past.card_id
"""
# Grown marks have grown ids: one below was saved by the bench.
FORGET_MARKS = "DELETE FROM journal_mark WHERE id < %(grown)s AND teaching_group_id >= %(grown)s"
BARE = "CREATE TABLE IF NOT EXISTS bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value integer)"


class NotOurDatabase(SystemExit):
    """The given database may be somebody's own, and the bench fills it with invented people."""


def token_of(person_id: int) -> str:
    """The token of a person's session, as SESSIONS has it."""
    return f"bench-{person_id}"


def choose(*, fresh: bool) -> None:
    """Make the databases unless they are there, and point this process and those it starts at the first.

    Raises:
        NotOurDatabase: DATABASE_URL names one that is not called so.
    """
    if "DATABASE_URL" not in os.environ:
        embedded.ensure_running()
        os.environ["DATABASE_URL"] = embedded.owner_url(NAME)
    address = os.environ["DATABASE_URL"]
    name = str(conninfo_to_dict(address)["dbname"])
    if not name.endswith(NAME):
        raise NotOurDatabase(f"The bench fills a database of its own: call it “{NAME}”, not “{name}”.")
    with psycopg.connect(make_conninfo(address, dbname="postgres"), autocommit=True) as server:
        for database in (name, name + TENTH):
            if fresh:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "myschool.config.settings",
        "MYSCHOOL_LOCAL": str(FOLDER),
        "MYSCHOOL_INN_TRIES": "1000000",
        "ESIA_CERTIFICATE": str(FOLDER / "client.crt"),
        "ESIA_KEY": str(FOLDER / "client.key"),
    }


def tenth() -> str:
    """The address of the database with a tenth of everything."""
    address = os.environ["DATABASE_URL"]
    return make_conninfo(address, dbname=f"{conninfo_to_dict(address)['dbname']}{TENTH}")


def fill(schools: int) -> None:
    """Grow the world to so many schools and the two long desks, and its little sister; tells each step as it is done."""
    began = time.monotonic()
    _fill(os.environ["DATABASE_URL"], schools, DESKS)
    _fill(tenth(), schools // 10, ())
    print(f"The databases were made ready in {time.monotonic() - began:.0f} s.\n", flush=True)


def _fill(address: str, schools: int, desks: Sequence[int]) -> None:
    _command(address, "migrate", "--verbosity", "0")
    _command(address, "load_classifiers")
    _command(address, "demo", "--schools", str(schools), "--journals", "--desks", *map(str, desks))
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(FORGET, {"grown": GROWN})
        database.execute(FORGET_MARKS, {"grown": GROWN})
        database.execute(BARE)
        database.execute("TRUNCATE bench_bare")
        entries = database.execute(ENTRIES, {"grown": GROWN}).rowcount
        sessions = database.execute(SESSIONS, {"grown": GROWN}).rowcount
        print(f"Added: entries of the chronicle {entries}, sessions {sessions}.", flush=True)
        # As the database does by itself, but not within the seconds that passed since.
        database.execute("VACUUM ANALYZE")
        if entries:
            _command(address, "follow", "--once")
            database.execute("VACUUM ANALYZE")


def _command(address: str, *words: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address}
    subprocess.run([sys.executable, "-m", "myschool", *words], check=True, env=environment)
