"""The chronicle (летопись): every fact, written in the transaction that made it true, and those who follow it.

A fact is read by followers, each with its own bookmark. Ids are given out before commit, so a slow transaction may
surface behind an id already read; therefore a bookmark is a pair (transaction number, entry id) and only entries of
transactions older than every running one are read. Bookmark and effect move in one transaction: nothing is lost,
nothing is applied twice.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import connection, transaction

from myschool.kernel.models import Bookmark

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened: past tense, primitives only, no names and no texts.

    `school_id` is the school it concerns, `actor_id` the person who did it (None: nobody, a deadline for example),
    `on_behalf_of_id` whom the actor stood in for, `session_id` where it came from.
    """

    kind: ClassVar[str]
    kinds: ClassVar[dict[str, type["Fact"]]] = {}

    at: datetime
    school_id: int | None
    actor_id: int | None
    session_id: int | None
    on_behalf_of_id: int | None

    def __init_subclass__(cls, *, kind: str) -> None:
        if kind in Fact.kinds:
            raise TypeError(f"Two facts are called {kind}")
        cls.kind = kind
        Fact.kinds[kind] = cls


ENVELOPE = tuple(field.name for field in fields(Fact))
Handler = Callable[[Sequence[Any]], None]
# The only statement that adds to the chronicle; an action may put it among those of its own.
ENTRIES = (
    "INSERT INTO kernel_entry (kind, at, school_id, actor_id, session_id, on_behalf_of_id, payload) SELECT * FROM unnest("
    "%(entry_kinds)s::text[], %(entry_ats)s::timestamptz[], %(entry_school_ids)s::bigint[], %(entry_actor_ids)s::bigint[],"
    " %(entry_session_ids)s::bigint[], %(entry_on_behalf_of_ids)s::bigint[], %(entry_payloads)s::jsonb[])"
)
R = TypeVar("R", bound=Handler)
_handlers: dict[str, dict[type[Fact], Handler]] = defaultdict(dict)


def write(fact: Fact) -> None:
    """Put the fact into the chronicle, in the caller's transaction.

    Raises:
        RuntimeError: outside a transaction; a fact without its deed would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A fact is written in the transaction that makes it true")
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, entries([fact]))


def entries(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    """The arguments of `ENTRIES`, for an action that writes its rows and its facts in one statement."""
    return {
        "entry_kinds": [fact.kind for fact in facts],
        **{f"entry_{name}s": [getattr(fact, name) for fact in facts] for name in ENVELOPE},
        "entry_payloads": [
            json.dumps(
                {
                    field.name: getattr(fact, field.name)
                    for field in fields(fact)
                    if field.name not in ENVELOPE
                },
                ensure_ascii=False,
            )
            for fact in facts
        ],
    }


def reads(follower: str, *kinds: type[Fact]) -> Callable[[R], R]:
    """Make a function the follower's handler of these facts; it gets a batch, oldest first."""

    def register(handler: R) -> R:
        for kind in kinds:
            if kind in _handlers[follower]:
                raise TypeError(f"{follower} reads {kind.kind} already")
            _handlers[follower][kind] = handler
        return handler

    return register


def followers() -> list[str]:
    """Names of all who follow the chronicle."""
    return sorted(_handlers)


@dataclass(frozen=True)
class Row:
    """One entry as it lies in the database."""

    xid: int
    id: int
    kind: str
    at: datetime
    school_id: int | None
    actor_id: int | None
    session_id: int | None
    on_behalf_of_id: int | None
    payload: str

    def fact(self) -> Fact:
        """The fact this entry tells."""
        return Fact.kinds[self.kind](
            at=self.at, school_id=self.school_id, actor_id=self.actor_id, session_id=self.session_id,
            on_behalf_of_id=self.on_behalf_of_id, **json.loads(self.payload),
        )  # fmt: skip


COLUMNS = "xid, id, kind, at, school_id, actor_id, session_id, on_behalf_of_id, payload::text"
# Rows below it belong to transactions that are over, so nothing can appear among them any more.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint + kernel_ahead()"


def follow(follower: str, *, limit: int = BATCH) -> int:
    """Let the follower read the next batch; answers how many entries that was."""
    with batch(follower, f"SELECT {COLUMNS} FROM kernel_entry", limit=limit) as rows:  # noqa: S608 - a constant
        wanted: dict[Handler, list[Fact]] = defaultdict(list)
        handlers = _handlers[follower]
        for row in (Row(*values) for values in rows):
            # A kind that no code knows any more was deleted with its readers: nobody waits for it.
            if (kind := Fact.kinds.get(row.kind)) and kind in handlers:
                wanted[handlers[kind]].append(row.fact())
        for handler, facts in wanted.items():
            handler(facts)
        return len(rows)


@contextmanager
def batch(follower: str, selection: str, *, limit: int) -> Iterator[list[tuple[Any, ...]]]:
    """The next rows of a ledger, xid and id first; the follower's bookmark moves with what the block does."""
    with transaction.atomic():
        Bookmark.objects.get_or_create(follower=follower)
        bookmark = Bookmark.objects.select_for_update().get(follower=follower)
        with connection.cursor() as cursor:
            cursor.execute(
                f"{selection} WHERE (xid, id) > (%s, %s) AND xid < {HORIZON} ORDER BY xid, id LIMIT %s",
                [bookmark.xid, bookmark.entry_id, limit],
            )
            rows = cursor.fetchall()
        yield rows
        if rows:
            bookmark.xid, bookmark.entry_id = rows[-1][:2]
            bookmark.save(update_fields=["xid", "entry_id"])
