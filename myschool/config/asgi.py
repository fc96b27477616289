"""The live process: server-sent events over a plain ASGI application, fed by PostgreSQL's LISTEN.

`GET /live/?topic=cabinet` with the session's cookie. A browser hears only topics that its own actor may hear, and
only that they changed; it then fetches the fragment again through its ordinary door, which checks everything anew.
A stream ends with its session or with the role that may hear the topic: both are looked up again every minute.
"""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import asyncio
import os
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
QUEUE = 64
listeners: dict[str, set["asyncio.Queue[str]"]] = defaultdict(set)


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
    """Carry the database's word to the queues of those who listen; come back by itself when the database does."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                settings.DATABASE_URL, autocommit=True
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                # What was told while nobody listened is made up for by everybody looking once.
                _spread_to(set(listeners))
                async for notice in connection.notifies():
                    _spread_to({notice.payload})
        except psycopg.OperationalError:
            await asyncio.sleep(1)


def _spread_to(topics_told: set[str]) -> None:
    for topic in topics_told:
        for queue in listeners.get(topic, ()):
            if not queue.full():
                queue.put_nowait(topic)


async def _stream(scope: Message, receive: Receive, send: Send) -> None:
    cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    token = cookies.get(actors.COOKIE, "")
    wanted = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("topic", [""])[0]
    topic = await _heard(token, wanted)
    if topic is None:
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
        return
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        # Without a proxy in front this process has another port than the pages that listen to it.
        (b"access-control-allow-origin", settings.SITE_URL.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
    listeners[topic].add(queue)
    left = asyncio.create_task(_gone(receive))
    try:
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        while not left.done() and await _heard(token, wanted) == topic:
            await _send_for_a_while(queue, left, wanted, send)
    finally:
        left.cancel()
        listeners[topic].discard(queue)
        if not listeners[topic]:
            del listeners[topic]


async def _send_for_a_while(
    queue: "asyncio.Queue[str]", left: "asyncio.Task[None]", name: str, send: Send
) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + LOOKED_UP_AFTER
    while loop.time() < until and not left.done():
        told = asyncio.create_task(queue.get())
        done, _ = await asyncio.wait(
            {told, left}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if told not in done:
            told.cancel()
        body = f"event: {name}\ndata: changed\n\n" if told in done else ": still here\n\n"
        if not left.done():
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _heard(token: str, wanted: str) -> str | None:
    actor = await _actor(token)
    return topics.heard_by(actor, wanted) if actor else None


_asking: psycopg.AsyncConnection[Any] | None = None


async def _actor(token: str) -> Actor | None:
    """Whose session this is, over one connection that all streams share; no answer while the database is away."""
    global _asking
    if not token:
        return None
    try:
        if _asking is None or _asking.closed:
            _asking = await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True)
        return await actors.found_by_stream(_asking, token, clock.now())
    except psycopg.OperationalError:
        _asking = None
        return None
