"""The follower process: lets everybody read the chronicle, seals and signs what is evidence, keeps terms, and warns of
whom everybody waits for.
"""

import logging
import secrets
import signal
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection

from myschool.config import followers, housekeeping
from myschool.kernel import chronicle, clock, heads, sealing, transactions

PAUSE_SECONDS = 0.5
SIGNING_SECONDS = 60
HOUSEKEEPING_SECONDS = 600
# A follower whose handler has failed is tried again after so long; nobody else waits for it.
AGAIN_SECONDS = 30
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """`myschool follow`: read on for ever; `--once` reads what is there and stops."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument(
            "--once", action="store_true", help="read what is there, keep house once, and stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Round after round; while the database is away, wait for it. What was sealed last is signed at the end."""
        if not options["once"]:
            signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        try:
            self._follow(once=options["once"])
        finally:
            connection.close()
            with suppress(OperationalError):
                self._sign()

    def _follow(self, *, once: bool) -> None:
        kept_at = signed_at = watched_at = float("-inf")
        failed: dict[str, float] = {}
        watch = transactions.Watch()
        while True:
            try:
                if time.monotonic() - signed_at > SIGNING_SECONDS:
                    # Before anything is read: what a restored copy ends with is written down as it was restored.
                    sealing.enter_cluster()
                    self._sign()
                    signed_at = time.monotonic()
                read = self._read(failed) + sealing.seal_all()
                if time.monotonic() - watched_at > transactions.LONG_SECONDS:
                    watch.look()
                    watched_at = time.monotonic()
                if time.monotonic() - kept_at > HOUSEKEEPING_SECONDS:
                    housekeeping.keep()
                    kept_at = time.monotonic()
            except OperationalError:
                connection.close()
                read = 0
            if once and not read:
                if failed:
                    raise CommandError(f"Some followers failed: {', '.join(sorted(failed))}. See the log.")
                return
            if not read:
                time.sleep(PAUSE_SECONDS)

    def _read(self, failed: dict[str, float]) -> int:
        """Let each follower read its next batch; answers how many entries that was.

        `failed` holds when each follower has failed last: its batch was rolled back and is read again later, and neither
        the others nor the seals wait for it.
        """
        read = 0
        for name in followers.names():
            if time.monotonic() - failed.get(name, float("-inf")) < AGAIN_SECONDS:
                continue
            try:
                read += chronicle.follow(name)
                failed.pop(name, None)
            except OperationalError:
                raise
            except Exception:
                failed[name] = time.monotonic()
                log.exception("fault %s: follower %s stands still", secrets.token_hex(4).upper(), name)
        return read

    def _sign(self) -> None:
        try:
            heads.sign(at=clock.wall())
        except OSError as error:
            # A full disk keeps nobody's notices waiting; the next line will name these heads.
            self.stderr.write(f"The heads of evidence were not signed: {error}")
