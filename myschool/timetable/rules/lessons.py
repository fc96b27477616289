"""Lessons: from the weekly template to dates, and from the school's clocks to moments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from myschool.timetable.rules.bells import BellRule, BellSchedule, BellSlot, bells_on
from myschool.timetable.rules.groups import SchoolClass, TeachingGroup
from myschool.timetable.rules.school_calendar import SchoolCalendar, SchoolDay, Week, days_between


@dataclass(frozen=True)
class Subject:
    """What is taught (предмет); physical education makes a long day lawful for the youngest."""

    id: int
    title: str = field(compare=False)
    is_physical_education: bool = False


@dataclass(frozen=True)
class Teacher:
    """Who teaches (учитель), with the name that words about a lesson use."""

    id: int
    title: str = field(compare=False)


@dataclass(frozen=True)
class Room:
    """Where lessons are held (кабинет); several may go on in a shared one, such as a sports hall."""

    id: int
    title: str = field(compare=False)
    is_shared: bool = False


@dataclass(frozen=True, kw_only=True)
class TemplateLesson:
    """A lesson of the weekly template: every week, or week A or B, in a period that may be open."""

    id: int
    weekday: int
    number: int
    teaching_group: TeachingGroup
    subject: Subject
    teacher: Teacher | None = None
    room: Room | None = None
    week: Week | None = None
    from_date: date | None = None
    to_date: date | None = None

    def falls_on(self, school_day: SchoolDay) -> bool:
        """The template has the lesson on such a day."""
        return (
            self.weekday == school_day.weekday
            and self.week in (None, school_day.week)
            and (self.from_date is None or self.from_date <= school_day.day)
            and (self.to_date is None or school_day.day < self.to_date)
        )


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson (урок) on one day, kept as the school's own date and time; `key` stays through every change."""

    key: str
    day: date
    slot: BellSlot
    teaching_group: TeachingGroup
    subject: Subject
    teacher: Teacher | None = None
    room: Room | None = None

    def overlaps(self, other: "Lesson") -> bool:
        """Both are going on at some moment."""
        return self.day == other.day and self.slot.overlaps(other.slot)

    @property
    def words(self) -> str:
        """«Алгебра, 7А, 09:30–10:15»."""
        return f"{self.subject.title}, {self.teaching_group.title}, {self.slot.hours}"


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A lesson that could not be placed, and why in words."""

    key: str
    day: date
    number: int
    teaching_group: TeachingGroup
    reason: str


@dataclass(frozen=True)
class Placing:
    """Lessons that found their place, and those that did not: one never spoils the others."""

    lessons: tuple[Lesson, ...]
    unplaced: tuple[Unplaced, ...]


def lesson_key(template_lesson_id: int, day: date) -> str:
    """The key of a lesson of the template: known before it is stored, kept when it moves."""
    return f"t{template_lesson_id}-{day.isoformat()}"


def added_lesson_key(addition_id: int) -> str:
    """The key of a lesson that the template does not have."""
    return f"a{addition_id}"


def dated_lessons(
    template: Iterable[TemplateLesson],
    calendar: SchoolCalendar,
    bell_rules: Sequence[BellRule],
    from_date: date,
    to_date: date,
) -> Placing:
    """The template's lessons on the dates of a period, in order of days.

    A group of several classes meets only where all of them study and hear the same bells.
    """
    lessons: list[Lesson] = []
    unplaced: list[Unplaced] = []
    by_classes: dict[tuple[SchoolClass, ...], list[TemplateLesson]] = defaultdict(list)
    for planned in template:
        by_classes[planned.teaching_group.classes].append(planned)
    for day in days_between(from_date, to_date):
        for classes, plan in by_classes.items():
            school_days = [calendar.school_day(school_class, day) for school_class in classes]
            bells = [
                bells_on(bell_rules, school_class, school_day) if school_day else None
                for school_class, school_day in zip(classes, school_days, strict=True)
            ]
            for planned in plan:
                if not any(school_day and planned.falls_on(school_day) for school_day in school_days):
                    continue
                key = lesson_key(planned.id, day)
                slot = _slot(planned, school_days, bells)
                if isinstance(slot, BellSlot):
                    lessons.append(
                        Lesson(
                            key=key,
                            day=day,
                            slot=slot,
                            teaching_group=planned.teaching_group,
                            subject=planned.subject,
                            teacher=planned.teacher,
                            room=planned.room,
                        )
                    )
                else:
                    unplaced.append(
                        Unplaced(
                            key=key, day=day, number=planned.number, teaching_group=planned.teaching_group, reason=slot
                        )
                    )
    return Placing(tuple(lessons), tuple(unplaced))


def _slot(
    planned: TemplateLesson, school_days: list[SchoolDay | None], bells: list[BellSchedule | None]
) -> BellSlot | str:
    """The time that all classes of the group agree on, or why there is none."""
    if not all(school_day and planned.falls_on(school_day) for school_day in school_days):
        return "В этот день учатся не все классы группы."
    slots = {rung.slot(planned.number) if rung else None for rung in bells}
    if len(slots) > 1:
        return f"У классов группы разные звонки на урок {planned.number}."
    return slots.pop() or f"В звонках этого дня нет урока {planned.number}."


def moment_of(day: date, at: time, zone: str) -> datetime:
    """The moment, UTC, when a school's clocks in a zone such as «Asia/Kamchatka» show that day and time.

    Asked for at the edge only: what is kept is the day and the time, and no law about clocks can move those.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
