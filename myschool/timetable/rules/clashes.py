"""Clashes: a teacher, a room or a student needed in two places at once, by real time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from myschool.kernel.text import day_month
from myschool.timetable.rules.bells import BellSchedule, BellSlot
from myschool.timetable.rules.lessons import Lesson, Placing, Unplaced


class ClashKind(StrEnum):
    """Who or what is needed twice."""

    TEACHER = "teacher"
    ROOM = "room"
    STUDENTS = "students"


@dataclass(frozen=True)
class Clash:
    """Two lessons that cannot both be held; the one that begins earlier comes first."""

    kind: ClashKind
    first: Lesson
    second: Lesson

    @property
    def words(self) -> str:
        """What collides, when, and in which lessons."""
        return f"{day_month(self.first.day)}: {self._who}: {self.first.words}; {self.second.words}."

    @property
    def _who(self) -> str:
        groups = {self.first.teaching_group.title: None, self.second.teaching_group.title: None}
        match self.kind:
            case ClashKind.TEACHER if self.first.teacher is not None:
                return f"у учителя {self.first.teacher.title} два урока сразу"
            case ClashKind.ROOM if self.first.room is not None:
                return f"кабинет {self.first.room.title} занят двумя уроками сразу"
            case _ if len(groups) == 1:
                return f"{self.first.teaching_group.title}: два урока сразу"
        return f"общие ученики групп {' и '.join(groups)} заняты на двух уроках сразу"


class Bookings:
    """The lessons that have their teacher, room and students already."""

    def __init__(self, lessons: Iterable[Lesson] = ()) -> None:
        self._booked: dict[tuple[date, ClashKind, int], list[Lesson]] = defaultdict(list)
        for lesson in lessons:
            self.book(lesson)

    def book(self, lesson: Lesson) -> None:
        """The lesson takes what it needs."""
        for kind, owner_id in _needs(lesson):
            self._booked[lesson.day, kind, owner_id].append(lesson)

    def clashes_of(self, lesson: Lesson) -> list[Clash]:
        """What the lesson would collide with; never with itself, so a change is tried against the old state."""
        conflicts = {}
        for kind, owner_id in _needs(lesson):
            for other in self._booked.get((lesson.day, kind, owner_id), ()):
                if other.key != lesson.key and _collide(kind, lesson, other):
                    first, second = sorted((lesson, other), key=lambda each: (each.slot.starts, each.key))
                    conflicts[kind, other.key] = Clash(kind, first, second)
        return list(conflicts.values())


def _needs(lesson: Lesson) -> list[tuple[ClashKind, int]]:
    needs = [(ClashKind.STUDENTS, class_id) for class_id in lesson.teaching_group.class_ids]
    if lesson.teacher is not None:
        needs.append((ClashKind.TEACHER, lesson.teacher.id))
    if lesson.room is not None and not lesson.room.is_shared:
        needs.append((ClashKind.ROOM, lesson.room.id))
    return needs


def _collide(kind: ClashKind, lesson: Lesson, other: Lesson) -> bool:
    return lesson.overlaps(other) and (
        kind is not ClashKind.STUDENTS or lesson.teaching_group.shares_students(other.teaching_group)
    )


def clashes(lessons: Iterable[Lesson]) -> list[Clash]:
    """Every pair of lessons that cannot both be held, once for each reason."""
    bookings, conflicts = Bookings(), []
    for lesson in lessons:
        conflicts += bookings.clashes_of(lesson)
        bookings.book(lesson)
    return conflicts


def placed_apart(lessons: Iterable[Lesson], held: Iterable[Lesson] = ()) -> Placing:
    """As many lessons, in their order, as collide neither with each other nor with those held already."""
    bookings, placed, unplaced = Bookings(held), [], []
    for lesson in lessons:
        if conflicts := bookings.clashes_of(lesson):
            reason = " ".join(clash.words for clash in conflicts)
            unplaced.append(
                Unplaced(
                    key=lesson.key,
                    day=lesson.day,
                    number=lesson.slot.number,
                    teaching_group=lesson.teaching_group,
                    reason=reason,
                )
            )
        else:
            bookings.book(lesson)
            placed.append(lesson)
    return Placing(tuple(placed), tuple(unplaced))


def free_slots(bells: BellSchedule, busy: Iterable[Lesson]) -> tuple[BellSlot, ...]:
    """The slots of a day that none of that day's lessons touches, whatever bells those were rung by."""
    busy_slots = [lesson.slot for lesson in busy]
    return tuple(slot for slot in bells.slots if not any(slot.overlaps(other) for other in busy_slots))
