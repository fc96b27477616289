"""The live process: server-sent events over a plain ASGI application, fed by the relay (`kernel/live.py`).

`GET /live/?topic=cabinet&topic=notices&since=1790000000000` with the session's cookie: one stream a page, whatever it
listens to. A browser hears only topics that its own actor may hear, and only that they changed; it then fetches the
fragment again through its ordinary door, which checks everything anew. What was told since the page was made
(`since`, or the id of the last word heard) is made up for at once. A stream ends with its session and whenever its actor
may hear other topics than before: both are looked up again every minute.
"""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

import django

django.setup()

import psycopg
from django.conf import settings
from django.http import parse_cookie

from myschool.config import topics
from myschool.kernel import clock, live
from myschool.kernel.actors import Actor
from myschool.people import actors

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
HEARTBEAT_SECONDS, LOOKED_UP_AFTER = 25, 60
# A page is made a little before it says so, and two machines' clocks differ a little.
MARGIN_SECONDS = 3
REMEMBERED_SECONDS = 600
AGAIN_SECONDS = 1
MOST_TOPICS = 10
COME_BACK = b"retry: 2000\n\n"


class Listener:
    """One stream: by what short names it hears which channels, and which of them were told since it last sent."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.changed: set[str] = set()
        self.is_gone = False
        self._woken = asyncio.Event()

    def tell(self, channel: str) -> None:
        """A channel it hears was told."""
        self.changed.add(channel)
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Until something was told or the browser has gone, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def mind(self, receive: Receive) -> None:
        """Wake up when the browser goes."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self._woken.set()


listeners: dict[str, set[Listener]] = defaultdict(set)


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
    """Carry the relay's word to those who listen; come back by itself when the relay does."""
    while True:
        try:
            async for topic in live.relay().heard():
                if topic is None:
                    # What was told while nobody listened is made up for by everybody looking once.
                    told.begin(_now())
                    _wake(tuple(listeners))
                else:
                    told.note(topic, _now())
                    _wake((topic,))
        except live.RelayAway:
            await asyncio.sleep(AGAIN_SECONDS)


def _now() -> float:
    return clock.now().timestamp()


def _wake(channels: Iterable[str]) -> None:
    for channel in channels:
        for listener in listeners.get(channel, ()):
            listener.tell(channel)


async def _stream(scope: Message, receive: Receive, send: Send) -> None:
    asked = dict(scope["headers"])
    token = parse_cookie(asked.get(b"cookie", b"").decode("latin-1")).get(actors.COOKIE, "")
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    wanted = query.get("topic", [])[:MOST_TOPICS]
    seen = _moment(asked.get(b"last-event-id", b"").decode("latin-1")) or _moment(query.get("since", [""])[0])
    try:
        heard = await _heard(token, wanted)
    except _DatabaseAway:
        # A stream that ends is opened again by the browser; one that is refused is not.
        await _begin(send, 200)
        await send({"type": "http.response.body", "body": COME_BACK})
        return
    if not heard:
        await _begin(send, 404)
        await send({"type": "http.response.body"})
        return
    await _begin(send, 200)
    listener = Listener(heard)
    for channel in heard:
        listeners[channel].add(listener)
        if told.since(channel, seen - MARGIN_SECONDS):
            listener.tell(channel)
    minding = asyncio.create_task(listener.mind(receive))
    try:
        await send({"type": "http.response.body", "body": COME_BACK, "more_body": True})
        while not listener.is_gone:
            await _send_for_a_while(listener, send)
            try:
                if await _heard(token, wanted) != heard:
                    return
            except _DatabaseAway:
                continue
    finally:
        minding.cancel()
        for channel in heard:
            listeners[channel].discard(listener)
            if not listeners[channel]:
                del listeners[channel]


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


async def _send_for_a_while(listener: Listener, send: Send) -> None:
    until = time.monotonic() + LOOKED_UP_AFTER
    while not listener.is_gone and (remaining := until - time.monotonic()) > 0:
        await listener.wait(min(HEARTBEAT_SECONDS, remaining))
        if listener.is_gone:
            return
        changed, listener.changed = listener.changed, set()
        words = [
            f"id: {_now() * 1000:.0f}\nevent: {listener.names[channel]}\ndata: changed\n\n"
            for channel in sorted(changed)
        ]
        body = "".join(words) or ": still here\n\n"
        await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


async def _heard(token: str, wanted: Iterable[str]) -> dict[str, str]:
    """The short name of each channel that the session's actor may hear, of those wanted."""
    actor = await _actor(token)
    if actor is None:
        return {}
    channels = ((topics.heard_by(actor, name), name) for name in wanted)
    return {channel: name for channel, name in channels if channel}


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
