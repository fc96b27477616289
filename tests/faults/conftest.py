"""A platform of its own that may be broken: its own PostgreSQL server, one school with journals, the real pages."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from myschool.config.servers import programs_of
from tests.load.place import GROWN, SESSIONS
from tests.school_day import CLOCK

START_SECONDS = 60


@dataclass
class Ground:
    """The platform's folder, database and server."""

    folder: Path
    environment: dict[str, str]
    database_url: str
    port: int
    server: "subprocess.Popen[bytes] | None" = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "pages.log"

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> None:
        """Run a command of the platform, or a module of its own."""
        subprocess.run([sys.executable, "-m", *words], check=True, env=self.environment, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Serve the pages as `myschool serve` does, and wait until they answer."""
        program = programs_of(host="127.0.0.1", port=self.port, live_port=0, workers=2)["pages"]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                program, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                httpx.get(self.address, timeout=2)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"The pages do not answer: {self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """Kill every process of the server at once, in the middle of whatever it does."""
        if self.server:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def restart_database(self) -> None:
        """Stop the database under whoever is at work, and start it again after they have noticed."""
        self.command("myschool.config.embedded", "stop")
        time.sleep(1)
        self.command("myschool.config.embedded")

    def ask(self, statement: str, *given: object) -> list[tuple[object, ...]]:
        """Ask the database past the platform."""
        with psycopg.connect(self.database_url) as database:
            return database.execute(statement, given).fetchall()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Everything made; at the end all of it is stopped."""
    folder = tmp_path_factory.mktemp("ground")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE")
    } | {"MYSCHOOL_LOCAL": str(folder), "MYSCHOOL_SITE_URL": f"http://127.0.0.1:{port}", **CLOCK}
    process = subprocess.run(
        [sys.executable, "-c", "from myschool.config import embedded; print(embedded.url())"],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    testbed = Ground(folder=folder, environment=environment, database_url=process.stdout.strip(), port=port)
    testbed.command("myschool.config.embedded")
    try:
        for words in (
            ("migrate", "--verbosity", "0"),
            ("load_classifiers",),
            ("demo", "--schools", "1", "--journals", "--desks"),
        ):
            testbed.command("myschool", *words)
        with psycopg.connect(testbed.database_url) as database:
            database.execute(SESSIONS, {"grown": GROWN})
        testbed.start()
        yield testbed
    finally:
        testbed.kill()
        testbed.command("myschool.config.embedded", "stop")
