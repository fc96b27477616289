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
from datetime import UTC, datetime
from hashlib import sha256
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
    return sorted({*_handlers, SEALER})


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


def follow(follower: str, *, limit: int = BATCH) -> int:
    """Let the follower read the next batch; answers how many entries that was."""
    with _batch(follower, limit) as rows:
        if follower == SEALER:
            _seal(rows)
            return len(rows)
        wanted: dict[Handler, list[Fact]] = defaultdict(list)
        handlers = _handlers[follower]
        for row in rows:
            # A kind that no code knows any more was deleted with its readers: nobody waits for it.
            if (kind := Fact.kinds.get(row.kind)) and kind in handlers:
                wanted[handlers[kind]].append(row.fact())
        for handler, facts in wanted.items():
            handler(facts)
        return len(rows)


@contextmanager
def _batch(follower: str, limit: int) -> Iterator[list[Row]]:
    with transaction.atomic():
        Bookmark.objects.get_or_create(follower=follower)
        bookmark = Bookmark.objects.select_for_update().get(follower=follower)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMNS} FROM kernel_entry"  # noqa: S608 - a constant
                " WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                " ORDER BY xid, id LIMIT %s",
                [bookmark.xid, bookmark.entry_id, limit],
            )
            rows = [Row(*row) for row in cursor.fetchall()]
        yield rows
        if rows:
            bookmark.xid, bookmark.entry_id = rows[-1].xid, rows[-1].id
            bookmark.save(update_fields=["xid", "entry_id"])


# Sealing: each school's entries form a chain of hashes, and the entries that concern no school form one more (0).
# A follower seals them, so that two teachers of one school never wait for each other's commit.
SEALER = "kernel.seal"
NO_SCHOOL = 0
START = b"\0" * 32


def _seal(rows: Sequence[Row]) -> None:
    schools = sorted({row.school_id or NO_SCHOOL for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(
            # One step into the index for each school; DISTINCT ON would read its whole chain at every batch.
            "SELECT head.school_id, head.position, head.hash FROM unnest(%s::bigint[]) AS school (id)"
            " CROSS JOIN LATERAL (SELECT * FROM kernel_seal WHERE school_id = school.id"
            " ORDER BY position DESC LIMIT 1) head",
            [schools],
        )
        heads = {school: (position, bytes(digest)) for school, position, digest in cursor.fetchall()}
        seals = []
        for row in rows:
            school = row.school_id or NO_SCHOOL
            position, previous = heads.get(school, (0, START))
            heads[school] = position + 1, _digest(previous, row)
            seals.append((school, heads[school][0], row.id, heads[school][1]))
        cursor.executemany(
            "INSERT INTO kernel_seal (school_id, position, entry_id, hash) VALUES (%s, %s, %s, %s)", seals
        )


def _digest(previous: bytes, row: Row) -> bytes:
    told = [
        row.xid, row.id, row.kind, row.at.astimezone(UTC).isoformat(timespec="microseconds"), row.school_id,
        row.actor_id, row.session_id, row.on_behalf_of_id, row.payload,
    ]  # fmt: skip
    return sha256(previous + json.dumps(told, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class Chain:
    """What `verify` found of one school's chain.

    `head` is the last hash: kept elsewhere, it also proves that no entries were cut off the end.
    """

    school_id: int
    length: int
    head: str
    broken: tuple[str, ...]


def verify() -> Iterator[Chain]:
    """Recompute every chain and tell what was changed or removed, school by school."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT school_id FROM kernel_seal ORDER BY 1")
        schools = [school for (school,) in cursor.fetchall()]
        for school in schools:
            yield _verify_one(school)
        cursor.execute(
            "SELECT entry.id FROM kernel_entry entry LEFT JOIN kernel_seal seal ON seal.entry_id = entry.id"
            " JOIN kernel_bookmark mark ON mark.follower = %s"
            " WHERE seal.entry_id IS NULL AND (entry.xid, entry.id) <= (mark.xid, mark.entry_id)",
            [SEALER],
        )
        if strangers := [entry for (entry,) in cursor.fetchall()]:
            yield Chain(-1, 0, "", tuple(f"entry {entry} was put in behind the seals" for entry in strangers))


def _verify_one(school: int) -> Chain:
    broken: list[str] = []
    previous, length = START, 0
    named = ", ".join(f"entry.{column.strip()}" for column in COLUMNS.split(","))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT seal.position, seal.entry_id, seal.hash, {named} FROM kernel_seal seal"  # noqa: S608 - constants
            " LEFT JOIN kernel_entry entry ON entry.id = seal.entry_id"
            " WHERE seal.school_id = %s ORDER BY seal.position",
            [school],
        )
        for position, entry_id, digest, *entry in cursor:
            length += 1
            if position != length:
                broken.append(f"{position - length} seals are missing before position {position}")
                length = position
            if entry[1] is None:
                broken.append(f"entry {entry_id} was removed")
            elif _digest(previous, Row(*entry)) != bytes(digest):
                broken.append(f"entry {entry_id} was changed")
            previous = bytes(digest)
    return Chain(school, length, previous.hex(), tuple(broken))
