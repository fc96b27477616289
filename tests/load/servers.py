"""The servers under load: each application served exactly as `myschool serve` serves the pages."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from myschool.config.management.commands.serve import programs_of

PLATFORM, EMPTY = "myschool.config.wsgi:application", "tests.load.empty:application"
WORKERS = 2
START_SECONDS, STOP_SECONDS = 60, 30
KNOCKS = 20


class ServerWontStart(SystemExit):
    """A server ended or did not answer in time; the message names its log."""


@contextmanager
def serving(application: str, log: Path) -> Iterator[str]:
    """Serve the application while the block runs; gives its address.

    Raises:
        ServerWontStart: with the place of its log.
    """
    port = _free_port()
    program = programs_of(host="127.0.0.1", port=port, live_port=0, workers=WORKERS)["pages"]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*program[:-1], application], stdout=written, stderr=written, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}/"
            if not _answers(process, address):
                raise ServerWontStart(f"{application} does not answer: see {log}.")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _answers(process: "subprocess.Popen[bytes]", address: str) -> bool:
    """Whether all workers answer in time: each new connection may fall to any of them, ready or not."""
    until = time.monotonic() + START_SECONDS
    in_a_row = 0
    while in_a_row < KNOCKS:
        if time.monotonic() > until or process.poll() is not None:
            return False
        try:
            httpx.get(address, timeout=5)
            in_a_row += 1
        except httpx.TransportError:
            in_a_row = 0
            time.sleep(0.1)
    return True
