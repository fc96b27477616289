"""Transactions that others wait for: what must not happen in one, and which have been open for too long.

Whoever follows the chronicle reads only below the oldest running transaction that writes. One that waits for a file, a
program or another server keeps every roster, notice and seal of the country waiting with it.
"""

import logging
from dataclasses import dataclass

from django.db import connection

log = logging.getLogger(__name__)

LONG_SECONDS = 5


class SlowWorkInside(RuntimeError):
    """A file, a program or another server is asked for inside a transaction."""


def demand_none() -> None:
    """Make sure that nobody waits for what is about to take long; a test's own transaction does not count.

    Raises:
        SlowWorkInside: a transaction is open.
    """
    # Django knows these by the same mark when it refuses a durable block inside another.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise SlowWorkInside("Files, programs and other servers are asked before a transaction or after it")


@dataclass(frozen=True)
class Open:
    """A transaction that has been open for long, of whichever process and database of this server.

    `holds` says whether followers of the chronicle wait for it: it has written, or is prepared. `name` is what the
    process calls itself, or the prepared transaction is called; `pid` is 0 for a prepared one.
    """

    pid: int
    database: str
    name: str
    state: str
    seconds: float
    holds: bool


LONG = """
SELECT pid, coalesce(datname, ''), application_name, coalesce(state, ''),
    extract(epoch FROM clock_timestamp() - xact_start)::float, backend_xid IS NOT NULL
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND xact_start < clock_timestamp() - make_interval(secs => %(seconds)s)
UNION ALL
SELECT 0, database, gid, 'prepared', extract(epoch FROM clock_timestamp() - prepared)::float, TRUE
FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - make_interval(secs => %(seconds)s)
ORDER BY 5 DESC
"""
WAITING = (
    "SELECT count(*) FROM (SELECT FROM kernel_entry WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    " LIMIT 100000) waiting"
)


def open_for(seconds: float = LONG_SECONDS) -> list[Open]:
    """Transactions that have been open for so long, the longest first."""
    with connection.cursor() as cursor:
        cursor.execute(LONG, {"seconds": seconds})
        return [
            Open(pid=pid, database=database, name=name, state=state, seconds=age, holds=holds)
            for pid, database, name, state, age, holds in cursor.fetchall()
        ]


def facts_waiting() -> int:
    """How many facts are written that followers may not read yet, 100,000 at most."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


class Watch:
    """Warns of each long transaction when it becomes one, and again whenever it has become twice as old."""

    def __init__(self) -> None:
        self._warned: dict[tuple[int, str], float] = {}

    def look(self, seconds: float = LONG_SECONDS) -> None:
        """Look once."""
        found = {(one.pid, one.name): one for one in open_for(seconds)}
        self._warned = {key: age for key, age in self._warned.items() if key in found}
        due = {key: one for key, one in found.items() if one.seconds >= 2 * self._warned.get(key, 0)}
        if not due:
            return
        waiting = facts_waiting()
        for key, one in due.items():
            self._warned[key] = one.seconds
            held = (
                f"followers wait for it with {waiting} facts" if one.holds else "followers do not wait for it"
            )
            log.warning(
                "a transaction has been open for %.0f s: %s, pid %s, database %s, %s; %s",
                one.seconds, one.name or "(no name)", one.pid, one.database, one.state, held,
            )  # fmt: skip
