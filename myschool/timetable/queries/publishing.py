"""What publishing the weekly template would change."""

from dataclasses import dataclass
from datetime import date

from myschool.schools.models import School, SchoolYear
from myschool.timetable import rules
from myschool.timetable.models import Lesson
from myschool.timetable.queries.calendar import as_lesson, groups_as_taught, planned_year, template_of

FIELDS = (
    "number", "starts", "ends", "teacher_id", "room_id", "room_is_shared", "subject_id", "day", "state",
    "planned_number", "planned_starts", "planned_ends", "planned_teacher_id", "planned_room_id", "planned_subject_id",
)  # fmt: skip


@dataclass(frozen=True)
class Publishing:
    """What a publishing does, or would do: dated lessons that come, change or fall out, and those without a place."""

    created: list[Lesson]
    changed: list[Lesson]
    dropped: list[Lesson]
    unplaced: tuple[rules.Unplaced, ...]

    @property
    def group_ids(self) -> list[int]:
        """Groups whose lessons become other ones."""
        return sorted({row.teaching_group_id for row in (*self.created, *self.changed, *self.dropped)})


def publishing(school: School, year: SchoolYear, from_day: date) -> Publishing:
    """What publishing the template from a day on would change; nothing is written.

    Lessons of the template come through `rules.dated_lessons`; of those that collide the earlier lines win, and a
    lesson that somebody has changed by hand keeps its change.
    """
    planned = planned_year(school, year)
    template = template_of(school, year, planned.classes, from_day)
    placing = rules.dated_lessons(template, planned.calendar, planned.bells, from_day, year.to_date)
    there = {
        (row.template_lesson_id, row.planned_day): row
        for row in Lesson.objects.filter(
            school=school,
            planned_day__gte=from_day,
            planned_day__lt=year.to_date,
            template_lesson__isnull=False,
        )
    }
    touched = set(
        Lesson.objects.filter(
            school=school, day__gte=from_day, changes__isnull=False, changes__withdrawn_at__isnull=True
        ).values_list("pk", flat=True)
    )
    held = _kept_by_hand(school, from_day, touched, planned.classes)
    kept_keys = {
        rules.lesson_key(line, day)
        for (line, day), row in there.items()
        if line is not None and day is not None and row.pk in touched
    }
    apart = rules.placed_apart(
        sorted((one for one in placing.lessons if one.key not in kept_keys), key=lambda one: one.day), held
    )
    created, changed = [], []
    for lesson in apart.lessons:
        line_id = _line_of(lesson.key)
        fresh = _row(school, lesson, line_id)
        row = there.pop((line_id, lesson.day), None)
        if row is None:
            created.append(fresh)
        elif any(getattr(row, name) != getattr(fresh, name) for name in FIELDS):
            for name in FIELDS:
                setattr(row, name, getattr(fresh, name))
            changed.append(row)
    dropped = [row for row in there.values() if row.pk not in touched and row.state != Lesson.State.DROPPED]
    return Publishing(created, changed, dropped, (*placing.unplaced, *apart.unplaced))


def _kept_by_hand(
    school: School, from_day: date, touched: set[int], classes: dict[int, rules.SchoolClass]
) -> list[rules.Lesson]:
    rows = list(
        Lesson.objects.filter(school=school, day__gte=from_day, state=Lesson.State.HELD)
        .filter(pk__in=touched)
        .select_related("subject", "teacher", "room")
    )
    groups = groups_as_taught({row.teaching_group_id for row in rows}, classes, from_day)
    return [as_lesson(row, groups) for row in rows if row.teaching_group_id in groups]


def _line_of(key: str) -> int:
    """The line of the template that a lesson's key names."""
    return int(key[1 : key.index("-")])


def _row(school: School, lesson: rules.Lesson, line_id: int) -> Lesson:
    teacher_id = lesson.teacher.id if lesson.teacher else None
    room_id = lesson.room.id if lesson.room else None
    slot = lesson.slot
    return Lesson(
        school=school, teaching_group_id=lesson.teaching_group.id, subject_id=lesson.subject.id,
        template_lesson_id=line_id, day=lesson.day, number=slot.number, starts=slot.starts, ends=slot.ends,
        teacher_id=teacher_id, room_id=room_id, room_is_shared=bool(lesson.room and lesson.room.is_shared),
        planned_day=lesson.day, planned_number=slot.number, planned_starts=slot.starts, planned_ends=slot.ends,
        planned_teacher_id=teacher_id, planned_room_id=room_id, planned_subject_id=lesson.subject.id,
    )  # fmt: skip
