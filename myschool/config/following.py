"""Those who follow the chronicle at work: each runs by itself, in a thread with a connection of its own.

One ear in each process hears that facts were committed (`kernel/waking.py`) and wakes those who read their kinds. What
is committed may have to wait for an older transaction, and a word may be lost: then the ear looks by itself, soon
after a word, else once a second. Those who only tell open pages wait for no older transaction.

A batch that fails is tried again; when it has failed `len(RESTS)` times, it is read entry by entry, and the entry that
fails is set aside for the operator. Nobody else waits for any of this.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
from django.db import connection

from myschool.config import followers
from myschool.kernel import chronicle, clock, sealing, waking
from myschool.kernel.faults import DATABASE_AWAY, survived

# How long a follower rests before it tries a failed batch again; after the last it reads entry by entry.
RESTS = (1.0, 5.0)
# Whatever is woken by nobody looks around so often: bookmarks move past what their followers do not read.
LOOKED_AFTER_SECONDS = 30.0
EAR_SECONDS, SOONEST_SECONDS = 1.0, 0.01
# Nobody waits for a seal: many at once are cheaper than each as it comes.
SEALED_AFTER_SECONDS = 0.5
AWAY_SECONDS = 1.0
STOP_SECONDS = 1.0
log = logging.getLogger(__name__)


@dataclass
class Reading:
    """A follower and what it has been through: tries of the batch before it, and whom it has set aside meanwhile."""

    follower: str
    tries: int = 0
    rests_until: float = 0
    told: set[int] = field(default_factory=set)

    def read(self) -> int:
        """Read the next batch; answers how many entries that was, 0 where it failed or there are none."""
        with survived("follower %s, try %s of a batch", self.follower, self.tries + 1) as fault:
            again = chronicle.follow_again(self.follower, at=clock.wall())
            one_by_one = self.tries >= len(RESTS)
            read = chronicle.follow(self.follower, one_by_one=one_by_one, told=self.told)
            if self.follower in followers.TELLING and not self.tries:
                chronicle.follow_early(self.follower, self.told)
        if fault.id:
            self.rests_until = time.monotonic() + RESTS[min(self.tries, len(RESTS) - 1)]
            self.tries += 1
            return 0
        self.tries = 0
        return again + read

    def rest(self) -> float:
        """For how many seconds it is to be left alone."""
        return max(self.rests_until - time.monotonic(), 0)


class Runner(threading.Thread):
    """Does one thing again and again: at once while there is something to do, else when woken or after a while."""

    def __init__(
        self,
        name: str,
        act: Callable[[], int],
        *,
        kinds: frozenset[str],
        every: float,
        rest: Callable[[], float] = float,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.kinds = kinds
        self._act, self._every, self._rest = act, every, rest
        self._is_woken, self._is_over = threading.Event(), threading.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._is_woken.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._is_over.set()
        self._is_woken.set()

    def run(self) -> None:
        """Until it is stopped."""
        while not self._is_over.is_set():
            self._is_woken.clear()
            if self._turn():
                continue
            if rest := self._rest():
                self._is_over.wait(rest)
            elif not self._is_over.is_set():
                self._is_woken.wait(self._every)
        connection.close()

    def _turn(self) -> int:
        count = 0
        try:
            with survived("%s stands still", self.name):
                count = self._act()
        except DATABASE_AWAY as error:
            log.warning("%s waits for the database: %s", self.name, type(error).__name__)
            connection.close()
            self._is_over.wait(AWAY_SECONDS)
            self.wake()
        return count


class Ear(threading.Thread):
    """Hears what is committed, and wakes who reads it."""

    def __init__(self, runners: Sequence[Runner]) -> None:
        super().__init__(name="ear", daemon=True)
        self._runners = runners
        self._at = (0, 0)
        self._is_over = threading.Event()

    def stop(self) -> None:
        """Hear nothing more."""
        self._is_over.set()

    def run(self) -> None:
        """Until it is stopped; a connection that was lost is made anew."""
        while not self._is_over.is_set():
            with suppress(psycopg.OperationalError), psycopg.connect(**waking.address(), autocommit=True) as wire:
                self._listen(wire)
            self._is_over.wait(AWAY_SECONDS)

    def _listen(self, wire: psycopg.Connection[Any]) -> None:
        wire.execute(f"LISTEN {waking.CHANNEL}")
        self._at = wire.execute(chronicle.LAST).fetchone() or (0, 0)
        for runner in self._runners:
            # What was committed up to here nobody has been woken for.
            runner.wake()
        pause = EAR_SECONDS
        while not self._is_over.is_set():
            words = {word.payload for word in wire.notifies(timeout=pause, stop_after=1)}
            for runner in self._runners:
                if runner.name in words:
                    runner.wake()
            self._look(wire)
            waiting = {kind for (kind,) in wire.execute(chronicle.UNREADABLE)}
            self._wake(waiting, followers.TELLING)
            pause = min(SOONEST_SECONDS if words else 2 * pause, EAR_SECONDS) if waiting else EAR_SECONDS

    def _look(self, wire: psycopg.Connection[Any]) -> None:
        while rows := wire.execute(chronicle.NEW, self._at).fetchall():
            self._wake({kind for _, _, kind in rows})
            self._at = rows[-1][:2]
            if len(rows) < chronicle.NEW_AT_ONCE:
                return

    def _wake(self, kinds: Collection[str], names: Collection[str] | None = None) -> None:
        """Wake who reads any of these kinds, of these names only."""
        for runner in self._runners:
            is_meant = names is None or runner.name in names
            if is_meant and not runner.kinds.isdisjoint(kinds):
                runner.wake()


@dataclass
class Company:
    """Everybody who follows in this process, while they do."""

    names: Collection[str]
    seals: bool
    runners: list[Runner] = field(default_factory=list)
    _threads: list[Runner | Ear] = field(default_factory=list)

    def begin(self) -> None:
        """Let each run by itself."""
        self.runners = [_follower(name) for name in self.names]
        if self.seals:
            self.runners += [
                Runner(
                    f"{sealing.BOOKMARK}{ledger.ledger}",
                    partial(sealing.seal, ledger),
                    kinds=frozenset(),
                    every=SEALED_AFTER_SECONDS,
                )
                for ledger in sealing.ledgers()
            ]
        self._threads = [*self.runners, Ear(self.runners)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Begin nothing more and wait a little for what was begun; a batch that goes on is taken back with us."""
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.stop()
        with suppress(*DATABASE_AWAY), connection.cursor() as cursor:
            # Whoever listens for a word looks up.
            cursor.execute(f"NOTIFY {waking.CHANNEL}")
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))


def _follower(name: str) -> Runner:
    reading = Reading(name)
    kinds = frozenset(chronicle.kinds_of(name))
    return Runner(name, reading.read, kinds=kinds, every=LOOKED_AFTER_SECONDS, rest=reading.rest)


def follow_once(names: Collection[str]) -> list[str]:
    """Let each read what is there, one after the other; answers who would not go on even entry by entry."""
    stuck = []
    for name in names:
        reading = Reading(name)
        while reading.read() or 0 < reading.tries <= len(RESTS):
            pass
        if reading.tries:
            stuck.append(name)
    return stuck


def named(*, pages: bool, rest: bool) -> list[str]:
    """The followers of this process: those that move open pages, all others, or all."""
    chosen = followers.MOVING_PAGES if pages else set(followers.names()) - followers.MOVING_PAGES if rest else None
    return [name for name in followers.names() if chosen is None or name in chosen]
