"""From a commit to an open page, while everybody who moves no pages has a hundred thousand facts to read."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import transaction

from myschool.config import followers
from myschool.config.demo.growth import FIRST_MOTHER, PERSONS
from myschool.enrolment.facts import RequestWithdrawn
from myschool.kernel import chronicle, clock, waking
from myschool.kernel.actors import nobody
from myschool.kernel.live import CHANNEL
from tests.load.place import FOLDER, GROWN

FACTS, WAIT_SECONDS = 200, 60
PAUSE_SECONDS = 0.05
# Everybody else begins anew.
BEHIND = "UPDATE kernel_bookmark SET xid = 0, entry_id = 0 WHERE NOT follower = ANY(%s) AND NOT starts_with(follower, 'seal.')"
SLOWEST = """
SELECT max(ahead.many) FROM kernel_bookmark mark, LATERAL (
    SELECT count(*) AS many FROM kernel_entry WHERE (xid, id) > (mark.xid, mark.entry_id)
) ahead WHERE NOT follower = ANY(%s) AND NOT starts_with(follower, 'seal.')
"""


@dataclass(frozen=True)
class Moved:
    """Seconds from each commit until the live process could hear of it, and how many facts the others were behind, before
    and after.
    """

    seconds: Sequence[float]
    behind: tuple[int, int]


class PageNotMoved(SystemExit):
    """A page heard nothing of what was committed."""


def measure() -> Moved:
    """Let all follow as `serve` does, and write one fact after another."""
    pages = sorted(followers.MOVING_PAGES)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as listening:
        _until_caught_up("--pages")
        listening.execute(BEHIND, [pages])
        before = _behind(listening, pages)
        with _following("--pages"), _following("--rest"):
            listening.execute(f"LISTEN {CHANNEL}")
            _heard(listening, number := GROWN + PERSONS + FIRST_MOTHER, _write(number))
            seconds = []
            for place in range(FACTS):
                number = GROWN + PERSONS + FIRST_MOTHER + 1 + place
                seconds.append(_heard(listening, number, _write(number)))
                # A school's day, not a flood: each fact is measured alone.
                time.sleep(PAUSE_SECONDS)
            listening.execute(f"UNLISTEN {CHANNEL}")
            after = _behind(listening, pages)
        waking.bell().stop()
    return Moved(seconds, (before, after))


def _behind(database: "psycopg.Connection[tuple[int]]", pages: Sequence[str]) -> int:
    row = database.execute(SLOWEST, [list(pages)]).fetchone()
    return row[0] if row else 0


def _write(person: int) -> float:
    """A fact that moves this person's cabinet; answers when it was committed."""
    with transaction.atomic():
        fact = {"request_id": person, "applicant_id": person}
        chronicle.write(RequestWithdrawn(**nobody(clock.now()), **fact))
    return time.monotonic()


def _heard(listening: "psycopg.Connection[tuple[int]]", person: int, committed: float) -> float:
    for word in listening.notifies(timeout=WAIT_SECONDS):
        if word.payload == f"cabinet:{person}":
            return time.monotonic() - committed
    raise PageNotMoved(f"cabinet:{person} was not moved within {WAIT_SECONDS} s.")


def _until_caught_up(part: str) -> None:
    subprocess.run([sys.executable, "-m", "myschool", "follow", "--once", part], check=True)


@contextmanager
def _following(part: str) -> Iterator[None]:
    with (FOLDER / f"follow{part}.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "myschool", "follow", part], stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
