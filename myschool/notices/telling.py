"""What a kind of notice consists of: what people choose about it, and the facts that it tells of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something to tell: to a student and their guardians, or to the guardians alone, or to these persons.

    Of the guardians all are told who see the student's data, or with `to_decide` only those who decide for the student.

    `thing` is what it is about, `at` when it happened; with the student they are the key against doubles. `again` is the title
    for those who were told of the thing before; `only_again` tells nobody else. `title` holds no particulars.
    """

    thing: str
    at: datetime
    title: str
    path: str
    zone: str
    text: str = ""
    again: str = ""
    only_again: bool = False
    school_id: int | None = None
    student_id: int | None = None
    guardians_only: bool = False
    to_decide: bool = False
    persons: tuple[int, ...] = ()
    begins_at: datetime | None = None
    not_to: int | None = None

    @property
    def key(self) -> str:
        """The same for the same fact, however often it is read."""
        return f"{self.thing}:{self.student_id or 0}@{self.at.timestamp():.6f}"


class Telling:
    """Facts, and what a batch of them is told as at a moment; the oldest fact comes first."""

    def __init__(self, *facts: type[Fact], words: Callable[[Sequence[Any], datetime], Sequence[Told]]) -> None:
        self.facts, self.words = facts, words


class Retraction:
    """Facts after which these things are not told any more, if nobody was told of them yet."""

    def __init__(self, *facts: type[Fact], things: Callable[[Sequence[Any]], Sequence[str]]) -> None:
        self.facts, self.things = facts, things


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notice: what people call it, whom it is for, and what holds until they choose.

    It waits for `settles` before it leaves, so that what is put right within minutes is told once. `order` is its place
    among the kinds where people choose.
    """

    code: str
    title: str
    order: int
    audience: frozenset[str]
    mail: str
    settles: timedelta = timedelta(0)
    push: bool = True
    tells: tuple[Telling, ...] = ()
    retracts: tuple[Retraction, ...] = ()
