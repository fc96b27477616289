"""The embedded database: a first start, a second one, a crash, a stop; as whoever runs the tests."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from myschool.config.env import ROOT


class Server:
    """An embedded server of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "MYSCHOOL_LOCAL": str(folder)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            self.environment.pop(name, None)

    def tell(self, code: str) -> str:
        """What a process of its own prints about the module."""
        program = f"from myschool.config import embedded; {code}"
        process = subprocess.run(
            [sys.executable, "-c", program], env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return process.stdout.strip()

    def start(self) -> str:
        """Start it, and answer its address for the owner."""
        return self.tell("embedded.ensure_running(); print(embedded.owner_url())")

    def stop(self) -> None:
        """Stop it."""
        self.tell("embedded.stop()")

    def first_process(self) -> int:
        """The number of PostgreSQL's first process."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def server(tmp_path):
    local_server = Server(tmp_path / "local")
    local_server.folder.mkdir()
    yield local_server
    local_server.stop()


def rows(address):
    with psycopg.connect(address) as database:
        return database.execute("SELECT count(*) FROM kept").fetchone()


def test_a_second_start_finds_the_first(server):
    address = server.start()
    process = server.first_process()
    assert server.start() == address
    assert server.first_process() == process


def test_what_was_committed_survives_kill_9(server):
    address = server.start()
    with psycopg.connect(address) as database:
        database.execute("CREATE TABLE kept (number int)")
        database.execute("INSERT INTO kept VALUES (1)")
    os.kill(server.first_process(), signal.SIGKILL)
    assert server.start() == address
    assert rows(address) == (1,)


def test_many_first_starts_at_once_make_one_server(server):
    program = "from myschool.config import embedded; embedded.ensure_running()"
    starts = [subprocess.Popen([sys.executable, "-c", program], env=server.environment, cwd=ROOT) for _ in range(3)]
    assert [start.wait(timeout=120) for start in starts] == [0, 0, 0]
    with psycopg.connect(server.start()) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_it_listens_on_no_network_address_and_lets_nobody_else_in(server):
    address = server.start()
    with psycopg.connect(address) as database:
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)
        sockets = database.execute("SHOW unix_socket_directories").fetchone()
    assert sockets
    assert Path(sockets[0]).stat().st_mode & 0o077 == 0


def test_the_platform_itself_runs_as_an_account_that_owns_nothing(server):
    server.start()
    with psycopg.connect(server.tell("print(embedded.url())")) as database:
        cursor = database.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchall() == [(False, False)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("CREATE TABLE kept (number int)")
