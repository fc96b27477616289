"""Substitutions, moves, cancellations and added lessons: what the day really is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from myschool.timetable.rules.bells import BellSlot
from myschool.timetable.rules.lessons import Lesson, Room, Subject, Teacher


@dataclass(frozen=True)
class Substitution:
    """Another teacher, and perhaps another subject, for one lesson (замена)."""

    lesson_key: str
    teacher: Teacher
    subject: Subject | None = None


@dataclass(frozen=True)
class Move:
    """Another day, time or room for one lesson (перенос); None stays as it was."""

    lesson_key: str
    day: date | None = None
    slot: BellSlot | None = None
    room: Room | None = None


@dataclass(frozen=True)
class Cancellation:
    """One lesson is not held (отмена), whatever else is changed about it."""

    lesson_key: str


@dataclass(frozen=True)
class Addition:
    """A lesson that the template does not have (дополнительный урок)."""

    lesson: Lesson


Change = Substitution | Move | Cancellation | Addition


class Difference(StrEnum):
    """In what a lesson departs from the plan."""

    TEACHER = "teacher"
    SUBJECT = "subject"
    TIME = "time"
    ROOM = "room"
    CANCELLED = "cancelled"
    ADDED = "added"


@dataclass(frozen=True)
class EffectiveLesson:
    """A lesson as it is held and as it was planned; `planned` is None for an added one."""

    lesson: Lesson
    planned: Lesson | None
    is_cancelled: bool = False

    @property
    def differences(self) -> frozenset[Difference]:
        """Everything that was changed; a change taken back leaves no trace."""
        before, after = self.planned, self.lesson
        if before is None:
            flags = {Difference.ADDED: True}
        else:
            flags = {
                Difference.TEACHER: before.teacher != after.teacher,
                Difference.SUBJECT: before.subject != after.subject,
                Difference.TIME: (before.day, before.slot) != (after.day, after.slot),
                Difference.ROOM: before.room != after.room,
            }
        flags[Difference.CANCELLED] = self.is_cancelled
        return frozenset(difference for difference, differs in flags.items() if differs)

    @property
    def teachers_to_tell(self) -> frozenset[Teacher]:
        """Who leads it and who would have; nobody if nothing was changed. The families are the group's."""
        if not self.differences:
            return frozenset()
        teachers = {self.lesson.teacher, self.planned.teacher if self.planned else None}
        return frozenset(teacher for teacher in teachers if teacher is not None)


def effective_lessons(lessons: Iterable[Lesson], changes: Iterable[Change]) -> list[EffectiveLesson]:
    """The lessons after the changes, applied in their order; cancelled ones stay in the list, marked.

    Raises:
        ValueError: a change names a lesson that is not there, or adds one that is.
    """
    effective = {lesson.key: EffectiveLesson(lesson, lesson) for lesson in lessons}
    for change in changes:
        key = change.lesson.key if isinstance(change, Addition) else change.lesson_key
        if (key in effective) == isinstance(change, Addition):
            raise ValueError(f"{type(change).__name__} of lesson {key} does not fit the lessons given")
        if isinstance(change, Addition):
            effective[key] = EffectiveLesson(change.lesson, None)
        else:
            effective[key] = _changed(effective[key], change)
    return list(effective.values())


def _changed(effective: EffectiveLesson, change: Substitution | Move | Cancellation) -> EffectiveLesson:
    lesson = effective.lesson
    match change:
        case Cancellation():
            return replace(effective, is_cancelled=True)
        case Substitution(teacher=teacher, subject=subject):
            lesson = replace(lesson, teacher=teacher, subject=subject or lesson.subject)
        case Move(day=day, slot=slot, room=room):
            lesson = replace(lesson, day=day or lesson.day, slot=slot or lesson.slot, room=room or lesson.room)
    return replace(effective, lesson=lesson)


def held_lessons(effective: Iterable[EffectiveLesson]) -> list[Lesson]:
    """The lessons that are held: what clashes and sanitary norms are judged by."""
    return [each.lesson for each in effective if not each.is_cancelled]


def keys_to_substitute(effective: Iterable[EffectiveLesson], teacher_id: int) -> frozenset[str]:
    """The lessons a teacher leads for somebody else: the right to them, and to nothing more of the group."""
    return frozenset(
        each.lesson.key
        for each in effective
        if Difference.TEACHER in each.differences
        and not each.is_cancelled
        and each.lesson.teacher is not None
        and each.lesson.teacher.id == teacher_id
    )
