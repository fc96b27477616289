"""The platform's processes, and the ports that they answer on."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management import CommandError

from myschool.config import lifeline

Program = list[str]
LOOK_SECONDS = 0.5
# A worker that does not end is killed by its server; a server that does not, by us.
WORKER_STOP_SECONDS, STOP_SECONDS = 4, 6


class PortTaken(CommandError):
    """Somebody answers on the port already."""


@contextmanager
def holding(ports: Mapping[str, tuple[str, int]]) -> Iterator[None]:
    """Have these ports to ourselves while the block runs; each is named by the option that chooses it.

    Granian shares a port with whoever listens on it, and connections would go to one or the other in turn.

    Raises:
        PortTaken: another program listens there, or another start of ours is about to.
    """
    with ExitStack() as stack:
        for option, (host, port) in ports.items():
            try:
                stack.enter_context(_claim(port))
                _try(host, port)
            except OSError as error:
                raise PortTaken(
                    f"Nothing was started: port {port} of {host} cannot be used ({error.strerror}). "
                    f"Stop what listens there, or choose another port with {option}."
                ) from error
        yield


def _claim(port: int) -> socket.socket:
    """A name that only one process of this machine can have; the system takes it back with the process."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0myschool-port-{port}")
    except OSError:
        claim.close()
        raise
    return claim


def _try(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as tried:
        # Connections of a server that has just ended are no reason to wait.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(address)


def run(programs: Mapping[str, Program], say: Callable[[str], object]) -> None:
    """Keep the programs running until a signal; one that ends is started again."""
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, frame: stopping.set())
    # Whoever answers requests does not even know the owner of the tables.
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    running = {name: lifeline.start(program, environment) for name, program in programs.items()}
    while not stopping.wait(LOOK_SECONDS):
        for name, process in running.items():
            if process.poll() is not None:
                say(f"{name} ended with {process.returncode}; starting it again")
                running[name] = lifeline.start(programs[name], environment)
    lifeline.end(list(running.values()), STOP_SECONDS)


def programs_of(*, host: str, port: int, live_port: int, workers: int) -> dict[str, Program]:
    """The command of each process."""
    granian = [
        str(Path(sys.executable).parent / "granian"),
        "--host",
        host,
        "--log-level",
        "warning",
        "--no-ws",
        # In HTTP/2 a body needs no length, and a body without one would count as empty: `kernel.middleware.Lengths`.
        "--http",
        "1",
        "--workers-kill-timeout",
        str(WORKER_STOP_SECONDS),
    ]
    return {
        "pages": [
            *granian,
            "--interface",
            "wsgi",
            "--port",
            str(port),
            "--workers",
            str(workers),
            "--blocking-threads",
            "4",
            "--backpressure",
            "64",
            "myschool.config.wsgi:application",
        ],
        "live": [
            *granian,
            "--interface",
            "asgi",
            "--port",
            str(live_port),
            "--workers",
            "1",
            "--backlog",
            "4096",
            # Without it no more streams than the backlog are served at once.
            "--backpressure",
            "20000",
            "myschool.config.asgi:application",
        ],
        "mover": [sys.executable, "-m", "myschool", "follow", "--pages"],
        "follower": [sys.executable, "-m", "myschool", "follow", "--rest"],
        "worker": [sys.executable, "-m", "myschool", "work"],
        "sender": [sys.executable, "-m", "myschool", "work", "--send"],
    }
