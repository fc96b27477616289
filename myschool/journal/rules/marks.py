"""What a cell of the journal holds: marks, debts, no mark for a reason, or nothing yet; these never mix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from myschool.journal.rules.attendance import MISSED, Meaning
from myschool.kernel.numbers import ONE, is_kept_exactly
from myschool.kernel.text import day_month


@dataclass(frozen=True)
class MarkValue:
    """A mark (отметка) as it was given, and its worth in five points; None counts in no average."""

    origin: str
    five: int | None


@dataclass(frozen=True)
class Debt:
    """Work that is still owed («точка»), to be handed in by a day, that day included."""

    due: date

    def is_overdue(self, day: date) -> bool:
        """Whether the day has passed by which the work was due."""
        return day > self.due


class NoMark(StrEnum):
    """Why there is no mark and none is awaited: «осв.», «н/а»."""

    EXCUSED = "excused"
    NOT_ATTESTED = "not_attested"


class State(StrEnum):
    """The state of one work in a cell, as data tell it."""

    BLANK = "blank"
    MARKED = "marked"
    DEBT = "debt"
    EXCUSED = "excused"
    NOT_ATTESTED = "not_attested"


Held = MarkValue | Debt | NoMark | None


class Exclusion(StrEnum):
    """Why a result does not count in an average."""

    BLANK = "blank"
    DEBT = "debt"
    EXCUSED = "excused"
    NOT_ATTESTED = "not_attested"
    UNSCALED = "unscaled"
    WEIGHTLESS = "weightless"
    BEFORE_TRANSFER = "before_transfer"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a student has for one work, or for one term of the year.

    `work` is named as inside a sentence: «контрольная работа», «2 четверть». A required one (a control work,
    a term of the year) may have to hold a mark before a final mark is proposed. `exclusion` is why it does not count
    where the journal's reading has said so; else what is held tells.
    """

    work: str
    held: Held
    weight: Fraction = ONE
    day: date | None = None
    required: bool = False
    exclusion: Exclusion | None = None

    def __post_init__(self) -> None:
        if self.weight < 0 or not is_kept_exactly(self.weight):
            raise ValueError("A weight is not negative and has no more than two decimals")

    @property
    def name(self) -> str:
        """«контрольная работа, 12 ноября»."""
        return self.work if self.day is None else f"{self.work}, {day_month(self.day)}"


def state_of(held: Held) -> State:
    """The state's code."""
    match held:
        case None:
            return State.BLANK
        case MarkValue():
            return State.MARKED
        case Debt():
            return State.DEBT
        case NoMark():
            return State(held.value)
    assert_never(held)


def written(held: Held) -> str:
    """One work as it stands in the journal, on the screen and on paper."""
    match held:
        case None:
            return ""
        case MarkValue():
            return held.origin
        case Debt():
            return "•"
        case NoMark.EXCUSED:
            return "осв."
        case NoMark.NOT_ATTESTED:
            return "н/а"
    assert_never(held)


def written_cell(works: Sequence[Held], code: str = "") -> str:
    """A whole cell, «5/4», «Н», «Н 4»: the attendance code first, then its works."""
    return f"{code} {'/'.join(filter(None, map(written, works)))}".strip()


def absence_fault(works: Sequence[Held], meaning: Meaning | None, *, marks_when_absent: bool) -> str | None:
    """Why a cell cannot hold both its marks and its attendance; None when it can.

    A school may let an absent student's later work be marked in the cell of the missed lesson.
    """
    has_marks = any(isinstance(mark, MarkValue) for mark in works)
    if not has_marks or meaning not in MISSED or marks_when_absent:
        return None
    return (
        "Ученик отмечен отсутствующим, а по правилу школы за пропущенный урок отметку не ставят. "
        "Исправьте посещаемость или поставьте «точку»."
    )
