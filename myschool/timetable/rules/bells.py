"""Bells: when lessons begin and end, and which bells ring for a class on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from myschool.timetable.rules.groups import EVERYBODY, SchoolClass, Scope, Shift
from myschool.timetable.rules.school_calendar import SchoolDay


@dataclass(frozen=True)
class BellSlot:
    """The time of one lesson of the day, by the school's clocks."""

    number: int
    starts: time
    ends: time

    def overlaps(self, other: "BellSlot") -> bool:
        """Both are going on at some moment; numbers do not matter, and a bell ends one before it starts the next."""
        return self.starts < other.ends and other.starts < self.ends

    @property
    def hours(self) -> str:
        """«09:30–10:15»."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


def slot_faults(slots: Iterable[BellSlot]) -> list[str]:
    """What is wrong with the bells of one day, in words."""
    ordered = sorted(slots, key=lambda slot: slot.number)
    return [
        f"Урок {slot.number} заканчивается раньше, чем начинается." for slot in ordered if slot.ends <= slot.starts
    ] + [
        f"Урок {later.number} указан дважды."
        if earlier.number == later.number
        else f"Урок {later.number} начинается раньше, чем заканчивается урок {earlier.number}."
        for earlier, later in pairwise(ordered)
        if earlier.number == later.number or later.starts < earlier.ends
    ]


@dataclass(frozen=True)
class BellSchedule:
    """The bells of one shift's day (расписание звонков)."""

    title: str
    slots: tuple[BellSlot, ...]
    shift: Shift = Shift.FIRST

    def __post_init__(self) -> None:
        if faults := slot_faults(self.slots):
            raise ValueError(" ".join(faults))

    def slot(self, number: int) -> BellSlot | None:
        """The time of the day's lesson with that number; None if the day is shorter."""
        return next((slot for slot in self.slots if slot.number == number), None)


@dataclass(frozen=True)
class BellRule:
    """When and for whom bells ring; what is left empty does not narrow it, the shift always does.

    `weekdays` (Monday is 0) are those whose lessons are held, `days` are dates.
    """

    bells: BellSchedule
    scope: Scope = EVERYBODY
    weekdays: frozenset[int] = frozenset()
    days: frozenset[date] = frozenset()

    def holds(self, school_class: SchoolClass, school_day: SchoolDay) -> bool:
        """The bells may ring for the class that day."""
        return (
            self.bells.shift == school_class.shift
            and self.scope.covers(school_class)
            and (not self.weekdays or school_day.weekday in self.weekdays)
            and (not self.days or school_day.day in self.days)
        )

    @property
    def precedence(self) -> tuple[bool, ...]:
        """The greater wins: a one-off day, then what the scope names, then a weekday, then the rule for all."""
        return (bool(self.days), *self.scope.precedence, bool(self.weekdays))


def bells_on(rules: Iterable[BellRule], school_class: SchoolClass, school_day: SchoolDay) -> BellSchedule | None:
    """The bells of a class on a day, by the precedence of rules; of equals the first. None if no rule holds."""
    holding = [rule for rule in rules if rule.holds(school_class, school_day)]
    return max(holding, key=lambda rule: rule.precedence).bells if holding else None
