"""The live process: server-sent events over a plain ASGI application, fed by PostgreSQL's LISTEN.

`GET /live/?topic=cabinet&since=1790000000000` with the session's cookie. A browser hears only topics that its own
actor may hear, and only that they changed; it then fetches the fragment again through its ordinary door, which checks
everything anew. What was told since the page was made (`since`, or the id of the last word heard) is made up for at
once. A stream ends with its session or with the role that may hear the topic: both are looked up again every minute.
"""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

import django

django.setup()

import psycopg
from django.conf import settings
from django.http import parse_cookie

from myschool.config import topics
from myschool.kernel import clock
from myschool.kernel.actors import Actor
from myschool.kernel.live import CHANNEL
from myschool.people import actors

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
HEARTBEAT_SECONDS, LOOKED_UP_AFTER = 25, 60
# A page is made a little before it says so, and two machines' clocks differ a little.
MARGIN_SECONDS = 3
REMEMBERED_SECONDS = 600
COME_BACK = b"retry: 2000\n\n"
listeners: dict[str, set[asyncio.Event]] = defaultdict(set)


class Told:
    """When each topic was last told, as far back as this process has listened without a gap (600 s at most)."""

    def __init__(self) -> None:
        self._moments: dict[str, float] = {}
        self._whole_since = float("inf")

    def begin(self, at: float) -> None:
        """From here on nothing is missed; what was told before is not known."""
        self._moments.clear()
        self._whole_since = at

    def note(self, topic: str, at: float) -> None:
        """The topic was told; the oldest moments go, so that the memory stays small."""
        self._moments.pop(topic, None)
        self._moments[topic] = at
        while (oldest := next(iter(self._moments))) and self._moments[oldest] < at - REMEMBERED_SECONDS:
            self._whole_since = max(self._whole_since, self._moments.pop(oldest))

    def since(self, topic: str, moment: float) -> bool:
        """Whether the topic was told after that moment, or may have been."""
        return moment <= self._whole_since or self._moments.get(topic, 0) >= moment


told = Told()


class _DatabaseAway(Exception):
    """Nobody can be looked up now."""


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _stream(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    task: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            task = asyncio.create_task(_listen())
            await send({"type": "lifespan.startup.complete"})
        else:
            if task:
                task.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _listen() -> None:
    """Carry the database's word to those who listen; come back by itself when the database does."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                settings.DATABASE_URL, autocommit=True
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                # What was told while nobody listened is made up for by everybody looking once.
                told.begin(_now())
                for topic in listeners:
                    _wake(topic)
                async for notice in connection.notifies():
                    told.note(notice.payload, _now())
                    _wake(notice.payload)
        except psycopg.OperationalError:
            await asyncio.sleep(1)


def _now() -> float:
    return clock.now().timestamp()


def _wake(topic: str) -> None:
    for changed in listeners.get(topic, ()):
        changed.set()


async def _stream(scope: Message, receive: Receive, send: Send) -> None:
    asked = dict(scope["headers"])
    token = parse_cookie(asked.get(b"cookie", b"").decode("latin-1")).get(actors.COOKIE, "")
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    wanted = query.get("topic", [""])[0]
    seen = _moment(asked.get(b"last-event-id", b"").decode("latin-1")) or _moment(query.get("since", [""])[0])
    try:
        topic = await _heard(token, wanted)
    except _DatabaseAway:
        # A stream that ends is opened again by the browser; one that is refused is not.
        await _begin(send, 200)
        await send({"type": "http.response.body", "body": COME_BACK})
        return
    if topic is None:
        await _begin(send, 404)
        await send({"type": "http.response.body"})
        return
    await _begin(send, 200)
    changed = asyncio.Event()
    listeners[topic].add(changed)
    if told.since(topic, seen - MARGIN_SECONDS):
        changed.set()
    left = asyncio.create_task(_gone(receive))
    try:
        await send({"type": "http.response.body", "body": COME_BACK, "more_body": True})
        while not left.done():
            await _send_for_a_while(changed, left, wanted, send)
            try:
                if await _heard(token, wanted) != topic:
                    return
            except _DatabaseAway:
                continue
    finally:
        left.cancel()
        listeners[topic].discard(changed)
        if not listeners[topic]:
            del listeners[topic]


async def _begin(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        # Without a proxy in front this process has another port than the pages that listen to it.
        (b"access-control-allow-origin", settings.SITE_URL.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


def _moment(text: str) -> float:
    """Seconds from the milliseconds that a page or a stream names; 0 where nothing usable stands there."""
    return int(text) / 1000 if text.isascii() and text.isdecimal() and len(text) < 16 else 0.0


async def _send_for_a_while(
    changed: asyncio.Event, left: "asyncio.Task[None]", name: str, send: Send
) -> None:
    until = time.monotonic() + LOOKED_UP_AFTER
    while not left.done() and (remaining := until - time.monotonic()) > 0:
        waking = asyncio.create_task(changed.wait())
        await asyncio.wait(
            {waking, left}, timeout=min(HEARTBEAT_SECONDS, remaining), return_when=asyncio.FIRST_COMPLETED
        )
        waking.cancel()
        if left.done():
            return
        body = ": still here\n\n"
        if changed.is_set():
            changed.clear()
            body = f"id: {_now() * 1000:.0f}\nevent: {name}\ndata: changed\n\n"
        await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _heard(token: str, wanted: str) -> str | None:
    actor = await _actor(token)
    return topics.heard_by(actor, wanted) if actor else None


_asking: psycopg.AsyncConnection[Any] | None = None
_connecting = asyncio.Lock()


async def _actor(token: str) -> Actor | None:
    """Whose session this is, over one connection that all streams share.

    Raises:
        _DatabaseAway: the database does not answer.
    """
    global _asking
    if not token:
        return None
    try:
        async with _connecting:
            if _asking is None or _asking.closed:
                _asking = await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True)
        return await actors.found_by_stream(_asking, token, clock.now())
    except psycopg.OperationalError as error:
        _asking = None
        raise _DatabaseAway from error
