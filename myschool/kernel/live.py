"""Telling open pages that something changed: a topic's name travels, never what changed.

`tell` rides on the caller's transaction: the relay delivers it after commit and not at all after a rollback.
`config/asgi.py` hears it and carries it to browsers. The database is the relay; a Redis is where one is not enough.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from functools import cache, partial
from typing import Protocol

import psycopg
import redis
import redis.asyncio
from django.conf import settings
from django.db import connection, transaction

CHANNEL = "live"
TELL_SECONDS = 2
log = logging.getLogger(__name__)


class RelayAway(Exception):
    """The relay does not answer, or has ended the connection: what is told now is not heard."""


class Relay(Protocol):
    """Carries topics from those who tell to every live process."""

    def tell(self, topics: Sequence[str]) -> None:
        """Pass the topics on when the caller's transaction has been committed."""

    def heard(self) -> AsyncIterator[str | None]:
        """Topics as they are told; None comes first: from then on nothing is missed.

        Raises:
            RelayAway: the connection was lost or never made.
        """


class PostgresRelay:
    """LISTEN and NOTIFY of the database: the signal is part of the transaction."""

    def tell(self, topics: Sequence[str]) -> None:
        """Pass the topics on at commit."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) topic", [CHANNEL, list(topics)])

    async def heard(self) -> AsyncIterator[str | None]:
        """Topics as they are told."""
        try:
            async with await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True) as listening:
                await listening.execute(f"LISTEN {CHANNEL}")
                yield None
                async for notice in listening.notifies():
                    yield notice.payload
        except psycopg.OperationalError as error:
            raise RelayAway from error


class RedisRelay:
    """PUBLISH and SUBSCRIBE of a Redis: told just after commit.

    A Redis that is away loses signals, not what they are about: whoever tells goes on, and whoever hears looks at
    everything once when it is back.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = redis.Redis.from_url(url, socket_timeout=TELL_SECONDS, socket_connect_timeout=TELL_SECONDS)

    def tell(self, topics: Sequence[str]) -> None:
        """Pass the topics on after commit."""
        transaction.on_commit(partial(self._publish, tuple(topics)))

    def _publish(self, topics: tuple[str, ...]) -> None:
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                for topic in topics:
                    pipeline.publish(CHANNEL, topic)
                pipeline.execute()
        except redis.RedisError as error:
            # What was done is done: open pages learn of it when the relay is back.
            log.error("relay away", extra={"topics": len(topics), "cause": type(error).__name__})

    async def heard(self) -> AsyncIterator[str | None]:
        """Topics as they are told."""
        client = redis.asyncio.Redis.from_url(self._url, health_check_interval=15)
        try:
            async with client.pubsub() as listening:
                await listening.subscribe(CHANNEL)
                async for word in listening.listen():
                    yield None if word["type"] == "subscribe" else word["data"].decode()
        except (redis.RedisError, OSError) as error:
            raise RelayAway from error
        finally:
            await client.aclose()


@cache
def relay() -> Relay:
    """The relay that the settings name."""
    return RedisRelay(settings.RELAY_URL) if settings.RELAY_URL else PostgresRelay()


def tell(*topics: str) -> None:
    """Let pages that show these topics, such as «cabinet:42», fetch themselves again."""
    relay().tell(topics)
