"""Transactions that others wait for: what must not happen in one, and which have been open for too long.

Whoever follows the chronicle reads only below the oldest running transaction that writes. One that waits for a file, a
program or another server keeps every roster, notice and seal of the country waiting with it.
"""

import logging
from dataclasses import dataclass

from django.db import connection

log = logging.getLogger(__name__)

LONG_SECONDS = 5
# Rows below it belong to transactions that are over, so nothing can appear among them any more.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint + kernel_ahead()"


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


@dataclass(frozen=True, kw_only=True)
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
WAITING = f"SELECT count(*) FROM (SELECT FROM kernel_entry WHERE xid >= {HORIZON} LIMIT 100000) waiting"  # noqa: S608 - a constant


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

    def due(self, long: list[Open]) -> list[Open]:
        """Those of the transactions that are long now of which a warning is due; they count as warned of."""
        ages = {(item.pid, item.name): item.seconds for item in long}
        self._warned = {key: age for key, age in self._warned.items() if key in ages}
        due = [item for item in long if item.seconds >= 2 * self._warned.get((item.pid, item.name), 0)]
        self._warned |= {(item.pid, item.name): item.seconds for item in due}
        return due

    def look(self, seconds: float = LONG_SECONDS) -> None:
        """Look once."""
        due = self.due(open_for(seconds))
        if not due:
            return
        waiting = facts_waiting()
        for item in due:
            waits = f"followers wait for it with {waiting} facts" if item.holds else "followers do not wait for it"
            log.warning(
                "a transaction has been open for %.0f s: %s, pid %s, database %s, %s; %s",
                item.seconds,
                item.name or "(no name)",
                item.pid,
                item.database,
                item.state,
                waits,
            )
