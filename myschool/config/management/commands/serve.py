"""Run the platform: pages, live streams, the follower, the worker and the sender, each a process of its own."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from myschool.config import checks

Program = list[str]


class Command(BaseCommand):
    """`myschool serve`: migrate, then run until a signal; a process that dies is started again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and how many workers."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--live-port", type=int, default=8001)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start five processes and keep them."""
        if settings.PRODUCTION:
            checks.demand_database(settings.DATABASE_URL)
        call_command("migrate", verbosity=0)
        programs = programs_of(**{name: options[name] for name in ("host", "port", "live_port", "workers")})
        running = {name: _start(program) for name, program in programs.items()}
        stopping: list[int] = []
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda number, frame: stopping.append(number))
        self.stdout.write(f"http://{options['host']}:{options['port']}/")
        while not stopping:
            for name, process in running.items():
                if process.poll() is not None:
                    self.stderr.write(f"{name} ended with {process.returncode}; starting it again")
                    running[name] = _start(programs[name])
            time.sleep(0.5)
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(timeout=30)


def programs_of(*, host: str, port: int, live_port: int, workers: int) -> dict[str, Program]:
    """The command of each process."""
    granian = [
        str(Path(sys.executable).parent / "granian"),
        "--host",
        host,
        "--log-level",
        "warning",
        "--no-ws",
    ]
    return {
        "pages": [
            *granian, "--interface", "wsgi", "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
            "--backpressure", "64", "myschool.config.wsgi:application",
        ],
        "live": [
            *granian, "--interface", "asgi", "--port", str(live_port), "--workers", "1", "--backlog", "4096",
            # Without it no more streams than the backlog are served at once.
            "--backpressure", "20000",
            "myschool.config.asgi:application",
        ],
        "follower": [sys.executable, "-m", "myschool", "follow"],
        "worker": [sys.executable, "-m", "myschool", "work"],
        "sender": [sys.executable, "-m", "myschool", "work", "--send"],
    }  # fmt: skip


def _start(program: Program) -> "subprocess.Popen[bytes]":
    # In a session of its own: a Ctrl+C reaches us alone, and we end the others in order.
    return subprocess.Popen(program, env=os.environ, start_new_session=True)  # noqa: S603 - our own program
