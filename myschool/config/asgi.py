"""The live process: server-sent events over a plain ASGI application, fed by the relay (`kernel/live.py`).

`GET /live/?topic=cabinet&topic=chat:7&since=1790000000000.25` with the session's cookie: one stream a page, whatever it
listens to. A browser hears only topics that its own actor may hear, and mostly only that they changed; it then fetches
the fragment again through its ordinary door, which checks everything anew. What was told since the page was made
(`since`, or the id of the last word heard) is made up for at once. A stream ends with its session, and whenever its actor
acts as something else or may hear other topics than before: that is looked up again as soon as the person's rights have
changed (`people.actors.rights_changed`), before another word is given out, and every minute besides. `ended` as a
stream's last word says that its session is over; after any other end the browser comes back and is asked anew.

One topic of a page may be a feed (`feeds.py`), which carries its changes as JSON: the number after the point is the
position up to which the page has them. Who may no longer read a feed gets nothing more of it.
"""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import asyncio
import os
import signal
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")
os.environ["PGAPPNAME"] = "myschool live"

import django

django.setup()

import psycopg
from django.conf import settings
from django.http import parse_cookie

from myschool.config import lifeline, topics
from myschool.config.feeds import Feed, FeedAway
from myschool.kernel import clock, live
from myschool.kernel.actors import Actor
from myschool.people import actors

lifeline.end_with_server()

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
SESSION_OVER = b"event: ended\ndata: session\n\n"


class Listener:
    """One stream: by what short names its actor hears which channels, which of them were told since it last sent.

    `position` is how far it has given out its feed; below 0 until it knows. Where `is_doubted`, its actor's rights may
    have changed.
    """

    def __init__(self, actor: Actor, names: dict[str, str], position: int) -> None:
        self.actor, self.names, self.position = actor, names, position
        self.rights = actors.rights_channel(actor.person_id)
        self.channels = {*names, self.rights}
        self.changed: set[str] = set()
        self.is_doubted = self.is_gone = False
        self._woken = asyncio.Event()

    def tell(self, channel: str) -> None:
        """A channel it hears was told."""
        if channel == self.rights:
            self.doubt()
        else:
            self.changed.add(channel)
            self._woken.set()

    def doubt(self) -> None:
        """Whether it goes on is to be asked before it says another word."""
        self.is_doubted = True
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
stopping = asyncio.Event()


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


class _Over(Exception):
    """The stream ends; its argument is the last that is sent."""


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
            _stop_when_told()
            await send({"type": "lifespan.startup.complete"})
        else:
            if task:
                task.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _stop_when_told() -> None:
    """End the streams when the server is told to stop: it waits for them before it says so to us."""
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        # The server's own handler is the loop's, which hears of the signal in another way: both are called.
        signal.signal(sign, lambda number, frame: loop.call_soon_threadsafe(_end_streams))


def _end_streams() -> None:
    """Let every browser come back later, to whoever serves then."""
    stopping.set()
    for listener in {member for those in listeners.values() for member in those}:
        listener.doubt()


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
    headers = dict(scope["headers"])
    token = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(actors.COOKIE, "")
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    wanted = query.get("topic", [])[:MOST_TOPICS]
    since, position = _since(headers.get(b"last-event-id", b"").decode("latin-1") or query.get("since", [""])[0])
    looked_up_at = _now()
    try:
        actor, heard = await _heard(token, wanted)
    except _DatabaseAway:
        await _come_back(send)
        return
    sources = [(channel, source) for channel in heard if (source := topics.source_of(channel))]
    if actor is None or not heard or len(sources) > 1:
        await _refuse(send)
        return
    listener = Listener(actor, heard, position)
    for channel in listener.channels:
        listeners[channel].add(listener)
    try:
        feed = next((feeds.setdefault(channel, Feed(channel, source)) for channel, source in sources), None)
        if feed and not await feed.admits(topics.reader(actor)):
            await _refuse(send)
            return
        if feed:
            await feed.let_in(actor)
        if stopping.is_set() or told.since(listener.rights, looked_up_at):
            listener.doubt()
        for channel in heard:
            if (feed and channel == feed.channel) or told.since(channel, since - MARGIN_SECONDS):
                listener.tell(channel)
        await _begin(send, 200)
        await send({"type": "http.response.body", "body": COME_BACK, "more_body": True})
        await _carry(token, wanted, listener, feed, receive, send)
    except FeedAway:
        await _come_back(send)
    finally:
        for channel in listener.channels:
            listeners[channel].discard(listener)
            if not listeners[channel]:
                del listeners[channel]
                feeds.pop(channel, None)


async def _come_back(send: Send) -> None:
    # A stream that ends is opened again by the browser; one that is refused is not.
    await _begin(send, 200)
    await _end(send, COME_BACK)


async def _end(send: Send, last: bytes) -> None:
    await send({"type": "http.response.body", "body": last})


async def _refuse(send: Send) -> None:
    await _begin(send, 404)
    await send({"type": "http.response.body"})


async def _carry(
    token: str, wanted: Iterable[str], listener: Listener, feed: Feed | None, receive: Receive, send: Send
) -> None:
    """Give out what is told, as long as the browser is there and its actor may hear the same as at first."""
    minding = asyncio.create_task(listener.mind(receive))
    due = time.monotonic() + LOOKED_UP_AFTER
    try:
        while True:
            await listener.wait(min(HEARTBEAT_SECONDS, max(due - time.monotonic(), 0)))
            if listener.is_gone:
                return
            while listener.is_doubted or time.monotonic() >= due:
                await _look_up(token, wanted, listener, feed)
                due = time.monotonic() + LOOKED_UP_AFTER
            await _give_out(listener, feed, send)
    except _Over as over:
        await _end(send, *over.args)
    finally:
        minding.cancel()


async def _look_up(token: str, wanted: Iterable[str], listener: Listener, feed: Feed | None) -> None:
    """Ask again who acts and what they may hear; who reads the feed is asked too, and judged as it is given out.

    Raises:
        _Over: something else than before, or it cannot be asked although it may have changed, or we are stopping.
    """
    if stopping.is_set():
        raise _Over(COME_BACK)
    was_doubted, listener.is_doubted = listener.is_doubted, False
    try:
        actor, heard = await _heard(token, wanted)
        if was_doubted and feed:
            await feed.look()
    except (_DatabaseAway, FeedAway):
        if was_doubted:
            raise _Over(COME_BACK) from None
        return
    if actor is None or actor.person_id != listener.actor.person_id:
        raise _Over(SESSION_OVER)
    if (actor, heard) != (listener.actor, listener.names):
        raise _Over(COME_BACK)


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
    return (_number(moment) or 0) / 1000, -1 if (number := _number(position)) is None else number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


async def _give_out(listener: Listener, feed: Feed | None, send: Send) -> None:
    changed, listener.changed = listener.changed, set()
    # Whatever is told, a feed is looked through each time: who reads it no longer goes.
    words = await _news(listener, feed, is_told=feed.channel in changed) if feed else []
    words += [
        _word(listener, channel, "changed") for channel in sorted(changed) if not (feed and channel == feed.channel)
    ]
    body = "".join(words) or ": still here\n\n"
    await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


def _word(listener: Listener, channel: str, told: str) -> str:
    position = f".{listener.position}" if listener.position >= 0 else ""
    return f"id: {_now() * 1000:.0f}{position}\nevent: {listener.names[channel]}\ndata: {told}\n\n"


async def _news(listener: Listener, feed: Feed, *, is_told: bool) -> list[str]:
    """The feed's changes that this stream has not given out yet; a relay may have lost the word of them.

    Raises:
        _Over: the actor is not, or no longer, among its readers.
    """
    words = []
    # Where it cannot be read now, the heartbeat tries again from the position that was reached.
    with suppress(FeedAway):
        if not is_told:
            await feed.look_again()
        if not 0 <= listener.position <= feed.head:
            listener.position = feed.head
        changes = await feed.after(listener.position)
        sees_after = feed.readers.get(topics.reader(listener.actor))
        if sees_after is None:
            raise _Over(COME_BACK)
        for position, number, document in changes:
            listener.position = position
            if number > sees_after:
                words.append(_word(listener, feed.channel, document))
    return words


async def _heard(token: str, wanted: Iterable[str]) -> tuple[Actor | None, dict[str, str]]:
    """The session's actor, and the short name of each channel that they may hear, of those wanted."""
    actor = await _actor(token)
    if actor is None:
        return None, {}
    channels = ((topics.heard_by(actor, name), name) for name in wanted)
    return actor, {channel: name for channel, name in channels if channel}


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
