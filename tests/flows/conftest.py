"""The whole platform for browser tests: its own database, the stand-in of Gosuslugi, the real servers, Chromium."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from myschool.config import embedded
from myschool.config.servers import programs_of
from tests import machine
from tests.flows.screen import Screen
from tests.school_day import CLOCK, NOW, SCHOOL_DAY
from tests.template import template

ARTEFACTS = Path(__file__).resolve().parents[2] / "test-artefacts"
START_SECONDS = 300
# A machine that does much else at once is slow, not wrong.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class World:
    """Where the running platform is."""

    site: str
    gosuslugi: str
    database_url: str
    folder: Path
    mail_port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The date in the demo schools by the platform's clock: their nights begin when UTC still has evening."""
        return datetime.now(ZoneInfo("Europe/Moscow")).date() + (SCHOOL_DAY - NOW)

    def inn_of(self, name: str) -> str:
        """The ИНН of the demo organisation whose name holds these words."""
        with psycopg.connect(self.database_url) as database:
            row = database.execute(
                "SELECT inn FROM schools_organisation WHERE position(%s in short_name) > 0", [name]
            ).fetchone()
        assert row, name
        return str(row[0])


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[World]:
    """`myschool tryout` with a database, folders and ports of its own."""
    name = f"flows_{worker_id}"
    with psycopg.connect(embedded.owner_url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template()}")
    folder = tmp_path_factory.mktemp("world")
    pages, live, gosuslugi, mail = free_ports(4)
    new_world = World(
        site=f"http://127.0.0.1:{pages}",
        gosuslugi=f"http://127.0.0.1:{gosuslugi}",
        database_url=embedded.url(name),
        folder=folder,
        mail_port=mail,
    )
    environment = new_world.environment
    environment |= {
        **os.environ,
        "DATABASE_URL": new_world.database_url,
        "DATABASE_OWNER_URL": embedded.owner_url(name),
        "MYSCHOOL_LOCAL": str(folder),
        **CLOCK,
        "MYSCHOOL_SITE_URL": new_world.site,
        "MYSCHOOL_LIVE_URL": f"http://127.0.0.1:{live}/live/",
        # Who wants letters listens there.
        "MYSCHOOL_SMTP_URL": f"smtp://127.0.0.1:{mail}",
        "ESIA_HOST": new_world.gosuslugi,
        "ESIA_ISSUER": new_world.gosuslugi + "/",
    }
    log = (folder / "log.txt").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "myschool", "tryout", "--port", str(pages), "--live-port", str(live)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(new_world.site + "/", process, folder / "log.txt")
        yield new_world
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        with psycopg.connect(embedded.owner_url("postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Second:
    """Pages and a live process of another machine over the same database; the live one can be ended and come back."""

    def __init__(self, world: World) -> None:
        self.pages_port, self.live_port = free_ports(2)
        self.site = f"http://127.0.0.1:{self.pages_port}"
        self._environment = {
            **world.environment,
            "MYSCHOOL_SITE_URL": self.site,
            "MYSCHOOL_LIVE_URL": f"http://127.0.0.1:{self.live_port}/live/",
        }
        self._log = world.folder / "second.txt"
        self._programs = programs_of(host="127.0.0.1", port=self.pages_port, live_port=self.live_port, workers=1)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start these processes and wait until they answer."""
        for name in names:
            with self._log.open("ab") as log:
                self._running[name] = subprocess.Popen(
                    self._programs[name], env=self._environment, stdout=log, stderr=log, start_new_session=True
                )
            port = self.pages_port if name == "pages" else self.live_port
            _wait_for(f"http://127.0.0.1:{port}/", self._running[name], self._log)

    def kill(self, name: str) -> None:
        """End a process as a failing machine does, its workers too."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    def stop(self) -> None:
        """End all."""
        for name in list(self._running):
            self.kill(name)


@pytest.fixture
def second(world: World) -> Iterator[Second]:
    """A second machine."""
    other_machine = Second(world)
    other_machine.start("pages", "live")
    yield other_machine
    other_machine.stop()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address, timeout=2)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"The platform did not start:\n{log.read_text()[-5000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; ended with the module, since its event loop would disturb other tests."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=machine.chromium(), args=machine.OPTIONS)
        yield running
        running.close()


@pytest.fixture
def people(browser: Browser, world: World) -> Iterator["People"]:
    """Opens a browser of its own for each person of a story."""
    crowd = People(browser, world)
    yield crowd
    crowd.leave()


class People:
    """Browsers by person."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser, self.world = browser, world
        self.contexts: list[BrowserContext] = []

    def come(
        self, story: str, *, width: int = 1280, height: int = 900, scripts: bool = True, touch: bool = False
    ) -> Screen:
        """A fresh browser at the platform's front door, a phone's with `touch`; pictures are kept under the story's name."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="ru-RU",
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
        )
        self.contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(15_000)
        return Screen(page, self.world.site, self.world.gosuslugi, ARTEFACTS / story)

    def leave(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            context.close()
