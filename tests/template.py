"""The database that others of the tests are copied from: every migration is run once, until one of them changes."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).parents[1]
PREFIX = "myschool_template_"
# Of those that no longer fit, as many stay for whoever changes back and forth between two states of the migrations.
KEPT = 3
LOCK = 7_140_221
STALE = """
SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s
ORDER BY (pg_stat_file('base/' || oid || '/PG_VERSION')).modification DESC OFFSET %s
"""


def template() -> str:
    """The template's name on the server of DATABASE_URL; made where there is none yet, which takes a minute.

    Several processes may ask at once. The account of DATABASE_URL must be a superuser, as the embedded server's owner is.
    """
    address, name = os.environ["DATABASE_URL"], f"{PREFIX}{_digest()}"
    with psycopg.connect(make_conninfo(address, dbname="postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            _make(server, address, name)
        for (stale,) in server.execute(STALE, [f"{PREFIX}%", name, KEPT]).fetchall():
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(stale)))
    return name


def _make(server: "psycopg.Connection[tuple[object, ...]]", address: str, name: str) -> None:
    draft = f"draft_{name}"
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
    environment["DATABASE_URL"] = make_conninfo(address, dbname=draft)
    subprocess.run(
        [sys.executable, "-m", "myschool", "migrate", "--verbosity", "0"], check=True, env=environment, cwd=ROOT
    )
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _digest() -> str:
    """What a migrated database depends on: the migrations, the rights they end with, the libraries, and the month."""
    files = [
        *sorted((ROOT / "myschool").glob("*/migrations/*.py")),
        ROOT / "myschool/config/privileges.py",
        ROOT / "requirements.lock",
    ]
    digest = hashlib.sha256(f"{datetime.now(tz=UTC):%Y-%m}".encode())
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]
