"""The school's calendar: terms, holidays, moved days, and the weeks A and B."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from myschool.schools.rules.working_days import RegionCalendar
from myschool.timetable.rules.groups import EVERYBODY, SchoolClass, Scope

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)
FIVE_DAYS = 5
SIX_DAYS = 6


@dataclass(frozen=True)
class Period:
    """Days from `from_date` up to `to_date`, which is the first one outside."""

    from_date: date
    to_date: date

    def contains(self, day: date) -> bool:
        """The day lies inside."""
        return self.from_date <= day < self.to_date


class TermKind(StrEnum):
    """How a school divides its year."""

    QUARTER = "quarter"
    TRIMESTER = "trimester"
    HALF_YEAR = "half_year"
    MODULE = "module"


_TERM_TITLES = {
    TermKind.QUARTER: "{}-я четверть",
    TermKind.TRIMESTER: "{}-й триместр",
    TermKind.HALF_YEAR: "{}-е полугодие",
    TermKind.MODULE: "{}-й модуль",
}


@dataclass(frozen=True)
class Term(Period):
    """A part of the year that ends with term marks (четверть, триместр, полугодие, модуль)."""

    kind: TermKind
    number: int

    @property
    def title(self) -> str:
        """«1-я четверть»."""
        return _TERM_TITLES[self.kind].format(self.number)


def term_faults(terms: Iterable[Term]) -> list[str]:
    """What is wrong with the terms of one scheme, in words."""
    ordered = sorted(terms, key=lambda term: term.number)
    return [
        f"{term.title} заканчивается раньше, чем начинается." for term in ordered if term.to_date <= term.from_date
    ] + [
        f"{later.title} начинается раньше, чем заканчивается {earlier.title}."
        for earlier, later in pairwise(ordered)
        if later.from_date < earlier.to_date
    ]


@dataclass(frozen=True)
class TermScheme:
    """The terms of a year, and for whom: in one school they differ by level and by profile."""

    terms: tuple[Term, ...]
    scope: Scope = EVERYBODY

    def __post_init__(self) -> None:
        if faults := term_faults(self.terms):
            raise ValueError(" ".join(faults))


@dataclass(frozen=True)
class Holiday(Period):
    """Days of the year without lessons (каникулы); the youngest have some of their own."""

    title: str
    scope: Scope = EVERYBODY


@dataclass(frozen=True)
class MovedDay:
    """A day on which the lessons of another one are held: a working Saturday for a Monday that is off."""

    day: date
    instead_of: date
    scope: Scope = EVERYBODY


class Week(StrEnum):
    """The two weeks by which a timetable may alternate."""

    A = "A"
    B = "B"


@dataclass(frozen=True)
class SchoolDay:
    """A day with lessons: those of `taught_as`, which is the day itself unless lessons were moved."""

    day: date
    taught_as: date
    week: Week

    @property
    def weekday(self) -> int:
        """The weekday whose lessons are held; Monday is 0."""
        return self.taught_as.weekday()


@dataclass(frozen=True, kw_only=True)
class SchoolCalendar:
    """A school's year. Whoever is not in `six_day` studies from Monday to Friday.

    Weeks run from Monday and are numbered for the whole school: one without lessons for anybody is passed over,
    unless the school counts idle weeks too.
    """

    schemes: tuple[TermScheme, ...]
    holidays: tuple[Holiday, ...] = ()
    moved_days: tuple[MovedDay, ...] = ()
    six_day: tuple[Scope, ...] = ()
    region: RegionCalendar = field(default_factory=RegionCalendar)
    counts_idle_weeks: bool = False

    def terms_of(self, school_class: SchoolClass) -> tuple[Term, ...]:
        """The class's terms, by the narrowest scheme that holds for it; of equals the first."""
        schemes = [scheme for scheme in self.schemes if scheme.scope.covers(school_class)]
        return max(schemes, key=lambda scheme: scheme.scope.precedence).terms if schemes else ()

    def term_on(self, school_class: SchoolClass, day: date) -> Term | None:
        """The class's term that day; None outside its year."""
        return next((term for term in self.terms_of(school_class) if term.contains(day)), None)

    def days_a_week(self, school_class: SchoolClass) -> int:
        """Five or six."""
        return SIX_DAYS if any(scope.covers(school_class) for scope in self.six_day) else FIVE_DAYS

    def school_day(self, school_class: SchoolClass, day: date) -> SchoolDay | None:
        """What the class is taught that day; None on a day off. A move to the day wins over its being off."""
        if self.term_on(school_class, day) is None:
            return None
        moves = [move for move in self.moved_days if move.scope.covers(school_class)]
        taught_as = next((move.instead_of for move in moves if move.day == day), None)
        if taught_as is None:
            moved_away = any(move.instead_of == day for move in moves)
            if moved_away or self._is_off(school_class, day):
                return None
            taught_as = day
        return SchoolDay(day, taught_as, self.week(taught_as))

    def school_days(self, school_class: SchoolClass, from_date: date, to_date: date) -> list[SchoolDay]:
        """The class's days with lessons in a period."""
        days = (self.school_day(school_class, day) for day in days_between(from_date, to_date))
        return [school_day for school_day in days if school_day is not None]

    def week_number(self, day: date) -> int:
        """The number of the school's week, from 1; a week passed over carries the one before it."""
        return bisect_right(self._mondays, day)

    def week(self, day: date) -> Week:
        """Week A or B: the year begins with A."""
        return Week.A if self.week_number(day) % 2 else Week.B

    def _is_off(self, school_class: SchoolClass, day: date) -> bool:
        return (
            day.weekday() >= self.days_a_week(school_class)
            or self._is_public_holiday(day)
            or any(holiday.contains(day) and holiday.scope.covers(school_class) for holiday in self.holidays)
        )

    def _is_public_holiday(self, day: date) -> bool:
        return day in self.region.holidays and day not in self.region.working_days

    @cached_property
    def _mondays(self) -> list[date]:
        terms = [term for scheme in self.schemes for term in scheme.terms]
        first = monday_of(min((term.from_date for term in terms), default=date.max))
        last = max((term.to_date for term in terms), default=date.min)
        length = SIX_DAYS if self.six_day else FIVE_DAYS
        return [
            monday
            for monday in days_between(first, last, step=ONE_WEEK)
            if self.counts_idle_weeks or any(not self._is_idle(monday + ONE_DAY * weekday) for weekday in range(length))
        ]

    def _is_idle(self, day: date) -> bool:
        """Nobody in the school has lessons by the plan."""
        return (
            not any(term.contains(day) for scheme in self.schemes for term in scheme.terms)
            or self._is_public_holiday(day)
            or any(holiday.contains(day) and holiday.scope == EVERYBODY for holiday in self.holidays)
        )


def days_between(from_date: date, to_date: date, *, step: timedelta = ONE_DAY) -> Iterator[date]:
    """The days of a period, the last one outside."""
    while from_date < to_date:
        yield from_date
        from_date += step


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - ONE_DAY * day.weekday()
