"""Sanitary norms: what the timetable of a class is warned about. Nothing here forbids."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from myschool.kernel.text import day_month, plural
from myschool.timetable.rules.groups import SchoolClass, Shift
from myschool.timetable.rules.lessons import Lesson
from myschool.timetable.rules.school_calendar import SIX_DAYS, monday_of

ORDER = "нормы Минпросвещения на 2025/26 учебный год"
SANITARY_RULES = "СанПиН 2.4.2.2821-10 (прежний)"


@dataclass(frozen=True)
class WeeklyNorm:
    """The most hours a week for some levels, by the length of the week."""

    levels: range
    five_days: int
    six_days: int
    act: str = ORDER


@dataclass(frozen=True, kw_only=True)
class DailyNorm:
    """The most lessons a day for some levels; one day a week may have one more where a `longer_…` allows it."""

    levels: range
    lessons: int
    longer_with_physical_education: bool = False
    longer_in_six_days: bool = False
    act: str = SANITARY_RULES


@dataclass(frozen=True)
class HoursNorm:
    """Lessons lie within these hours."""

    not_before: time
    not_after: time
    act: str = ORDER


@dataclass(frozen=True)
class ShiftNorm:
    """Who studies in the first shift only: these levels, and compensating classes."""

    levels: frozenset[int]
    act: str = SANITARY_RULES


WEEKLY_NORMS = (
    WeeklyNorm(range(1, 2), 21, 21),
    WeeklyNorm(range(2, 5), 23, 26),
    WeeklyNorm(range(5, 6), 29, 32),
    WeeklyNorm(range(6, 7), 30, 33),
    WeeklyNorm(range(7, 8), 32, 35),
    WeeklyNorm(range(8, 10), 33, 36),
    WeeklyNorm(range(10, 12), 34, 37),
)
DAILY_NORMS = (
    DailyNorm(levels=range(1, 2), lessons=4, longer_with_physical_education=True),
    DailyNorm(levels=range(2, 5), lessons=5, longer_in_six_days=True),
    DailyNorm(levels=range(5, 7), lessons=6),
    DailyNorm(levels=range(7, 12), lessons=7),
)
HOURS_NORM = HoursNorm(time(8), time(19))
SHIFT_NORM = ShiftNorm(frozenset({1, 5, 9, 11}))


@dataclass(frozen=True)
class SanitaryWarning:
    """What departs from a norm, in words, and the act; `day` is the week's Monday or the day itself, if any."""

    words: str
    act: str
    day: date | None = None
    severity: Literal["warning"] = "warning"


def sanitary_warnings(
    school_class: SchoolClass, lessons: Iterable[Lesson], *, days_a_week: int, student_ids: frozenset[int] = frozenset()
) -> list[SanitaryWarning]:
    """Warnings about a class's lessons, counted for its busiest student.

    With no `student_ids` yet, everybody is taken to attend every lesson; those at one time count once.
    """
    own = [lesson for lesson in lessons if school_class.id in lesson.teaching_group.class_ids]
    rosters = [
        [
            lesson
            for lesson in own
            if not lesson.teaching_group.student_ids or student_id in lesson.teaching_group.student_ids
        ]
        for student_id in sorted(student_ids)
    ] or [own]
    return [
        *_of_shift(school_class),
        *_of_weeks(school_class, rosters, days_a_week),
        *_of_days(school_class, rosters, days_a_week),
        *_of_hours(school_class, own),
    ]


def _of_shift(school_class: SchoolClass) -> Iterator[SanitaryWarning]:
    first_only = school_class.level in SHIFT_NORM.levels or school_class.is_compensating
    if first_only and school_class.shift is not Shift.FIRST:
        yield SanitaryWarning(f"{school_class.title} учится во вторую смену, а должен в первую.", SHIFT_NORM.act)


def _of_weeks(
    school_class: SchoolClass, rosters: Sequence[Sequence[Lesson]], days_a_week: int
) -> Iterator[SanitaryWarning]:
    norm = next((norm for norm in WEEKLY_NORMS if school_class.level in norm.levels), None)
    if norm is None:
        return
    six_days = days_a_week == SIX_DAYS
    most, week = (norm.six_days, "шестидневной") if six_days else (norm.five_days, "пятидневной")
    for monday, hours in sorted(_busiest(rosters, monday_of).items()):
        if hours > most:
            yield SanitaryWarning(
                f"{school_class.title}, неделя с {day_month(monday)}: {hours} "
                f"{plural(hours, 'час', 'часа', 'часов')}, а при {week} неделе можно не больше {most}.",
                norm.act,
                monday,
            )


def _of_days(
    school_class: SchoolClass, rosters: Sequence[Sequence[Lesson]], days_a_week: int
) -> Iterator[SanitaryWarning]:
    norm = next((norm for norm in DAILY_NORMS if school_class.level in norm.levels), None)
    if norm is None:
        return
    with_sport = {lesson.day for roster in rosters for lesson in roster if lesson.subject.is_physical_education}
    longer_weeks = set()
    for day, count in sorted(_busiest(rosters, lambda day: day).items()):
        if count <= norm.lessons:
            continue
        lawful = (norm.longer_with_physical_education and day in with_sport) or (
            norm.longer_in_six_days and days_a_week == SIX_DAYS
        )
        if lawful and count == norm.lessons + 1 and monday_of(day) not in longer_weeks:
            longer_weeks.add(monday_of(day))
            continue
        yield SanitaryWarning(
            f"{school_class.title}, {day_month(day)}: {count} {plural(count, 'урок', 'урока', 'уроков')}, "
            f"а можно не больше {norm.lessons}.",
            norm.act,
            day,
        )


def _of_hours(school_class: SchoolClass, lessons: Iterable[Lesson]) -> Iterator[SanitaryWarning]:
    for day, slot in dict.fromkeys((lesson.day, lesson.slot) for lesson in lessons):
        where = f"{school_class.title}, {day_month(day)}"
        if slot.starts < HOURS_NORM.not_before:
            yield SanitaryWarning(
                f"{where}: урок начинается в {slot.starts:%H:%M}, а должен не раньше {HOURS_NORM.not_before:%H:%M}.",
                HOURS_NORM.act,
                day,
            )
        if slot.ends > HOURS_NORM.not_after:
            yield SanitaryWarning(
                f"{where}: урок заканчивается в {slot.ends:%H:%M}, а должен не позже {HOURS_NORM.not_after:%H:%M}.",
                HOURS_NORM.act,
                day,
            )


def _busiest(rosters: Iterable[Iterable[Lesson]], span: Callable[[date], date]) -> dict[date, int]:
    """The lessons of the busiest student in each span of days; lessons that begin together are one."""
    most: dict[date, int] = defaultdict(int)
    for roster in rosters:
        beginnings = defaultdict(set)
        for lesson in roster:
            beginnings[span(lesson.day)].add((lesson.day, lesson.slot.starts))
        for start, moments in beginnings.items():
            most[start] = max(most[start], len(moments))
    return most
