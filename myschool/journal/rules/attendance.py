"""Attendance (посещаемость): what the codes of the regions mean, and how absences are counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from myschool.kernel.text import in_cyrillic


class Meaning(StrEnum):
    """What an attendance code means in the whole country, whatever letters a region writes."""

    ABSENT_UNKNOWN = "absent_unknown"
    ILLNESS = "illness"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    LATE = "late"
    RELEASED = "released"
    DISTANCE = "distance"


# Who came late or studied from afar was there; who was released had no lesson to miss.
MISSED = frozenset({Meaning.ABSENT_UNKNOWN, Meaning.ILLNESS, Meaning.EXCUSED, Meaning.UNEXCUSED})

# What an accepted paper puts its own code in place of.
EXPLAINABLE = frozenset({Meaning.ABSENT_UNKNOWN, Meaning.UNEXCUSED})

USUAL_CODES: Mapping[str, Meaning] = {
    "Н": Meaning.ABSENT_UNKNOWN,
    "Б": Meaning.ILLNESS,
    "У": Meaning.EXCUSED,
    "УП": Meaning.EXCUSED,
    "НП": Meaning.UNEXCUSED,
    "О": Meaning.LATE,
    "ОП": Meaning.LATE,
}


@dataclass(frozen=True)
class Attendance:
    """What is noted of a student at one lesson; minutes are those of lateness (опоздание), 0 if not noted."""

    meaning: Meaning
    minutes: int = 0

    def __post_init__(self) -> None:
        if self.minutes < 0 or (self.minutes and self.meaning != Meaning.LATE):
            raise ValueError("Only who came late has minutes of lateness")


@dataclass(frozen=True)
class SchoolDay:
    """A student's day: the lessons that their own groups really had, and what was noted, by lesson id."""

    lessons: Set[int]
    noted: Mapping[int, Attendance]

    @property
    def own(self) -> dict[int, Attendance]:
        """What was noted at the student's own lessons: a note left in another group's lesson counts nowhere."""
        return {lesson: noted for lesson, noted in self.noted.items() if lesson in self.lessons}


@dataclass(frozen=True, kw_only=True)
class AttendanceCount:
    """A student's attendance over some days; the kinds are numbers of lessons."""

    lessons: int
    kinds: Mapping[Meaning, int] = field(hash=False)
    late_minutes: int
    full_days: int
    full_days_by_illness: int

    @property
    def missed(self) -> int:
        """Lessons missed for whatever reason."""
        return sum(self.kinds.get(meaning, 0) for meaning in MISSED)


def meaning_of(text: str, codes: Mapping[str, Meaning] = USUAL_CODES) -> Meaning | None:
    """The meaning of a typed code in either case; Latin «H» is taken for «Н». None if there is no such code."""
    return codes.get(in_cyrillic(text.strip().upper()))


def missed_whole_day(day: SchoolDay) -> bool:
    """Whether the student missed every lesson that they had that day, at least one."""
    return bool(missed := _meanings(day)) and missed <= MISSED


def missed_whole_day_by_illness(day: SchoolDay) -> bool:
    """Whether illness was the reason for every lesson of a day missed whole."""
    return _meanings(day) == {Meaning.ILLNESS}


def _meanings(day: SchoolDay) -> set[Meaning | None]:
    own = day.own
    return {own[lesson].meaning if lesson in own else None for lesson in day.lessons} - {Meaning.RELEASED}


def counted_attendance(days: Iterable[SchoolDay]) -> AttendanceCount:
    """Lessons by kind, minutes of lateness and days missed whole."""
    days = list(days)
    noted = [attendance for day in days for attendance in day.own.values()]
    return AttendanceCount(
        lessons=sum(len(day.lessons) for day in days),
        kinds=Counter(attendance.meaning for attendance in noted),
        late_minutes=sum(attendance.minutes for attendance in noted),
        full_days=sum(map(missed_whole_day, days)),
        full_days_by_illness=sum(map(missed_whole_day_by_illness, days)),
    )
