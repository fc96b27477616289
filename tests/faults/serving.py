"""The whole platform as `myschool serve` runs it, to be stopped and killed, and browsers that listen to it."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from django.conf import settings

from myschool.people.actors import COOKIE
from tests.faults.writers import CSRF

START_SECONDS = 120


class Stream(threading.Thread):
    """One open page, from its first word to the end of its stream."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(daemon=True)
        self.address, self.token = address, token
        self.text, self.has_begun = "", threading.Event()

    def run(self) -> None:
        """Read until the server ends it, or is no more."""
        cookies = {"Cookie": f"{COOKIE}={self.token}"}
        with (
            suppress(httpx.TransportError),
            httpx.stream("GET", self.address, headers=cookies, timeout=60, trust_env=False) as answer,
        ):
            for part in answer.iter_text():
                self.text += part
                self.has_begun.set()

    def ends_within(self, seconds: float) -> bool:
        """Whether it ended so soon."""
        self.join(seconds)
        return not self.is_alive()


@dataclass
class Platform:
    """Its folder, its database and its processes."""

    folder: Path
    port: int
    live_port: int
    environment: dict[str, str] = field(default_factory=dict)
    cast: dict[str, int] = field(default_factory=dict)
    serving: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.log = self.folder / "serve.log"
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        } | {"MYSCHOOL_LOCAL": str(self.folder), "MYSCHOOL_SITE_URL": self.address}

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    def make(self) -> None:
        """The database, with those who will lose their rights."""
        self.run("myschool", "migrate", "--verbosity", "0")
        self.cast = json.loads(self.run("tests.faults.cast").stdout)

    def run(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run one of the platform's commands to its end."""
        return subprocess.run(
            [sys.executable, "-m", *words], check=check, env=self.environment, capture_output=True, text=True
        )

    def serve_words(self) -> list[str]:
        """The command that serves it."""
        return ["myschool", "serve", "--port", str(self.port), "--live-port", str(self.live_port)]

    def start(self) -> None:
        """Serve, unless it is served, and wait until pages and streams answer."""
        if self.serving and self.serving.poll() is None:
            return
        with self.log.open("wb") as log:
            self.serving = subprocess.Popen(
                [sys.executable, "-m", *self.serve_words()],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not (self.answers(self.port) and self.answers(self.live_port)):
            is_starting = time.monotonic() < until and self.serving.poll() is None
            assert is_starting, self.log.read_text()
            time.sleep(0.1)

    def answers(self, port: int) -> bool:
        """Whether somebody listens there."""
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
            return True
        return False

    def listen(self, who: str, topic: str) -> Stream:
        """Open a page's stream and wait for its first word."""
        stream = Stream(f"http://127.0.0.1:{self.live_port}/live/?topic={topic}&since=0.0", f"faults-{who}")
        stream.start()
        assert stream.has_begun.wait(30), "no stream"
        return stream

    def post(self, who: str, path: str, **fields: object) -> None:
        """Press a button; the door accepts it."""
        answer = httpx.post(
            self.address + path,
            data={**fields, "csrfmiddlewaretoken": CSRF},
            headers={"Cookie": f"{COOKIE}=faults-{who}; {settings.CSRF_COOKIE_NAME}={CSRF}"},
            timeout=30,
            trust_env=False,
        )
        assert answer.status_code == 302, answer.text

    def send(self, sign: signal.Signals) -> None:
        """A signal to the one process that was started."""
        assert self.serving
        self.serving.send_signal(sign)

    def ends_within(self, seconds: float, processes: list[int]) -> bool:
        """Whether the server and all these processes ended so soon."""
        assert self.serving
        until = time.monotonic() + seconds
        with suppress(subprocess.TimeoutExpired):
            self.serving.wait(timeout=seconds)
            return all(ended(pid, until - time.monotonic()) for pid in processes)
        return False

    def processes(self) -> list[int]:
        """All that it has started, and what those have started."""
        assert self.serving
        pids, looked_at = [], [self.serving.pid]
        while looked_at:
            pid = looked_at.pop()
            started = [
                int(word)
                for task in Path(f"/proc/{pid}/task").iterdir()
                for word in (task / "children").read_text().split()
            ]
            pids += started
            looked_at += started
        return pids


def ended(pid: int, seconds: float) -> bool:
    """Whether a process that need not be ours has ended, or does so soon."""
    with ExitStack() as stack:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        stack.callback(os.close, watched)
        return bool(select.select([watched], [], [], max(seconds, 0))[0])


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
