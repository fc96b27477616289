"""What packages owe a person, the subject of the data they keep: to be joined, forgotten and copied.

Each package that has a key to a person says so in its room `persons`, column by column; what the words there mean is done
here, package by package in the order of storeys. `tests/house/test_persons.py` finds every key and that a room names it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Max, Model, Q, QuerySet
from django.utils.module_loading import module_has_submodule

from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.deadlines import deadline


class Joined(Enum):
    """What becomes of a row when its person turns out to be another."""

    # It passes to that one; where a constraint lets no two be alike, it stays with the row that was merged.
    MOVES = auto()
    # It passes; where that one has the same already, it is dropped.
    DROPS_TWINS = auto()
    # The room's `join` does it, or the database's own triggers.
    BY_HAND = auto()


@dataclass(frozen=True)
class Stays:
    """It goes on naming the row that was merged, for this reason."""

    reason: str


class Forgotten(Enum):
    """What becomes of a row when its person is forgotten."""

    DELETED = auto()
    # Once no law keeps anything of the person any more.
    DELETED_LAST = auto()
    # The room's `forget` deletes it, or takes the person out of it.
    BY_HAND = auto()
    # The room's `forget` takes out words and files; the row is needed by others and stays.
    EMPTIED = auto()
    # It stays, and leads to a number only when the person's name is gone.
    NAMELESS = auto()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The law keeps the row: for the term `settings.DEADLINES[by]`, counted from the column `since`.

    Rows that do not fit `only` are not kept: the room's `forget` deletes or empties them.
    """

    by: str
    since: str
    only: Q = field(default_factory=Q)


@dataclass(frozen=True)
class NotCopied:
    """It is in no section of the copy, for this reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Key:
    """A column that names a person, as «Model.column», and what the package owes them about it.

    `copied` is the title of its section in the copy of their data; the same words say what was deleted or is kept.
    """

    column: str
    joined: Joined | Stays
    forgotten: Forgotten | Kept
    copied: str | NotCopied

    @property
    def name(self) -> str:
        """The column's own name."""
        return self.column.rpartition(".")[2]


class Join(Protocol):
    """Passes what a package holds of one person to another; what it changes by `changes` can be given back."""

    def __call__(self, *, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
        """Pass it from the merged to the kept one."""


class Split(Protocol):
    """Mends what came between two persons while they were joined."""

    def __call__(self, *, kept_id: int, merged_id: int, at: datetime) -> None:
        """Mend it, after all has been given back."""


class Forget(Protocol):
    """Deletes what the words of the keys do not say; answers the titles of what it emptied."""

    def __call__(self, *, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
        """Delete it of all these rows, which are one person."""


def _nothing_by_hand(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """The words of the keys say it all."""


def _nothing_to_mend(*, kept_id: int, merged_id: int, at: datetime) -> None:
    """Nothing comes between."""


def _nothing_to_empty(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """The words of the keys say it all."""
    return set()


@dataclass(frozen=True, kw_only=True)
class Room:
    """What a package owes a person.

    `copy` answers sections by title, for all rows that are the person, the living one first. What is `undone_whole` goes
    back whole when a merge is undone, or the merge stands; of the rest goes back what nothing newer stands in the way of.
    """

    package: str
    keys: tuple[Key, ...]
    copy: Callable[[Sequence[int]], dict[str, Any]]
    join: Join = _nothing_by_hand
    split: Split = _nothing_to_mend
    forget: Forget = _nothing_to_empty
    undone_whole: bool = False

    def model(self, key: Key) -> type[Model]:
        """The model of a key's column; one of a package without persons is written with its package."""
        label = key.column.rpartition(".")[0]
        return apps.get_model(label if "." in label else f"{self.package}.{label}")

    def rows(self, key: Key, person_ids: Sequence[int]) -> QuerySet[Any]:
        """The rows in which the column names one of these."""
        return self.model(key)._base_manager.filter(**{f"{key.name}__in": person_ids})


@dataclass(frozen=True)
class Rest:
    """What stays of a person: what it is, by which term, and the last day; no day while it goes on."""

    title: str
    by: str
    until: date | None


@dataclass(frozen=True)
class Outcome:
    """What was deleted or emptied, by title, and what stays."""

    deleted: tuple[str, ...]
    rest: tuple[Rest, ...]


def keys(
    columns: str, *, joined: Joined | Stays = Joined.MOVES, forgotten: Forgotten | Kept, copied: str | NotCopied
) -> tuple[Key, ...]:
    """Keys to which the same is owed."""
    return tuple(Key(column=column, joined=joined, forgotten=forgotten, copied=copied) for column in columns.split())


def deeds(columns: str) -> tuple[Key, ...]:
    """Keys that say who did something for others."""
    return keys(
        columns,
        joined=Stays("who did it then: history names the row that acted, whose own names stay"),
        forgotten=Forgotten.NAMELESS,
        copied=NotCopied("what was done for others is in the copy of those whom it is about"),
    )


@cache
def rooms() -> tuple[Room, ...]:
    """The rooms of all packages, the lowest storey first."""
    return tuple(
        import_module(f"{package.name}.persons").ROOM
        for package in apps.get_app_configs()
        if package.module and module_has_submodule(package.module, "persons")
    )


def join(*, kept_id: int, merged_id: int, at: datetime) -> Iterator[tuple[Room, Changes]]:
    """Pass everything from the merged to the kept one; answers what each package has changed, to be undone."""
    for room in rooms():
        changes = Changes()
        room.join(kept_id=kept_id, merged_id=merged_id, at=at, changes=changes)
        for key in room.keys:
            if key.joined in (Joined.MOVES, Joined.DROPS_TWINS):
                drops_twins = key.joined is Joined.DROPS_TWINS
                changes.move(room.model(key), key.name, old=merged_id, new=kept_id, drops_twins=drops_twins)
        yield room, changes


def split(*, kept_id: int, merged_id: int, at: datetime) -> None:
    """Mend what came between two who are two again."""
    for room in rooms():
        room.split(kept_id=kept_id, merged_id=merged_id, at=at)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> Outcome:
    """Delete of a person what no law keeps, all of it if nothing is kept; the highest storey goes first.

    What is above leans on what is below.
    """
    deleted: set[str] = set()
    for room in reversed(rooms()):
        going = [key for key in room.keys if key.forgotten is Forgotten.DELETED]
        deleted |= {title_of(key) for key in going if room.rows(key, person_ids).exists()}
        deleted |= room.forget(person_ids=person_ids, by=by, at=at)
        for key in going:
            room.rows(key, person_ids).delete()
    rest = tuple(remnant for remnant in _rest(person_ids) if remnant.until is None or remnant.until > at.date())
    if not rest:
        for room in reversed(rooms()):
            for key in room.keys:
                if key.forgotten is Forgotten.DELETED_LAST and (rows := room.rows(key, person_ids)):
                    deleted.add(title_of(key))
                    rows.delete()
    return Outcome(tuple(sorted(deleted)), rest)


def deleted_tables() -> set[str]:
    """Models, as `Changes` calls them, whose rows go with the person they name."""
    return {
        room.model(key)._meta.label_lower for room in rooms() for key in room.keys if key.forgotten is Forgotten.DELETED
    }


def _rest(person_ids: Sequence[int]) -> Iterator[Rest]:
    ends: dict[tuple[str, str], date | None] = {}
    for room in rooms():
        for key in room.keys:
            if not isinstance(term := key.forgotten, Kept):
                continue
            rows = room.rows(key, person_ids).filter(term.only)
            if not rows.exists():
                continue
            place = (title_of(key), term.by)
            last = rows.aggregate(last=Max(term.since))["last"]
            goes_on = rows.filter(**{f"{term.since}__isnull": True}).exists() or (place in ends and not ends[place])
            if goes_on:
                ends[place] = None
            else:
                day = last.date() if isinstance(last, datetime) else last
                end = day + timedelta(days=deadline(term.by).days)
                ends[place] = max(end, ends.get(place) or end)
    for (title, term_name), until in ends.items():
        yield Rest(title, term_name, until)


def title_of(key: Key) -> str:
    """What a person calls the rows of a key."""
    return key.copied if isinstance(key.copied, str) else key.column


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """All that is kept of a person by title of section; of several rows that are one person, the living one first."""
    return {title: rows for room in rooms() for title, rows in room.copy(person_ids).items()}
