"""Which journals an actor may read, which lessons they may mark, and whose students stand in them."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.journal.models import UnlockRequest
from myschool.kernel.actors import Actor, Role
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass
from myschool.timetable.access import PLAN_KEEPERS, members_on
from myschool.timetable.models import (
    GroupClass,
    HomeroomTeacher,
    Lesson,
    TeachingGroup,
    TeachingLoad,
    lasting_on,
)


def school_with_journals(actor: Actor) -> QuerySet[School]:
    """The school in whose journals the actor works."""
    return School.objects.filter(organisation=actor.school_id or 0)


def groups_to_mark(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups the teacher teaches on that day: their topics, works and final marks are the teacher's."""
    if actor.role != Role.TEACHER:
        return TeachingGroup.objects.none()
    loads = TeachingLoad.objects.filter(lasting_on(day), teacher=actor.person_id)
    return TeachingGroup.objects.filter(school=actor.school_id, pk__in=loads.values("teaching_group"))


def school_to_govern(actor: Actor) -> QuerySet[School]:
    """The school whose journals the actor governs: leaders and deputy heads."""
    return school_with_journals(actor) if actor.role in PLAN_KEEPERS else School.objects.none()


def groups_to_govern(actor: Actor) -> QuerySet[TeachingGroup]:
    """Every group of the school, for its leaders and deputy heads (завучи)."""
    if actor.role not in PLAN_KEEPERS:
        return TeachingGroup.objects.none()
    return TeachingGroup.objects.filter(school=actor.school_id)


def classes_to_lead(actor: Actor, day: date) -> QuerySet[SchoolClass]:
    """Classes whose homeroom teacher (классный руководитель) the actor is on that day."""
    if actor.role != Role.TEACHER:
        return SchoolClass.objects.none()
    homerooms = HomeroomTeacher.objects.filter(lasting_on(day), teacher=actor.person_id)
    return SchoolClass.objects.filter(school=actor.school_id, pk__in=homerooms.values("school_class"))


def groups_to_follow(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups that teach students of a class the actor leads: to read, not to mark."""
    classes = GroupClass.objects.filter(
        lasting_on(day), school_class__in=classes_to_lead(actor, day).values("pk")
    )
    return TeachingGroup.objects.filter(school=actor.school_id, pk__in=classes.values("teaching_group"))


def groups_to_read(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups whose journal page the actor may open: taught, led or governed by them."""
    return TeachingGroup.objects.filter(
        Q(pk__in=groups_to_mark(actor, day).values("pk"))
        | Q(pk__in=groups_to_follow(actor, day).values("pk"))
        | Q(pk__in=groups_to_govern(actor).values("pk"))
    )


def lessons_to_mark(actor: Actor) -> QuerySet[Lesson]:
    """Lessons whose cells the teacher may write: those they lead, as substitutes too, and those of their own groups.

    Whoever is substituted keeps the right to the lesson; the substitute has a right to that lesson only.
    """
    if actor.role != Role.TEACHER:
        return Lesson.objects.none()
    loads = TeachingLoad.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gt=OuterRef("day")),
        from_date__lte=OuterRef("day"),
        teaching_group=OuterRef("teaching_group"),
        teacher=actor.person_id,
    )
    return Lesson.objects.filter(
        Q(teacher=actor.person_id) | Exists(loads), school=actor.school_id, state=Lesson.State.HELD
    )


def lessons_to_read(actor: Actor, day: date) -> QuerySet[Lesson]:
    """Lessons whose page the actor may open: of the journals they may read, and those they may mark."""
    return Lesson.objects.filter(
        Q(teaching_group__in=groups_to_read(actor, day).values("pk"))
        | Q(pk__in=lessons_to_mark(actor).values("pk"))
    ).exclude(state=Lesson.State.DROPPED)


def students_to_mark(lesson: Lesson) -> QuerySet[Person]:
    """Who is in the lesson's group on the lesson's day."""
    return members_on(lesson.teaching_group, lesson.day)


def unlocks_to_decide(actor: Actor) -> QuerySet[UnlockRequest]:
    """Requests to change old lessons that wait in the school the actor governs."""
    if actor.role not in PLAN_KEEPERS:
        return UnlockRequest.objects.none()
    return UnlockRequest.objects.filter(school=actor.school_id, state=UnlockRequest.State.SUBMITTED)
