"""The follower process: lets everybody read the chronicle, keeps terms, and warns of whom everybody waits for."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import OperationalError, connection

from myschool.config import followers, housekeeping
from myschool.kernel import chronicle, transactions

PAUSE_SECONDS = 0.5
HOUSEKEEPING_SECONDS = 600


class Command(BaseCommand):
    """`myschool follow`: read on for ever; `--once` reads what is there and stops."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument(
            "--once", action="store_true", help="read what is there, keep house once, and stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Round after round; while the database is away, wait for it."""
        kept_at = watched_at = float("-inf")
        watch = transactions.Watch()
        while True:
            try:
                read = sum(chronicle.follow(name) for name in followers.names())
                if time.monotonic() - watched_at > transactions.LONG_SECONDS:
                    watch.look()
                    watched_at = time.monotonic()
                if time.monotonic() - kept_at > HOUSEKEEPING_SECONDS:
                    housekeeping.keep()
                    kept_at = time.monotonic()
            except OperationalError:
                connection.close()
                read = 0
            if options["once"] and not read:
                return
            if not read:
                time.sleep(PAUSE_SECONDS)
