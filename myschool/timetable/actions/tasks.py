"""What a keeper of the plan is to check after a student has moved, and a group without one of its classes."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from myschool.enrolment.access import placements_ever
from myschool.enrolment.models import Placement
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.clock import local_day
from myschool.kernel.errors import Refusal
from myschool.schools.models import SchoolClass
from myschool.timetable import facts
from myschool.timetable.models import GroupClass, GroupMember, PlanTask, TeachingGroup, lasting_on
from myschool.timetable.queries.tasks import lacking_parts


class LastClass(Refusal):
    """A group without any class is closed, not emptied."""

    status = 409


class NotItsClass(Refusal):
    """The group does not take this class."""

    status = 409


@transaction.atomic
def raise_task(*, student_id: int, at: datetime) -> None:
    """Ask the keepers to check the plan and the groups of somebody who has come to a class, from another or from outside.

    Asked is where a part of an earlier class of the year knew them, or where subjects of the present class are taught in
    parts and they are in none. A question about a class in which they are no longer is over by itself.
    """
    places = list(
        placements_ever()
        .filter(student=student_id)
        .select_related("school_class", "school")
        .order_by("-from_date", "-pk")
    )
    now = places[0] if places and places[0].to_date is None else None
    open_tasks = PlanTask.objects.select_for_update().filter(student=student_id, settled_at__isnull=True)
    earlier = list(open_tasks.order_by("raised_at", "pk"))
    present = [
        task for task in earlier if now and (task.school_id, task.to_class_id) == (now.school_id, now.school_class_id)
    ]
    for task in earlier:
        if task not in present:
            _over(task, at)
    if now is None or present:
        return
    # The class before this one, those passed on the way since the fact, and those that an earlier question was about.
    left = [task.from_class_id for task in earlier if task.school_id == now.school_id]
    left += [
        place.school_class_id
        for place in places[1:]
        if place.school_id == now.school_id and (place == places[1] or (place.to_date or at.date()) >= at.date())
    ]
    left = [class_id for class_id in left if class_id not in (None, now.school_class_id)]
    lacks = now.school_class and lacking_parts([(student_id, now.school_class.pk)], _day_of(now, at))
    if not lacks and not _parts_that_knew(student_id, left, now.from_date).exists():
        return
    task = PlanTask.objects.create(
        school_id=now.school_id,
        student_id=student_id,
        from_class_id=left[0] if left else None,
        to_class=now.school_class,
        raised_at=at,
    )
    chronicle.write(facts.PlanTaskRaised(task_id=task.pk, student_id=student_id, **nobody(at, school_id=now.school_id)))


@transaction.atomic
def settle_seated(*, student_ids: Collection[int], day: date, by: Actor, at: datetime) -> None:
    """Settle the questions about those of the students who are now in a part of everything their class is taught in parts."""
    tasks = list(
        PlanTask.objects.select_for_update().filter(
            student__in=student_ids, settled_at__isnull=True, to_class__isnull=False
        )
    )
    lacking = lacking_parts([(task.student_id, task.to_class_id or 0) for task in tasks], day)
    for task in tasks:
        if task.student_id not in lacking:
            settle_task(task=task, by=by, at=at)


@transaction.atomic
def settle_task(*, task: PlanTask, by: Actor, at: datetime) -> None:
    """Say that the plan and the groups were checked; said twice it is the same."""
    if PlanTask.objects.filter(pk=task.pk, settled_at__isnull=True).update(settled_at=at, settled_by=by.person_id):
        chronicle.write(facts.PlanTaskSettled(task_id=task.pk, student_id=task.student_id, **by.stamp(at)))


@transaction.atomic
def remove_class(
    *, teaching_group: TeachingGroup, school_class: SchoolClass, day: date, by: Actor, at: datetime
) -> None:
    """Let a group take the students of a class no longer, from a day on.

    Raises:
        NotItsClass: it does not take them now.
        LastClass: nobody would be left.
    """
    TeachingGroup.objects.select_for_update().get(pk=teaching_group.pk)
    links = GroupClass.objects.filter(lasting_on(day), teaching_group=teaching_group)
    row = links.filter(school_class=school_class).first()
    if row is None:
        raise NotItsClass("В этой группе такого класса нет.")
    if links.count() == 1:
        raise LastClass("Это единственный класс группы. Если группу больше не учат, закройте её.")
    if row.from_date >= day:
        row.delete()
    else:
        row.to_date = day
        row.save(update_fields=["to_date"])
    chronicle.write(facts.ClassLeft(teaching_group_id=teaching_group.pk, class_id=school_class.pk, **by.stamp(at)))


def _over(task: PlanTask, at: datetime) -> None:
    """The student has moved on: nobody needs to look any more."""
    task.settled_at = at
    task.save(update_fields=["settled_at"])
    chronicle.write(
        facts.PlanTaskSettled(task_id=task.pk, student_id=task.student_id, **nobody(at, school_id=task.school_id))
    )


def _day_of(place: Placement, at: datetime) -> date:
    return max(place.from_date, local_day(place.school.time_zone, at))


def _parts_that_knew(student_id: int, class_ids: Collection[int | None], day: date) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gt=day),
        student=student_id,
        teaching_group__classes__school_class__in=class_ids,
        # Last year's parts are over: who goes on to the next year leaves nothing behind.
        teaching_group__school_year__from_date__lte=day,
        teaching_group__school_year__to_date__gt=day,
    )
