"""Working days of a region: the clock that deadlines run by."""

from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})


@dataclass(frozen=True)
class RegionCalendar:
    """A region's days off (производственный календарь).

    `weekly_days_off` counts Monday as 0. `holidays` are days off by law or by a move; `working_days` are days
    off that a move has made working, and they win.
    """

    weekly_days_off: frozenset[int] = WEEKEND
    holidays: frozenset[date] = field(default_factory=frozenset)
    working_days: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.weekly_days_off >= frozenset(range(7)):
            raise ValueError("A week without working days: no deadline would ever come")

    def is_working(self, day: date) -> bool:
        """People work on that day."""
        return day in self.working_days or not (day in self.holidays or day.weekday() in self.weekly_days_off)


def add_working_days(from_day: date, count: int, calendar: RegionCalendar) -> date:
    """The last day of a term in working days; it runs from the day after `from_day` (ст. 191 ГК РФ)."""
    if count < 0:
        raise ValueError("A term cannot be negative")
    day = from_day
    while count > 0:
        day += ONE_DAY
        count -= calendar.is_working(day)
    return day


def working_days_between(from_day: date, to_day: date, calendar: RegionCalendar) -> int:
    """Working days after `from_day` up to and including `to_day`; negative when `to_day` is the earlier one.

    Undoes `add_working_days`: five days on there are five days here.
    """
    if to_day < from_day:
        return -working_days_between(to_day, from_day, calendar)
    days = (from_day + timedelta(days=ahead) for ahead in range(1, (to_day - from_day).days + 1))
    return sum(map(calendar.is_working, days))
