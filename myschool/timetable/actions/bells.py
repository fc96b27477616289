"""Bells, rooms, regimes of classes, moved days and homeroom teachers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.schools.models import School, SchoolClass
from myschool.timetable import facts
from myschool.timetable.access import teachers_of
from myschool.timetable.actions.plan import NotATeacher
from myschool.timetable.models import (
    BellRule,
    BellSchedule,
    BellSlot,
    ClassRegime,
    HomeroomTeacher,
    MovedDay,
    Room,
    lasting_on,
)
from myschool.timetable.rules import bells


class BellsUnfit(Refusal):
    """The bells contradict themselves."""

    status = 422
    field = "slots"


class NameTaken(Refusal):
    """There is a room or a schedule of that name."""

    status = 409
    field = "title"


class DaysUnfit(Refusal):
    """A day is moved onto itself, or is moved already."""

    status = 422
    field = "day"


@transaction.atomic
def make_bells(
    *,
    school: School,
    title: str,
    shift: int,
    slots: Sequence[bells.BellSlot],
    levels: Collection[int] = (),
    weekdays: Collection[int] = (),
    on_day: date | None = None,
    by: Actor,
    at: datetime,
) -> BellSchedule:
    """New bells for a shift, and for whom they ring: levels, weekdays (Monday is 0), a single day; empty means all.

    Raises:
        BellsUnfit: a lesson ends before it begins, or before the one after it.
        NameTaken: bells of that name ring already.
    """
    if not slots:
        raise BellsUnfit("Добавьте хотя бы один урок.")
    if faults := bells.slot_faults(slots):
        raise BellsUnfit(" ".join(faults))
    if BellSchedule.objects.filter(school=school, title=title, closed_at__isnull=True).exists():
        raise NameTaken(f"Звонки «{title}» уже есть.")
    schedule = BellSchedule.objects.create(school=school, title=title, shift=shift)
    BellSlot.objects.bulk_create(
        BellSlot(schedule=schedule, number=slot.number, starts=slot.starts, ends=slot.ends) for slot in slots
    )
    BellRule.objects.create(schedule=schedule, levels=sorted(levels), weekdays=sorted(weekdays), day=on_day)
    chronicle.write(facts.BellsChanged(schedule_id=schedule.pk, **by.stamp(at)))
    return schedule


@transaction.atomic
def close_bells(*, schedule: BellSchedule, by: Actor, at: datetime) -> None:
    """Ring these bells no longer; lessons already published keep their times."""
    BellSchedule.objects.filter(pk=schedule.pk, closed_at__isnull=True).update(closed_at=at)
    chronicle.write(facts.BellsChanged(schedule_id=schedule.pk, **by.stamp(at)))


@transaction.atomic
def add_rooms(*, school: School, titles: Sequence[str], is_shared: bool, by: Actor, at: datetime) -> list[Room]:
    """New rooms; names that are there already are passed over."""
    there = set(Room.objects.filter(school=school, closed_at__isnull=True).values_list("title", flat=True))
    fresh = [title for title in dict.fromkeys(titles) if title not in there]
    rooms = Room.objects.bulk_create(Room(school=school, title=title, is_shared=is_shared) for title in fresh)
    for room in rooms:
        chronicle.write(facts.RoomsChanged(room_id=room.pk, **by.stamp(at)))
    return rooms


@transaction.atomic
def close_room(*, room: Room, by: Actor, at: datetime) -> None:
    """Hold no further lessons in a room; those published keep it."""
    Room.objects.filter(pk=room.pk, closed_at__isnull=True).update(closed_at=at)
    chronicle.write(facts.RoomsChanged(room_id=room.pk, **by.stamp(at)))


@transaction.atomic
def set_regime(
    *, school_class: SchoolClass, shift: int, days_a_week: int, profile: str, by: Actor, at: datetime
) -> None:
    """Say in which shift, on how many days and by which profile a class studies."""
    ClassRegime.objects.update_or_create(
        school_class=school_class, defaults={"shift": shift, "days_a_week": days_a_week, "profile": profile}
    )
    chronicle.write(facts.RegimeSet(class_id=school_class.pk, **by.stamp(at)))


@transaction.atomic
def move_day(*, school: School, day: date, instead_of: date, by: Actor, at: datetime) -> None:
    """Hold on `day` the lessons of another one.

    Raises:
        DaysUnfit: it is the same day, or one of the two is moved already.
    """
    conflicts = MovedDay.objects.filter(
        Q(day__in=(day, instead_of)) | Q(instead_of__in=(day, instead_of)), school=school
    )
    if day == instead_of or conflicts.exists():
        raise DaysUnfit("Выберите два разных дня, которые ещё не перенесены.")
    MovedDay.objects.create(school=school, day=day, instead_of=instead_of)
    chronicle.write(facts.DayMoved(day=str(day), instead_of=str(instead_of), **by.stamp(at)))


@transaction.atomic
def move_day_back(*, moved: MovedDay, by: Actor, at: datetime) -> None:
    """Hold the lessons of a moved day on their own day again."""
    chronicle.write(facts.DayMoved(day=str(moved.instead_of), instead_of=str(moved.instead_of), **by.stamp(at)))
    moved.delete()


@transaction.atomic
def give_homeroom(*, school_class: SchoolClass, teacher_id: int | None, day: date, by: Actor, at: datetime) -> None:
    """Let a teacher lead a class from a day on, or nobody.

    Raises:
        NotATeacher: they hold no teaching post in the school.
    """
    SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    if teacher_id is not None and not teachers_of(school_class.school_id, day).filter(pk=teacher_id).exists():
        raise NotATeacher("В этот день сотрудник не работает в школе учителем.", field="teacher")
    HomeroomTeacher.objects.filter(school_class=school_class, from_date__gte=day).delete()
    HomeroomTeacher.objects.filter(lasting_on(day), school_class=school_class).update(to_date=day)
    if teacher_id is not None:
        HomeroomTeacher.objects.create(school_class=school_class, teacher_id=teacher_id, from_date=day)
    chronicle.write(facts.HomeroomGiven(class_id=school_class.pk, teacher_id=teacher_id, **by.stamp(at)))
