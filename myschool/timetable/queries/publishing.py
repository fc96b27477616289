"""What publishing the weekly template would change."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from myschool.schools.models import School, SchoolYear
from myschool.timetable.models import Lesson
from myschool.timetable.queries.calendar import as_lesson, groups_as_taught, planned_year, template_of
from myschool.timetable.questions import lessons_written
from myschool.timetable.rules import clashes, lessons
from myschool.timetable.rules import groups as groups_rules

FIELDS = (
    "number",
    "starts",
    "ends",
    "teacher_id",
    "room_id",
    "room_is_shared",
    "subject_id",
    "day",
    "state",
    "planned_number",
    "planned_starts",
    "planned_ends",
    "planned_teacher_id",
    "planned_room_id",
    "planned_subject_id",
)


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """What a publishing does, or would do: dated lessons that come, change or fall out, and those without a place.

    `written` counts those that the template has no longer and that stay for what is written for them.
    """

    created: list[Lesson]
    changed: list[Lesson]
    dropped: list[Lesson]
    written: int
    unplaced: tuple[lessons.Unplaced, ...]

    @property
    def group_ids(self) -> list[int]:
        """Groups whose lessons become other ones."""
        return sorted({row.teaching_group_id for row in (*self.created, *self.changed, *self.dropped)})


def publishing(school: School, year: SchoolYear, from_day: date) -> Publishing:
    """What publishing the template from a day on would change; nothing is written.

    Lessons of the template come through `rules.dated_lessons`; of those that collide the earlier lines win. A lesson
    that somebody has changed by hand keeps its change, and one that holds marks does not fall out.
    """
    planned = planned_year(school, year)
    template = template_of(school, year, planned.classes, from_day)
    placing = lessons.dated_lessons(template, planned.calendar, planned.bells, from_day, year.to_date)
    there = {
        (row.template_lesson_id, row.planned_day): row
        for row in Lesson.objects.filter(
            school=school, planned_day__gte=from_day, planned_day__lt=year.to_date, template_lesson__isnull=False
        )
    }
    fixed_ids = set(
        Lesson.objects.filter(
            school=school, day__gte=from_day, changes__isnull=False, changes__withdrawn_at__isnull=True
        ).values_list("pk", flat=True)
    )
    written = set[int]()
    while True:
        result = _placed(school, from_day, planned.classes, placing, there, fixed_ids | written)
        # Those that stay for what is written may push others out, which are asked for in their turn.
        more = set[int]().union(*lessons_written.ask([row.pk for row in result.dropped]))
        if not more:
            return replace(result, written=len(written))
        written |= more


def _placed(
    school: School,
    from_day: date,
    classes: dict[int, groups_rules.SchoolClass],
    placing: lessons.Placing,
    there: Mapping[tuple[int | None, date | None], Lesson],
    kept: set[int],
) -> Publishing:
    """The template's lessons beside those that stay as they are."""
    fixed_lessons = _staying(school, from_day, kept, classes)
    kept_keys = {
        lessons.lesson_key(line, day)
        for (line, day), row in there.items()
        if line is not None and day is not None and row.pk in kept
    }
    apart = clashes.placed_apart(
        sorted((lesson for lesson in placing.lessons if lesson.key not in kept_keys), key=lambda lesson: lesson.day),
        fixed_lessons,
    )
    created, changed, leaving = [], [], dict(there)
    for lesson in apart.lessons:
        line_id = _line_of(lesson.key)
        fresh = _row(school, lesson, line_id)
        row = leaving.pop((line_id, lesson.day), None)
        if row is None:
            created.append(fresh)
        elif any(getattr(row, name) != getattr(fresh, name) for name in FIELDS):
            changed.append((row, fresh))
    return Publishing(
        created=created,
        changed=[_like(row, fresh) for row, fresh in changed],
        dropped=[row for row in leaving.values() if row.pk not in kept and row.state != Lesson.State.DROPPED],
        written=0,
        unplaced=(*placing.unplaced, *apart.unplaced),
    )


def _like(row: Lesson, fresh: Lesson) -> Lesson:
    """The row as the template has it now."""
    copied = copy(row)
    for name in FIELDS:
        setattr(copied, name, getattr(fresh, name))
    return copied


def _staying(
    school: School, from_day: date, kept: set[int], classes: dict[int, groups_rules.SchoolClass]
) -> list[lessons.Lesson]:
    rows = list(
        Lesson.objects.filter(school=school, day__gte=from_day, state=Lesson.State.HELD)
        .filter(pk__in=kept)
        .select_related("subject", "teacher", "room")
    )
    groups = groups_as_taught({row.teaching_group_id for row in rows}, classes, from_day)
    return [as_lesson(row, groups) for row in rows if row.teaching_group_id in groups]


def _line_of(key: str) -> int:
    """The line of the template that a lesson's key names."""
    return int(key[1 : key.index("-")])


def _row(school: School, lesson: lessons.Lesson, line_id: int) -> Lesson:
    teacher_id = lesson.teacher.id if lesson.teacher else None
    room_id = lesson.room.id if lesson.room else None
    slot = lesson.slot
    return Lesson(
        school=school,
        teaching_group_id=lesson.teaching_group.id,
        subject_id=lesson.subject.id,
        template_lesson_id=line_id,
        day=lesson.day,
        number=slot.number,
        starts=slot.starts,
        ends=slot.ends,
        teacher_id=teacher_id,
        room_id=room_id,
        room_is_shared=bool(lesson.room and lesson.room.is_shared),
        planned_day=lesson.day,
        planned_number=slot.number,
        planned_starts=slot.starts,
        planned_ends=slot.ends,
        planned_teacher_id=teacher_id,
        planned_room_id=room_id,
        planned_subject_id=lesson.subject.id,
    )
