"""The worker process: does what takes long, one piece after another."""

import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import OperationalError, connection

from myschool.config.jobs import JOBS, SENDING
from myschool.files import previewing, sandbox
from myschool.kernel import clock

PAUSE_SECONDS = 1


class Command(BaseCommand):
    """`myschool work`: go on until a signal; `--once` does what is there and stops; `--send` is the sender's part."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and how long."""
        parser.add_argument("--send", action="store_true", help="send notices, and do nothing else")
        parser.add_argument("--once", action="store_true", help="do what is there, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Round after round; while the database is away, wait for it."""
        if not options["once"]:
            # At once and wherever we are: what was begun is taken up again by the next worker.
            signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        jobs = SENDING if options["send"] else JOBS
        if not options["send"]:
            self._look_around()
        while True:
            try:
                # Every job gets its turn, however much the first has to do.
                worked = sum(job(clock.now()) for job in jobs) > 0
            except OperationalError:
                connection.close()
                worked = False
            if options["once"] and not worked:
                return
            if not worked:
                time.sleep(PAUSE_SECONDS)

    def _look_around(self) -> None:
        sandbox.demand()
        if absent := previewing.missing():
            self.stderr.write(f"No previews of documents are made without {', '.join(absent)}.")
