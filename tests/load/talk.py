"""Talk under load: from a message's sending to all who hear it, thousands of streams, a storm of returns, a long history."""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx
import psycopg

from myschool.chat.actions.rosters import keep_rosters
from myschool.config.demo.growth import FIRST_ID
from myschool.kernel import clock
from tests.load.doors import CSRF, cookie_of
from tests.load.library import memory_of
from tests.load.place import FOLDER
from tests.load.servers import PLATFORM, serving, serving_live

SCHOOLS, STREAMS, STORM = 16, 5_000, 2_000
RECEIVERS, POSTS, WRITERS, WRITING_SECONDS = 30, 100, 8, 10
LONG, SHORT = 100_000, 100
OPENINGS = 40
OPENING_AT_ONCE, WAIT_SECONDS = 200, 180
STREAMS_AIM = 5_000
# Guardians in conversations of their children's classes, those with most people first.
TALKERS = """
SELECT member.conversation_id, array_agg(member.person_id ORDER BY member.person_id)
FROM chat_membership member JOIN chat_conversation talk ON talk.id = member.conversation_id AND talk.kind = 'guardians'
WHERE member.to_at IS NULL AND member.capacity = 'guardian' AND member.person_id >= %s
GROUP BY member.conversation_id ORDER BY count(*) DESC, member.conversation_id
"""
WRITTEN = """
INSERT INTO chat_message (conversation_id, number, version, author_id, capacity, written_at, text, client_key)
SELECT %(talk)s, number, number, %(author)s, 'guardian', now(), 'Сообщение номер ' || number, gen_random_uuid()
FROM generate_series((SELECT last_number + 1 FROM chat_conversation WHERE id = %(talk)s), %(many)s) number
"""
COUNTED = """
UPDATE chat_conversation SET last_number = greatest(last_number, %(many)s), version = greatest(version, %(many)s) WHERE id = %(talk)s
"""


@dataclass(frozen=True)
class Talked:
    """What was measured; times in seconds.

    `heard` is from a POST to each of its 30 receivers, `kib` the live process's memory for one stream, `per_second` how many
    messages reached streams in a second, `returned` how long each stream of the storm took to be open again; `longer` is how
    many times longer a page of 100,000 messages takes than one of 100.
    """

    heard: Sequence[float]
    streams: int
    kib: float
    per_second: float
    returned: Sequence[float]
    longer: float


class StreamsMissing(SystemExit):
    """A stream was not opened, or did not hear what was told."""


class Streams:
    """Many open streams, as browsers hold them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[list[float]] = []
        self._held: list[tuple[asyncio.StreamWriter, asyncio.Task[None]]] = []

    async def open(self, person: int, talk: int) -> float:
        """Open a person's stream of a conversation; answers after how many seconds it was.

        Raises:
            StreamsMissing: it was refused.
        """
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 16)
        path = "/live/?" + urlencode({"topic": f"chat:{talk}", "since": int(time.time() * 1000)})
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie_of(person)}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise StreamsMissing(f"{person} in {talk}: {head.decode()}")
        await reader.readuntil(b"retry: 2000")
        moments: list[float] = []
        self.heard.append(moments)
        self._held.append((writer, asyncio.create_task(self._listen(reader, moments))))
        return time.monotonic() - began

    async def _listen(self, reader: asyncio.StreamReader, moments: list[float]) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    moments.append(time.monotonic())

    def drop(self, many: int) -> None:
        """The last so many are cut off, as by a network that went away."""
        for writer, task in self._held[-many:]:
            task.cancel()
            writer.transport.abort()
        del self._held[-many:], self.heard[-many:]

    async def all_heard(self, many: int) -> None:
        """Wait until each has heard so many messages.

        Raises:
            StreamsMissing: one has not.
        """
        until = time.monotonic() + WAIT_SECONDS
        while any(len(moments) < many for moments in self.heard):
            if time.monotonic() > until:
                deaf = sum(len(moments) < many for moments in self.heard)
                raise StreamsMissing(f"{deaf} of {len(self.heard)} streams have not heard a message.")
            await asyncio.sleep(0.002)


def fill() -> list[tuple[int, list[int]]]:
    """Let grown schools have their conversations; answers those of guardians, with who is in them."""
    keep_rosters(school_ids=[FIRST_ID + number for number in range(SCHOOLS)], at=clock.now())
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        talks = [(talk, people) for talk, people in database.execute(TALKERS, [FIRST_ID])]
        for (talk, people), many in zip(talks[-2:], (LONG, SHORT), strict=True):
            params = {"talk": talk, "author": people[0], "many": many}
            database.execute(WRITTEN, params)
            database.execute(COUNTED, params)
        database.execute("VACUUM ANALYZE chat_message, chat_membership, chat_conversation")
    return talks


def listen() -> Talked:
    """Talk, listen, get lost and come back."""
    talks = fill()
    with serving(PLATFORM, FOLDER / "talk.log") as pages, serving_live(FOLDER / "live.log") as live:
        longer = _opened(pages, talks[-2]) / _opened(pages, talks[-1])
        return asyncio.run(_listen(pages, urlsplit(live).port or 0, talks[:-2], longer))


def _opened(pages: str, talk: tuple[int, list[int]]) -> float:
    """The middle of the seconds that a conversation's page takes."""
    cookie, times = {"Cookie": cookie_of(talk[1][0])}, []
    with httpx.Client(base_url=pages, headers=cookie, trust_env=False, timeout=60) as client:
        for _ in range(OPENINGS):
            began = time.monotonic()
            client.get(f"chat/{talk[0]}/").raise_for_status()
            times.append(time.monotonic() - began)
    return sorted(times)[OPENINGS // 2]


async def _listen(pages: str, port: int, talks: list[tuple[int, list[int]]], longer: float) -> Talked:
    async with httpx.AsyncClient(base_url=pages, trust_env=False, timeout=60) as client:
        few = Streams(port)
        talk, people = talks[0]
        for number in range(RECEIVERS):
            await few.open(people[number % len(people)], talk)
        heard: list[float] = []
        for _ in range(POSTS):
            for moments in few.heard:
                moments.clear()
            began = time.monotonic()
            await _post(client, talk, people[0])
            await few.all_heard(1)
            heard += [moments[0] - began for moments in few.heard]
        few.drop(RECEIVERS)
        empty = memory_of(port)
        whose = [(person, talk) for talk, people in talks for person in people][:STREAMS]
        many = Streams(port)
        await _open(many, whose)
        kib = (memory_of(port) - empty) / len(whose) / 1024
        before, began = sum(map(len, many.heard)), time.monotonic()
        await asyncio.gather(*(_write(client, talks, writer) for writer in range(WRITERS)))
        await asyncio.sleep(1)
        per_second = (sum(map(len, many.heard)) - before) / (time.monotonic() - began)
        many.drop(STORM)
        returned = await asyncio.gather(*(many.open(*pair) for pair in whose[-STORM:]))
    return Talked(heard=heard, streams=len(whose), kib=kib, per_second=per_second, returned=returned, longer=longer)


async def _post(client: httpx.AsyncClient, talk: int, person: int) -> None:
    headers = {"Cookie": cookie_of(person), "X-CSRFToken": CSRF, "Accept": "application/json"}
    sent = {"text": "Собрание в пятницу", "client_key": str(uuid4())}
    (await client.post(f"chat/{talk}/messages/", data=sent, headers=headers)).raise_for_status()


async def _write(client: httpx.AsyncClient, talks: list[tuple[int, list[int]]], writer: int) -> None:
    until, number = time.monotonic() + WRITING_SECONDS, writer
    while time.monotonic() < until:
        talk, people = talks[number % len(talks)]
        await _post(client, talk, people[0])
        number += WRITERS


async def _open(streams: Streams, whose: Sequence[tuple[int, int]]) -> None:
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def one(person: int, talk: int) -> None:
        async with gate:
            await streams.open(person, talk)

    await asyncio.gather(*(one(*those) for those in whose))


def middle_and_slowest(times: Sequence[float]) -> tuple[float, float]:
    """The p50 and the p99, in milliseconds."""
    parts = quantiles(times, n=100)
    return parts[49] * 1000, parts[98] * 1000
