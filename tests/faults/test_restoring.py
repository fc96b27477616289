"""The restore drill of docs/howto/production.md, with PostgreSQL's own tools and three clusters.

The tests' database is moved into a fresh cluster by pg_dump, which then is backed up with its WAL and restored to a
moment between two writes. After each, followers go on, evidence is whole, and every row has its file.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from myschool.config import embedded
from myschool.files import actions as files
from myschool.files.gateways import store
from myschool.files.received import Received
from myschool.kernel import chronicle, clock, heads, sealing
from myschool.kernel.actors import nobody
from myschool.kernel.tests.test_chronicle import BellRang
from myschool.people.tests.makers import make_actor

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]
RECOVERY_SECONDS = 60
ENTRY = "INSERT INTO kernel_entry (kind, at, school_id, payload) VALUES (%s, now(), 10, '{}')"
KINDS = "SELECT kind FROM kernel_entry WHERE starts_with(kind, 'drill.') ORDER BY id"
SEALED = "SELECT count(*) FROM kernel_entry entry JOIN kernel_seal seal ON seal.ledger = 'chronicle' AND seal.row_id = entry.id"


class Machine:
    """A machine with an embedded server, a store and evidence of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")} | {
            "MYSCHOOL_LOCAL": str(folder)
        }
        script = "from myschool.config import embedded; print(embedded.url(), embedded.owner_url(), embedded.SOCKETS)"
        self.address, self.owner_address, self.sockets = self.run("-c", script).split()

    def run(self, *words: str) -> str:
        """What a program of the platform prints."""
        process = subprocess.run(
            [sys.executable, *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stdout + process.stderr
        return process.stdout

    def command(self, *words: str) -> str:
        """What a command of the platform prints."""
        return self.run("-m", "myschool", *words)

    def start(self) -> None:
        """Start the server."""
        self.run("-m", "myschool.config.embedded")

    def stop(self) -> None:
        """Stop it; what is to be archived is."""
        self.run("-m", "myschool.config.embedded", "stop")

    def ask(self, statement: str, *values: object, owner: bool = False) -> list[tuple[object, ...]]:
        """Ask the database, as the application or as the owner."""
        with psycopg.connect(self.owner_address if owner else self.address, autocommit=True) as database:
            cursor = database.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def take_over(self, folder: Path) -> None:
        """Copy the files, the evidence and its key of another machine: what was copied before stays."""
        for name in ("files", "evidence"):
            shutil.copytree(folder / name, self.folder / name, dirs_exist_ok=True)
        (self.folder / "secrets").mkdir(exist_ok=True)
        shutil.copy(folder / "secrets" / "evidence.pem", self.folder / "secrets")


@pytest.fixture
def machines(tmp_path):
    pair = [Machine(tmp_path / name) for name in ("moved", "restored")]
    yield pair
    for machine in pair:
        machine.stop()


def tool(*words: object) -> None:
    """Run one of PostgreSQL's programs as its server's account."""
    servant = embedded.SERVANT
    subprocess.run(
        [embedded.PROGRAMS / str(words[0]), *map(str, words[1:])],
        user=servant.pw_uid if servant else None,
        group=servant.pw_gid if servant else None,
        extra_groups=[] if servant else None,
        cwd="/",
        check=True,
    )


def of_servant(folder: Path) -> Path:
    """A folder that the server's account writes into."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.parent.chmod(0o711)
    if embedded.SERVANT:
        os.chown(folder, embedded.SERVANT.pw_uid, embedded.SERVANT.pw_gid)
    return folder


def lived(settings, folder):
    """What a school has written and signed in the tests' database."""
    settings.FILES_FOLDER = folder / "files"
    settings.EVIDENCE_FOLDER = str(folder / "evidence")
    settings.EVIDENCE_KEY = str(folder / "secrets" / "evidence.pem")
    sealing.enter_cluster()
    stored = store().put([b"%PDF-1.4 before the move"])
    received = Received(key=stored.key, name="a.pdf", content_type="application/pdf", size=stored.size)
    files.keep(received=received, by=make_actor(), at=clock.now())
    with transaction.atomic():
        chronicle.write(BellRang(**nobody(clock.now(), school_id=10), number=1))
    while sealing.seal_all():
        pass
    heads.sign(at=clock.wall())


def moved_by_dump(machine, tmp_path):
    """What docs/howto/production.md calls a move."""
    machine.start()
    dump = of_servant(tmp_path / "dump") / "myschool.dump"
    source = make_conninfo(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"])
    tool("pg_dump", "--format=custom", "--file", dump, source)
    tool("pg_restore", "--exit-on-error", "--dbname", machine.owner_address, dump)
    machine.command("migrate", "--verbosity", "0")


def archived(machine, archive):
    """Let the server keep its WAL, as production does."""
    machine.ask("ALTER SYSTEM SET archive_mode = on", owner=True)
    machine.ask(f"ALTER SYSTEM SET archive_command = 'cp %%p {archive}/%%f'", owner=True)
    machine.stop()
    machine.start()


def restored_to(moment, base, archive, machine):
    """Bring the base backup to a moment, and wait until it is a database of its own."""
    with (base / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(
            f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{moment}'\n"
            "recovery_target_action = 'promote'\narchive_mode = off\n"
        )
    (base / "recovery.signal").touch()
    machine.start()
    until = time.monotonic() + RECOVERY_SECONDS
    # Each question is a connection of its own, which is pause enough.
    while machine.ask("SELECT pg_is_in_recovery()") == [(True,)]:
        assert time.monotonic() < until, "it goes on recovering"


def test_a_copy_restored_to_a_moment_goes_on_and_its_evidence_is_whole(machines, tmp_path, settings):
    moved, restored = machines
    before = tmp_path / "before"
    lived(settings, before)

    moved_by_dump(moved, tmp_path)
    moved.take_over(before)
    moved.ask(ENTRY, "drill.moved")
    moved.command("follow", "--once")
    entries = moved.ask("SELECT count(*) FROM kernel_entry")
    assert moved.ask(SEALED) == entries
    assert "ends short" not in moved.command("verify-chronicle")

    archive, base = of_servant(tmp_path / "archive"), of_servant(restored.folder / "postgres")
    archived(moved, archive)
    tool("pg_basebackup", "--pgdata", base, "--host", moved.sockets, "--username", embedded.OWNER, "--checkpoint=fast")
    moved.ask(ENTRY, "drill.kept")
    ((moment,),) = moved.ask("SELECT clock_timestamp()")
    moved.ask(ENTRY, "drill.lost")
    moved.command("follow", "--once")
    moved.ask("SELECT pg_switch_wal()", owner=True)
    moved.stop()

    restored_to(moment, base, archive, restored)
    restored.take_over(moved.folder)
    assert restored.ask(KINDS) == [("drill.moved",), ("drill.kept",)]
    restored.ask(ENTRY, "drill.restored")
    restored.command("follow", "--once")
    assert restored.ask(SEALED) == restored.ask("SELECT count(*) FROM kernel_entry")
    report = restored.command("verify-chronicle")
    # What was signed after the moment is told, each time anew: whoever restores must answer for what is gone.
    assert "chronicle 10: the copy restored before" in report
    assert "Every file is there." in restored.command("verify-files")
    shutil.rmtree(restored.folder / "files")
    with pytest.raises(AssertionError, match="1 missing"):
        restored.command("verify-files")
