"""Feeds: topics of the live process that carry what has changed, such as a conversation's messages.

What is new is read from the database once for all who listen in this process, and given out as it was read. A stream
knows its own position, so one that was cut off goes on where it was: no gap, no double.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar

from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError

from myschool.kernel.actors import Actor

R = TypeVar("R")
# A position, the number of the thing that changed, and its document without line breaks.
Change = tuple[int, int, str]
# A person, and in which capacity they act: what a parent may read the same person as a teacher may not.
Reader = tuple[int, str]
KEPT = 500
# One thread with one connection reads for all feeds: each reading is short, and drawing would not be faster by two.
READER = ThreadPoolExecutor(1, "feeds")
LOOKED_AFTER_SECONDS = 20.0


class FeedAway(Exception):
    """The database does not answer."""


class Source(Protocol):
    """What a feed is read from; each method is one statement or few."""

    def readers(self) -> Mapping[Reader, int]:
        """Who may read it now, and the number after which each may read."""

    def let_in(self, actor: Actor) -> None:
        """Write down that somebody begins to read, where that is to be known."""

    def head(self) -> int:
        """The position of the latest change."""

    def after(self, position: int) -> Sequence[Change]:
        """Changes after a position, oldest first."""


class Feed:
    """One source, and those of its changes that were read lately."""

    def __init__(self, channel: str, source: Source) -> None:
        self.channel, self._source = channel, source
        self._recent: deque[Change] = deque(maxlen=KEPT)
        self._reading = asyncio.Lock()
        self._whole_from = self.head = 0
        self._looked_at = float("-inf")
        self._asked = self._answered = 0
        self.readers: Mapping[Reader, int] = {}

    async def look(self) -> None:
        """Read what is new, and who may read; whoever asks meanwhile waits for one more reading, not for one each.

        Raises:
            FeedAway: it could not be read.
        """
        self._asked += 1
        ticket = self._asked
        async with self._reading:
            if ticket <= self._answered:
                return
            covered = self._asked
            if self._looked_at == float("-inf"):
                self._whole_from = self.head = await _in_thread(self._source.head)
            head, new = self.head, list[Change]()
            while more := await _in_thread(partial(self._source.after, head)):
                new += more
                head = more[-1][0]
            # Who may read is asked after what is to be read: who lost the right before a change was made is not among
            # them any more. Nothing is given out between the two.
            self.readers = await _in_thread(self._source.readers)
            self._keep(new)
            self._looked_at, self._answered = time.monotonic(), covered

    def _keep(self, new: Sequence[Change]) -> None:
        for change in new:
            if len(self._recent) == KEPT:
                self._whole_from = self._recent[0][0]
            self._recent.append(change)
            self.head = change[0]

    async def admits(self, reader: Reader) -> bool:
        """Whether the reader may read it at this moment.

        Raises:
            FeedAway: it could not be read.
        """
        await self.look()
        return reader in self.readers

    async def let_in(self, actor: Actor) -> None:
        """Have it written down that the actor begins to read; until then nothing is given out.

        Raises:
            FeedAway: it could not be written.
        """
        await _in_thread(partial(self._source.let_in, actor))

    async def look_again(self) -> None:
        """Look unless that was done lately: a signal may have got lost on its way.

        Raises:
            FeedAway: it could not be read.
        """
        if time.monotonic() - self._looked_at > LOOKED_AFTER_SECONDS:
            await self.look()

    async def after(self, position: int) -> Sequence[Change]:
        """Changes after a position, as far as has been looked and not further; older ones are read again.

        Raises:
            FeedAway: they could not be read.
        """
        if position >= self._whole_from:
            return [change for change in self._recent if change[0] > position]
        head = self.head
        return [change for change in await _in_thread(partial(self._source.after, position)) if change[0] <= head]


async def _in_thread(question: Callable[[], R]) -> R:
    def asked() -> R:
        close_old_connections()
        try:
            return question()
        except (OperationalError, InterfaceError) as error:
            raise FeedAway from error
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(READER, asked)
