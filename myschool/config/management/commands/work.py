"""The worker process: does what takes longer than a page may, one piece after another."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import OperationalError, connection

from myschool.config.jobs import JOBS
from myschool.kernel import clock

PAUSE_SECONDS = 1


class Command(BaseCommand):
    """`myschool work`: go on for ever; `--once` does what is there and stops."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--once", action="store_true", help="do what is there, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Round after round; while the database is away, wait for it."""
        while True:
            try:
                done = sum(job(clock.now()) for job in JOBS) > 0
            except OperationalError:
                connection.close()
                done = False
            if options["once"] and not done:
                return
            if not done:
                time.sleep(PAUSE_SECONDS)
