"""The servers under load: each application served exactly as `myschool serve` serves the pages."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from myschool.config.management.commands.serve import programs_of

PLATFORM, EMPTY = "myschool.config.wsgi:application", "tests.load.empty:application"
WORKERS = 2
START_SECONDS = 60


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
            if not _answers(process, port):
                raise ServerWontStart(f"{application} does not answer: see {log}.")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
