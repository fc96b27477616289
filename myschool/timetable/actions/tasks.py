"""What a keeper of the plan is to check after a student has moved, and a group without one of its classes."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from myschool.enrolment.access import placements_ever
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.errors import Refusal
from myschool.schools.models import SchoolClass
from myschool.timetable import facts
from myschool.timetable.models import GroupClass, GroupMember, PlanTask, TeachingGroup, lasting_on


class LastClass(Refusal):
    """A group without any class is closed, not emptied."""

    status = 409


class NotItsClass(Refusal):
    """The group does not take this class."""

    status = 409


@transaction.atomic
def raise_task(*, student_id: int, at: datetime) -> None:
    """Ask the keepers to check the plan and the groups of somebody who has moved between classes of a school.

    Nothing is asked while an earlier question about the student is open, or where no part of a class knew them.
    """
    places = list(
        placements_ever().filter(student=student_id).select_related("school_class").order_by("-from_date")[:2]
    )
    if len(places) < 2 or places[0].school_id != places[1].school_id or places[0].to_date is not None:
        return
    now, before = places
    knew = GroupMember.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gt=now.from_date),
        student=student_id,
        teaching_group__classes__school_class=before.school_class_id,
    )
    if before.school_class_id in (None, now.school_class_id) or not knew.exists():
        return
    if PlanTask.objects.filter(school=now.school_id, student=student_id, settled_at__isnull=True).exists():
        return
    task = PlanTask.objects.create(
        school_id=now.school_id, student_id=student_id, from_class_id=before.school_class_id,
        to_class_id=now.school_class_id, raised_at=at,
    )  # fmt: skip
    chronicle.write(
        facts.PlanTaskRaised(task_id=task.pk, student_id=student_id, **nobody(at, school_id=now.school_id))
    )


@transaction.atomic
def settle_task(*, task: PlanTask, by: Actor, at: datetime) -> None:
    """Say that the plan and the groups were checked; said twice it is the same."""
    if PlanTask.objects.filter(pk=task.pk, settled_at__isnull=True).update(
        settled_at=at, settled_by=by.person_id
    ):
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
    taken = GroupClass.objects.filter(lasting_on(day), teaching_group=teaching_group)
    row = taken.filter(school_class=school_class).first()
    if row is None:
        raise NotItsClass("В этой группе такого класса нет.")
    if taken.count() == 1:
        raise LastClass("Это единственный класс группы. Если группу больше не учат, закройте её.")
    if row.from_date >= day:
        row.delete()
    else:
        row.to_date = day
        row.save(update_fields=["to_date"])
    chronicle.write(
        facts.ClassLeft(teaching_group_id=teaching_group.pk, class_id=school_class.pk, **by.stamp(at))
    )
