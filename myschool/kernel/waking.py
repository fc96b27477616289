"""Waking the followers: a word on the database's channel after each commit that has left facts.

The word does not ride on the transaction: NOTIFY lets commits pass one at a time, and teachers would wait for one
another. A thread of the writing process says it a moment later, once for all that were committed meanwhile. A word may
be lost with its process, so whoever listens also looks by themselves once a second (`config/following.py`).
"""

import threading
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction

CHANNEL = "chronicle"
# Not more often than this is a word said by one process, and so long after a failure none.
REST_SECONDS, AGAIN_SECONDS = 0.02, 1.0


def address() -> dict[str, Any]:
    """Where Django's own connection of this thread leads, for a connection beside it."""
    db_settings = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    tls = {
        name: value for name, value in db_settings["OPTIONS"].items() if name.startswith(("ssl", "target_", "channel_"))
    }
    return {name: db_settings[key] for name, key in names.items() if db_settings[key]} | tls


def wake_after_commit() -> None:
    """Let followers look at the chronicle once the caller's transaction has been committed."""
    if settings.WAKES_FOLLOWERS:
        transaction.on_commit(wake)


def wake() -> None:
    """Let followers look at the chronicle soon."""
    bell().ring()


@cache
def bell() -> "Bell":
    """This process's own."""
    return Bell(address())


class Bell:
    """Says the word to the database from a thread of its own; whoever rings waits for nothing."""

    def __init__(self, where: dict[str, Any]) -> None:
        self._where = where
        self._is_rung, self._is_over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Say it soon."""
        self._is_rung.set()

    def stop(self) -> None:
        """Say nothing more, and leave the database."""
        self._is_over.set()
        self._is_rung.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                with psycopg.connect(**self._where, autocommit=True) as saying:
                    self._say(saying)
            except psycopg.OperationalError:
                # Followers look by themselves; the word that was lost only made it sooner.
                self._is_over.wait(AGAIN_SECONDS)

    def _say(self, saying: psycopg.Connection[Any]) -> None:
        while self._is_rung.wait():
            if self._is_over.is_set():
                return
            self._is_rung.clear()
            saying.execute(f"NOTIFY {CHANNEL}")
            self._is_over.wait(REST_SECONDS)
