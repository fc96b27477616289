"""The demo school's bells, rooms and weekly timetable, and the lessons that come of it."""

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta
from itertools import product

from myschool.kernel.actors import Actor
from myschool.schools.models import School, SchoolYear
from myschool.timetable.actions import bells, template
from myschool.timetable.actions.template import Line
from myschool.timetable.models import CurriculumHours, GroupClass, TeachingGroup
from myschool.timetable.rules import bells as bells_rules

DAYS, LESSONS = range(5), range(1, 8)
ROOMS = [str(number) for number in (*range(101, 111), *range(201, 211), *range(301, 306))]
HALL = "Спортзал"
BREAKS = (10, 20, 20, 10, 10, 10)
FIRST_CLASSES_BREAKS = (10, 20, 20, 20)


def hold_lessons(school: School, year: SchoolYear, by: Actor, at: datetime) -> None:
    """Bells, rooms, a weekly template without clashes, and the year's lessons of it."""
    bells.make_bells(school=school, title="Первая смена", shift=1, slots=_slots(45, BREAKS), by=by, at=at)
    bells.make_bells(
        school=school, title="Короткая пятница", shift=1, slots=_slots(40, BREAKS), weekdays=[4], by=by, at=at
    )
    bells.make_bells(
        school=school, title="Первые классы", shift=1, slots=_slots(35, FIRST_CLASSES_BREAKS), levels=[1], by=by, at=at
    )
    rooms = bells.add_rooms(school=school, titles=ROOMS, is_shared=False, by=by, at=at)
    (hall,) = bells.add_rooms(school=school, titles=[HALL], is_shared=True, by=by, at=at)
    lines = _placed(school, year, [room.pk for room in rooms], hall.pk)
    template.set_template(school=school, year=year, lines=lines, from_day=year.from_date, by=by, at=at)
    template.publish_timetable(school=school, year=year, from_day=year.from_date, by=by, at=at)


def _slots(minutes: int, breaks: tuple[int, ...]) -> list[bells_rules.BellSlot]:
    """Lessons from half past eight on, with these breaks between them."""
    slots, start = [], datetime(2000, 1, 1, 8, 30)  # noqa: DTZ001 - a time of day, no moment
    for number, pause in enumerate((*breaks, 0), start=1):
        end = start + timedelta(minutes=minutes)
        slots.append(bells_rules.BellSlot(number, time(start.hour, start.minute), time(end.hour, end.minute)))
        start = end + timedelta(minutes=pause)
    return slots


def _placed(school: School, year: SchoolYear, room_ids: list[int], hall_id: int) -> list[Line]:
    """A greedy week: each group gets its hours where its classes, its teacher and a room are free."""
    hours = {
        (row.school_class_id, row.subject_id): int(row.hours)
        for row in CurriculumHours.objects.filter(school_class__school=school)
    }
    classes = defaultdict(list)
    for link in GroupClass.objects.filter(teaching_group__school=school, to_date__isnull=True):
        classes[link.teaching_group_id].append(link.school_class_id)
    groups = TeachingGroup.objects.filter(school=school, school_year=year, closed_at__isnull=True)
    busy: set[tuple[str, int, int, int]] = set()
    a_day: Counter[tuple[int, int]] = Counter()
    lines = []
    levels = dict(GroupClass.objects.values_list("school_class", "school_class__level"))
    for taught in groups.select_related("subject").prefetch_related("loads").order_by("-is_part", "pk"):
        load = next(iter(taught.loads.all()), None)
        own = classes[taught.pk]
        # Five lessons of 35 minutes meet others' bells anywhere: teachers of first classes have only those.
        numbers = range(1, 6) if levels[own[0]] == 1 else LESSONS
        wanted = hours.get((own[0], taught.subject_id), 1)
        for number, weekday in product(numbers, DAYS):
            if wanted == 0 or a_day[taught.pk, weekday]:
                continue
            needs = {("class", class_id, weekday, number) for class_id in own}
            if load:
                needs.add(("teacher", load.teacher_id, weekday, number))
            if needs & busy:
                continue
            sport = taught.subject.code == "physical_education"
            room = hall_id if sport else _free(room_ids, busy, weekday, number, own[0])
            busy |= needs | (set() if sport or room is None else {("room", room, weekday, number)})
            lines.append(
                Line(
                    teaching_group_id=taught.pk,
                    weekday=weekday,
                    number=number,
                    teacher_id=load.teacher_id if load else None,
                    room_id=room,
                )
            )
            a_day[taught.pk, weekday] += 1
            wanted -= 1
    return lines


def _free(
    room_ids: list[int], busy: set[tuple[str, int, int, int]], weekday: int, number: int, class_id: int
) -> int | None:
    """A room nobody has then, the class's own one if it is free."""
    first = class_id % len(room_ids)
    ordered = [*room_ids[first:], *room_ids[:first]]
    return next((room for room in ordered if ("room", room, weekday, number) not in busy), None)
