"""The stand-in's one set of circumstances: its store, its clock and its settings."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.requests import Request

from esia_standin import keys
from esia_standin.personas import personas
from esia_standin.store.clients import Client
from esia_standin.store.keys import StoredKey
from esia_standin.store.shelves import Store

log = logging.getLogger("esia_standin")
MOSCOW = ZoneInfo("Europe/Moscow")


def utc_now() -> datetime:
    """The moment by the machine's clock, or as many days from it as the environment says."""
    return datetime.now(UTC) + timedelta(days=int(os.environ.get("ESIA_STANDIN_CLOCK_DAYS", "0")))


@dataclass(frozen=True, kw_only=True)
class Standin:
    """Everything a page or an endpoint works with."""

    store: Store
    issuer: str
    clock: Callable[[], datetime] = utc_now
    lock_for: timedelta = timedelta(minutes=15)
    check_takes: timedelta = timedelta(seconds=5)

    @property
    def now(self) -> float:
        """The moment as the store counts it."""
        return self.clock().timestamp()

    def client_clock(self, client: Client) -> datetime:
        """The moment the client is shown: the fault of a wrong clock shifts it."""
        return self.clock() + timedelta(seconds=client.faults.clock_skew_seconds)

    def signing_key(self, algorithm: str) -> StoredKey:
        """The current key of the algorithm."""
        return next(
            key for key in self.store.keys.live(self.now) if key.algorithm == algorithm and key.retires_at is None
        )


def open_store(folder: Path, at: datetime) -> Store:
    """The store in the folder; a new one gets its first keys and the personas."""
    store = Store(folder)
    with store.transaction():
        if not store.keys.live(at.timestamp()):
            keys.make_keys(store, at=at, overlap=timedelta(0))
            store.bring(personas(at.astimezone(MOSCOW).date()))
    return store


def standin_of(request: Request) -> Standin:
    """The stand-in that serves the request."""
    standin: Standin = request.app.state.standin
    return standin
