"""The servers under load: each application is served exactly as `myschool serve` serves the pages."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from myschool.config.servers import programs_of

PLATFORM, EMPTY = "myschool.config.wsgi:application", "tests.load.empty:application"
CHAIN = "tests.load.chain:application"
WORKERS = 2
START_SECONDS, STOP_SECONDS = 60, 30
# A new connection may fall to any worker; so many in a row will have met all of them.
KNOCKS = 20


class ServerWontAnswer(SystemExit):
    """A server ended, or is busy for too long; the message names its log."""


@contextmanager
def serving(application: str, log: Path, database_url: str = "") -> Iterator[str]:
    """Serve the application while the block runs, from another database if one is named; gives its address.

    Raises:
        ServerWontAnswer: it did not start.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}/"
    program = programs_of(host="127.0.0.1", port=port, live_port=0, workers=WORKERS)["pages"]
    environment = {**os.environ, **({"DATABASE_URL": database_url} if database_url else {})}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*program[:-1], application], stdout=written, stderr=written, start_new_session=True, env=environment
        )
        try:
            wait_till_idle(address)
            yield address
        except ServerWontAnswer as error:
            raise ServerWontAnswer(f"{application} does not answer: see {log}.") from error
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def serving_live(log: Path) -> Iterator[str]:
    """Serve the live streams while the block runs; gives their address.

    Raises:
        ServerWontAnswer: it did not start.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}/"
    program = programs_of(host="127.0.0.1", port=0, live_port=port, workers=WORKERS)["live"]
    with log.open("wb") as written:
        process = subprocess.Popen(program, stdout=written, stderr=written, start_new_session=True)
        try:
            wait_till_idle(address)
            yield address
        finally:
            # Its streams would hold it up.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=STOP_SECONDS)


def wait_till_idle(address: str) -> None:
    """Wait until every worker answers: all are there, and have done what others asked and no longer wait for.

    Raises:
        ServerWontAnswer: not in time.
    """
    until = time.monotonic() + START_SECONDS
    in_a_row = 0
    with httpx.Client(headers={"Connection": "close"}, timeout=5, trust_env=False) as client:
        while in_a_row < KNOCKS:
            try:
                client.get(address)
                in_a_row += 1
            except httpx.TransportError:
                in_a_row = 0
                if time.monotonic() > until:
                    raise ServerWontAnswer(f"{address} does not answer.") from None
                time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
