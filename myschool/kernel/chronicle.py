"""The chronicle (летопись): every fact, written in the transaction that made it true, and those who follow it.

A fact is read by followers, each with its own bookmark. Ids are given out before commit, so a slow transaction may
surface behind an id already read; therefore a bookmark is a pair (transaction number, entry id) and only entries of
transactions older than every running one are read. Bookmark and effect move in one transaction: nothing is lost,
nothing is applied twice. Entries of kinds that a follower does not read are passed over by the thousand.

An entry whose handler fails again and again is set aside (`SetAside`), and the follower goes on past it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import connection, transaction
from django.db.models import Count

from myschool.kernel import clock, waking
from myschool.kernel.faults import survived
from myschool.kernel.models import Bookmark, SetAside
from myschool.kernel.transactions import HORIZON

BATCH = 500
# So many entries are passed over at once where a follower reads none of them.
PASSED_AT_ONCE = 20_000


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
    """The arguments of `ENTRIES`, for an action that writes its rows and its facts in one statement.

    Followers are woken when the caller's transaction has been committed.
    """
    waking.wake_after_commit()
    return {
        "entry_kinds": [fact.kind for fact in facts],
        **{f"entry_{name}s": [getattr(fact, name) for fact in facts] for name in ENVELOPE},
        "entry_payloads": [
            json.dumps(
                {field.name: getattr(fact, field.name) for field in fields(fact) if field.name not in ENVELOPE},
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
            at=self.at,
            school_id=self.school_id,
            actor_id=self.actor_id,
            session_id=self.session_id,
            on_behalf_of_id=self.on_behalf_of_id,
            **json.loads(self.payload),
        )


COLUMNS = "xid, id, kind, at, school_id, actor_id, session_id, on_behalf_of_id, payload::text"
NEXT = f"""
SELECT xid, id, kind, at, school_id, actor_id, session_id, on_behalf_of_id, payload FROM kernel_entry
WHERE (xid, id) > (%(xid)s, %(entry)s) AND xid < {HORIZON} ORDER BY xid, id LIMIT {PASSED_AT_ONCE}
"""  # noqa: S608 - made of constants
# The next entries that a follower reads, each without a place; where there are fewer than it may take at once, also the
# last entry that it goes past with them, and its place. One statement, so that nothing appears in between.
AHEAD = f"""
WITH wanted AS MATERIALIZED (
    SELECT {COLUMNS} FROM ({NEXT}) ahead WHERE kind = ANY(%(kinds)s::text[]) ORDER BY xid, id LIMIT %(limit)s
)
SELECT wanted.*, NULL::bigint FROM wanted
UNION ALL
SELECT xid, id, '', at, NULL, NULL, NULL, NULL, '', place FROM (
    SELECT xid, id, at, row_number() OVER (ORDER BY xid, id) AS place FROM ({NEXT}) ahead ORDER BY place DESC LIMIT 1
) passed WHERE (SELECT count(*) FROM wanted) < %(limit)s
"""  # noqa: S608 - made of constants
EARLY = f"""
SELECT {COLUMNS} FROM kernel_entry
WHERE xid >= {HORIZON} AND kind = ANY(%(kinds)s::text[]) AND id <> ALL(%(told)s::bigint[]) ORDER BY xid, id LIMIT %(limit)s
"""  # noqa: S608 - made of constants
# What whoever wakes the followers asks: where it begins, what has come since, and of which
# kinds is what is committed and waits for an older transaction.
LAST = f"SELECT xid, id FROM kernel_entry WHERE xid < {HORIZON} ORDER BY xid DESC, id DESC LIMIT 1"  # noqa: S608 - a constant
NEW_AT_ONCE = 2_000
NEW = f"""
SELECT xid, id, kind FROM kernel_entry WHERE (xid, id) > (%s, %s) AND xid < {HORIZON} ORDER BY xid, id LIMIT {NEW_AT_ONCE}
"""  # noqa: S608 - made of constants
UNREADABLE = f"""
SELECT DISTINCT kind FROM (
    SELECT kind FROM kernel_entry WHERE xid >= {HORIZON} ORDER BY xid DESC, id DESC LIMIT {NEW_AT_ONCE}
) latest
"""  # noqa: S608 - made of constants
# What lies before a bookmark, as far as anybody counts it.
BEHIND = """
SELECT follower, behind.many, behind.since
FROM unnest(%(followers)s::text[], %(kinds)s::text[]) AS wanted (follower, kinds)
LEFT JOIN kernel_bookmark mark USING (follower)
CROSS JOIN LATERAL (
    SELECT count(*) AS many, min(at) AS since FROM (
        SELECT kind, at FROM kernel_entry WHERE (xid, id) > (coalesce(mark.xid, 0), coalesce(mark.entry_id, 0))
        ORDER BY xid, id LIMIT 100000
    ) ahead WHERE kind = ANY(string_to_array(wanted.kinds, ','))
) behind
"""
ENTRY = f"SELECT {COLUMNS} FROM kernel_entry WHERE id = %s"  # noqa: S608 - a constant


def kinds_of(follower: str) -> list[str]:
    """The kinds of facts that the follower reads."""
    return sorted(kind.kind for kind in _handlers[follower])


def follow(follower: str, *, limit: int = BATCH, one_by_one: bool = False, told: set[int] | None = None) -> int:
    """Let the follower read the next batch; answers how many entries it went past, read or not.

    `one_by_one` hands its handlers each entry alone: one that fails is set aside, and the others stand. `told` are
    entries that it was told of before by `follow_early`; those that it goes past leave the set.
    """
    with transaction.atomic():
        bookmark = _bookmark(follower)
        params: dict[str, Any] = {"xid": bookmark.xid, "entry": bookmark.entry_id}
        params |= {"kinds": kinds_of(follower), "limit": limit}
        with connection.cursor() as cursor:
            cursor.execute(AHEAD, params)
            pairs = [(Row(*values), place) for *values, place in cursor.fetchall()]
        if not pairs:
            return 0
        last, passed = pairs[-1]
        rows = [row for row, place in pairs if place is None]
        news = [row for row in rows if row.id not in told] if told else rows
        if one_by_one:
            for row in news:
                _follow_apart(follower, row)
        else:
            _follow_together(follower, news)
        _move(bookmark, last.xid, last.id)
    if told:
        told.difference_update(row.id for row in rows)
    return passed or len(rows)


def follow_early(follower: str, told: set[int], *, limit: int = BATCH) -> int:
    """Let a follower that only tells open pages hear of what is committed and may not be passed yet.

    Its bookmark stays: while an older transaction runs, others may still be committed behind it. What it hears goes into
    `told`, so that it is not told twice; after a new start it is, and a page fetches itself once more.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EARLY, {"kinds": kinds_of(follower), "told": sorted(told), "limit": limit})
        rows = [Row(*values) for values in cursor.fetchall()]
        _follow_together(follower, rows)
    told.update(row.id for row in rows)
    return len(rows)


def _follow_together(follower: str, rows: Sequence[Row]) -> None:
    wanted: dict[Handler, list[Fact]] = defaultdict(list)
    for row in rows:
        fact = row.fact()
        wanted[_handlers[follower][type(fact)]].append(fact)
    for handler, facts in wanted.items():
        handler(facts)


def _follow_apart(follower: str, row: Row) -> None:
    with survived("follower %s sets entry %s aside", follower, row.id) as fault, transaction.atomic():
        _follow_together(follower, [row])
    if fault.id:
        at = clock.now()
        latest = {"kind": row.kind, "error_id": fault.id, "error": fault.kind, "tried_at": at}
        SetAside.objects.update_or_create(
            follower=follower,
            entry_id=row.id,
            defaults={**latest, "again_at": None, "followed_at": None},
            create_defaults={**latest, "set_aside_at": at},
        )


def follow_again(follower: str, *, at: datetime) -> int:
    """Let the follower try one of the entries that were set aside and are to be tried again; answers how many it tried.

    One that fails once more waits for the operator anew.
    """
    with transaction.atomic():
        waiting = SetAside.objects.select_for_update(skip_locked=True).filter(followed_at=None, again_at__lte=at)
        aside = waiting.filter(follower=follower).order_by("again_at", "pk").first()
        if aside is None:
            return 0
        with survived("follower %s fails on entry %s again", follower, aside.entry_id) as fault:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(ENTRY, [aside.entry_id])
                _follow_together(follower, [Row(*values) for values in cursor.fetchall()])
            aside.followed_at = at
        if fault.id:
            aside.error_id, aside.error = fault.id, fault.kind
        aside.tries, aside.tried_at, aside.again_at = aside.tries + 1, at, None
        aside.save()
        return 1


def asides() -> dict[str, int]:
    """How many entries were set aside and not followed since, by follower."""
    waiting = SetAside.objects.filter(followed_at=None).values_list("follower")
    return dict(waiting.annotate(many=Count("pk")))


@dataclass(frozen=True)
class Lag:
    """How far a follower is behind: entries that it has still to read, and since when the oldest of them waits.

    Of what lies before its bookmark the first 100,000 entries are looked at. `aside` counts what it was given up on.
    """

    follower: str
    entries: int
    since: datetime | None
    aside: int


def lags() -> list[Lag]:
    """Each follower's lag."""
    names, aside = followers(), asides()
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"followers": names, "kinds": [",".join(kinds_of(name)) for name in names]})
        return [Lag(name, many, since, aside.get(name, 0)) for name, many, since in cursor.fetchall()]


@contextmanager
def batch(follower: str, selection: str, *, limit: int) -> Iterator[list[tuple[Any, ...]]]:
    """The next rows of a ledger, xid and id first; the follower's bookmark moves with what the block does."""
    with transaction.atomic():
        bookmark = _bookmark(follower)
        with connection.cursor() as cursor:
            cursor.execute(
                f"{selection} WHERE (xid, id) > (%s, %s) AND xid < {HORIZON} ORDER BY xid, id LIMIT %s",
                [bookmark.xid, bookmark.entry_id, limit],
            )
            rows = cursor.fetchall()
        yield rows
        if rows:
            _move(bookmark, *rows[-1][:2])


def _bookmark(follower: str) -> Bookmark:
    """The follower's bookmark, locked: whoever else reads for it waits."""
    Bookmark.objects.get_or_create(follower=follower)
    return Bookmark.objects.select_for_update().get(follower=follower)


def _move(bookmark: Bookmark, xid: int, entry_id: int) -> None:
    bookmark.xid, bookmark.entry_id = xid, entry_id
    bookmark.save(update_fields=["xid", "entry_id"])
