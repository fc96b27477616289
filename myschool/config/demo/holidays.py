"""Days off by law: the holidays of ст. 112 ТК РФ and the moves that follow from it."""

from datetime import date, timedelta

from myschool.schools.rules.working_days import WEEKEND

ONE_DAY = timedelta(days=1)
NEW_YEAR = tuple((1, day) for day in range(1, 9))
OTHER_HOLIDAYS = ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))

# The Government moves the weekends of the New Year's days at its will; where to is known for these years only.
MOVED_BY_DECREE = {2026: (date(2026, 1, 9), date(2026, 12, 31))}


def days_off(year: int) -> list[date]:
    """The year's days off that its weekends do not give already."""
    new_year = [date(year, *day) for day in NEW_YEAR]
    others = [date(year, *day) for day in OTHER_HOLIDAYS]
    off = {*new_year, *others, *MOVED_BY_DECREE.get(year, ())}
    for day in others:
        # A holiday on a weekend makes the next working day free; the New Year's days wait for a decree.
        if day.weekday() in WEEKEND:
            while day in off or day.weekday() in WEEKEND:
                day += ONE_DAY
            off.add(day)
    return sorted(day for day in off if day.weekday() not in WEEKEND)
