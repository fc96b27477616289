"""The live process: server-sent events over a plain ASGI application, fed by the relay (`kernel/live.py`).

`GET /live/?topic=cabinet&topic=chat:7&since=1790000000000.25` with the session's cookie: one stream a page, whatever it
listens to. A browser hears only topics that its own actor may hear, and mostly only that they changed; it then fetches
the fragment again through its ordinary door, which checks everything anew. What was told since the page was made
(`since`, or the id of the last word heard) is made up for at once. A stream ends with its session and whenever its actor
may hear other topics than before: both are looked up again every minute.

One topic of a page may be a feed (`feeds.py`), which carries its changes as JSON: the number after the point is the
position up to which the page has them. Who may no longer read a feed gets nothing more of it.
"""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

import django

django.setup()

import psycopg
from django.conf import settings
from django.http import parse_cookie

from myschool.chat.access import capacity_of
from myschool.config import topics
from myschool.config.feeds import Feed, FeedAway, Reader
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
    """One stream: by what short names its reader hears which channels, which of them were told since it last sent.

    `position` is how far it has given out its feed; below 0 until it knows.
    """

    def __init__(self, reader: Reader, names: dict[str, str], position: int) -> None:
        self.reader, self.names, self.position = reader, names, position
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
feeds: dict[str, Feed] = {}
looking: set[asyncio.Task[None]] = set()


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


class _MayNotRead(Exception):
    """The person has left what the stream is about."""


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
        if channel in feeds:
            task = asyncio.create_task(_look(channel, feeds[channel]))
            looking.add(task)
            task.add_done_callback(looking.discard)
        else:
            _tell(channel)


def _tell(channel: str) -> None:
    for listener in listeners.get(channel, ()):
        listener.tell(channel)


async def _look(channel: str, feed: Feed) -> None:
    # A feed that cannot be read now is looked at again with every heartbeat.
    with suppress(FeedAway):
        await feed.look()
        _tell(channel)


async def _stream(scope: Message, receive: Receive, send: Send) -> None:
    asked = dict(scope["headers"])
    token = parse_cookie(asked.get(b"cookie", b"").decode("latin-1")).get(actors.COOKIE, "")
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    wanted = query.get("topic", [])[:MOST_TOPICS]
    since, position = _since(
        asked.get(b"last-event-id", b"").decode("latin-1") or query.get("since", [""])[0]
    )
    try:
        reader, heard = await _heard(token, wanted)
    except _DatabaseAway:
        await _come_back(send)
        return
    listener = Listener(reader, heard, position)
    for channel in heard:
        listeners[channel].add(listener)
    try:
        feed = _feed_among(heard)
        if not heard or (feed and not await feed.admits(reader)):
            await _refuse(send)
            return
        for channel in heard:
            if (feed and channel == feed.channel) or told.since(channel, since - MARGIN_SECONDS):
                listener.tell(channel)
        await _begin(send, 200)
        await send({"type": "http.response.body", "body": COME_BACK, "more_body": True})
        await _carry(token, wanted, listener, feed, receive, send)
    except FeedAway:
        await _come_back(send)
    finally:
        for channel in heard:
            listeners[channel].discard(listener)
            if not listeners[channel]:
                del listeners[channel]
                feeds.pop(channel, None)


async def _come_back(send: Send) -> None:
    # A stream that ends is opened again by the browser; one that is refused is not.
    await _begin(send, 200)
    await send({"type": "http.response.body", "body": COME_BACK})


async def _refuse(send: Send) -> None:
    await _begin(send, 404)
    await send({"type": "http.response.body"})


async def _carry(
    token: str, wanted: Iterable[str], listener: Listener, feed: Feed | None, receive: Receive, send: Send
) -> None:
    """Give out what is told, as long as the browser is there and its person may hear the same as at first."""
    minding = asyncio.create_task(listener.mind(receive))
    try:
        while not listener.is_gone:
            await _send_for_a_while(listener, feed, send)
            with suppress(_DatabaseAway):
                if await _heard(token, wanted) != (listener.reader, listener.names):
                    return
    except _MayNotRead:
        return
    finally:
        minding.cancel()


def _feed_among(heard: Iterable[str]) -> Feed | None:
    """The one feed among the channels."""
    for channel in heard:
        if source := topics.source_of(channel):
            return feeds.setdefault(channel, Feed(channel, source))
    return None


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


def _since(text: str) -> tuple[float, int]:
    """Seconds and a feed's position from what a page or a stream names; 0 and -1 where nothing usable stands there."""
    moment, _, position = text.partition(".")
    return (_number(moment) or 0) / 1000, -1 if (found := _number(position)) is None else found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


async def _send_for_a_while(listener: Listener, feed: Feed | None, send: Send) -> None:
    until = time.monotonic() + LOOKED_UP_AFTER
    while not listener.is_gone and (remaining := until - time.monotonic()) > 0:
        await listener.wait(min(HEARTBEAT_SECONDS, remaining))
        if listener.is_gone:
            return
        changed, listener.changed = listener.changed, set()
        words = []
        for channel in sorted(changed):
            if feed and channel == feed.channel:
                words += await _news(listener, feed)
            else:
                words.append(_word(listener, channel, "changed"))
        if feed and not words:
            words += await _missed(listener, feed)
        body = "".join(words) or ": still here\n\n"
        await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


def _word(listener: Listener, channel: str, told: str) -> str:
    position = f".{listener.position}" if listener.position >= 0 else ""
    return f"id: {_now() * 1000:.0f}{position}\nevent: {listener.names[channel]}\ndata: {told}\n\n"


async def _news(listener: Listener, feed: Feed) -> list[str]:
    """The feed's changes that this stream has not given out yet.

    Raises:
        _MayNotRead: the person is no longer among its readers.
    """
    if listener.reader not in feed.readers:
        raise _MayNotRead
    if not 0 <= listener.position <= feed.head:
        listener.position = feed.head
    words = []
    # Where it cannot be read now, the heartbeat tries again from the position that was reached.
    with suppress(FeedAway):
        for position, number, document in await feed.after(listener.position):
            listener.position = position
            if number > feed.readers[listener.reader]:
                words.append(_word(listener, feed.channel, document))
    return words


async def _missed(listener: Listener, feed: Feed) -> list[str]:
    """What the feed has although nobody said so: a relay may lose a signal."""
    try:
        await feed.look_again()
    except FeedAway:
        return []
    return await _news(listener, feed)


async def _heard(token: str, wanted: Iterable[str]) -> tuple[Reader, dict[str, str]]:
    """The session's person and as whom they read, and the short name of each channel they may hear, of those wanted."""
    actor = await _actor(token)
    if actor is None:
        return (0, ""), {}
    channels = ((topics.heard_by(actor, name), name) for name in wanted)
    return (actor.person_id, capacity_of(actor)), {channel: name for channel, name in channels if channel}


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
