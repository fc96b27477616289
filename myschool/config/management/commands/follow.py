"""The follower process: lets everybody read the chronicle, seals and signs what is evidence, keeps terms, and warns of
whom everybody waits for.
"""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection

from myschool.config import following, housekeeping
from myschool.kernel import chronicle, clock, heads, sealing, transactions
from myschool.kernel.faults import DATABASE_AWAY

SIGNING_SECONDS = 60
HOUSEKEEPING_SECONDS = 600
AWAY_SECONDS = 1
STOP_LOOK_SECONDS = 0.2
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """`myschool follow`: go on for ever; `--once` reads what is there and stops.

    `--pages` has those who move open pages, `--rest` all others with seals and housekeeping; without either one process
    has all. Any of them may run more than once.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who follows, and how long."""
        parser.add_argument("--once", action="store_true", help="read what is there, keep house once, and stop")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--pages", action="store_true", help="only those that move open pages")
        part.add_argument("--rest", action="store_true", help="all others, the seals and the house")

    def handle(self, *args: Any, **options: Any) -> None:
        """What was sealed last is signed at the end."""
        names = following.named(pages=options["pages"], rest=options["rest"])
        keeps = not options["pages"]
        stopping = threading.Event()
        if not options["once"]:
            signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
        try:
            self._begin(stopping, keeps=keeps)
            if options["once"]:
                self._once(names, keeps=keeps)
            else:
                self._go_on(following.Company(names, seals=keeps), stopping, keeps=keeps)
        finally:
            connection.close()
            if keeps:
                with suppress(OperationalError):
                    self._sign()

    def _begin(self, stopping: threading.Event, *, keeps: bool) -> None:
        """Before anything is read: what a restored copy ends with is written down as it was restored."""
        while not stopping.is_set():
            try:
                sealing.enter_cluster()
                if keeps:
                    self._sign()
                return
            except DATABASE_AWAY:
                connection.close()
                stopping.wait(AWAY_SECONDS)

    def _once(self, names: list[str], *, keeps: bool) -> None:
        aside = chronicle.asides()
        stuck = following.follow_once(names)
        if keeps:
            housekeeping.keep()
            # What house was kept of is followed too.
            stuck += following.follow_once(names)
            while sealing.seal_all():
                pass
        if failed := {*stuck, *(name for name, many in chronicle.asides().items() if many > aside.get(name, 0))}:
            raise CommandError(f"Some followers failed: {', '.join(sorted(failed))}. See the log.")

    def _go_on(self, company: following.Company, stopping: threading.Event, *, keeps: bool) -> None:
        company.begin()
        house = following.Runner("house", self._keep, kinds=frozenset(), every=HOUSEKEEPING_SECONDS)
        if keeps:
            house.start()
        watch, watched_at, signed_at = transactions.Watch(), time.monotonic(), time.monotonic()
        # A signal does not always cut a wait short.
        while not stopping.wait(STOP_LOOK_SECONDS):
            if not keeps or time.monotonic() - watched_at < transactions.LONG_SECONDS:
                continue
            watched_at = time.monotonic()
            try:
                watch.look()
                if time.monotonic() - signed_at > SIGNING_SECONDS:
                    self._sign()
                    signed_at = time.monotonic()
            except DATABASE_AWAY:
                connection.close()
        house.stop()
        company.end()

    def _keep(self) -> int:
        housekeeping.keep()
        return 0

    def _sign(self) -> None:
        try:
            heads.sign(at=clock.wall())
        except OSError as error:
            # A full disk keeps nobody's notices waiting; the next line will name these heads.
            self.stderr.write(f"The heads of evidence were not signed: {error}")
