"""Which journals an actor may read, which lessons they may mark, and whose students stand in them."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.enrolment.access import placements_on
from myschool.journal.models import AbsenceNote, LessonMaterial, Remark, TopicPlan, UnlockRequest, Work, WorkKind
from myschool.kernel.actors import Actor, Role
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass, Subject, Term
from myschool.timetable.access import PLAN_KEEPERS, homerooms_on, loads_on, members_on
from myschool.timetable.models import GroupClass, Lesson, TeachingGroup, lasting_on


def school_with_journals(actor: Actor) -> QuerySet[School]:
    """The school in whose journals the actor works."""
    return School.objects.filter(organisation=actor.school_id or 0)


def groups_of_school(actor: Actor) -> QuerySet[TeachingGroup]:
    """Every group of the actor's school: not yet what they may read."""
    return TeachingGroup.objects.filter(school=actor.school_id)


def groups_to_mark(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups the teacher teaches on that day: their topics, works and final marks are the teacher's."""
    if actor.role != Role.TEACHER:
        return TeachingGroup.objects.none()
    loads = loads_on(day).filter(teacher=actor.person_id)
    return TeachingGroup.objects.filter(school=actor.school_id, pk__in=loads.values("teaching_group"))


def school_to_teach_in(actor: Actor) -> QuerySet[School]:
    """The school whose teacher the actor is."""
    return school_with_journals(actor) if actor.role == Role.TEACHER else School.objects.none()


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
    homerooms = homerooms_on(day).filter(teacher=actor.person_id)
    return SchoolClass.objects.filter(school=actor.school_id, pk__in=homerooms.values("school_class"))


def groups_to_follow(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups that teach students of a class the actor leads: to read, not to mark."""
    classes = GroupClass.objects.filter(lasting_on(day), school_class__in=classes_to_lead(actor, day).values("pk"))
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
    loads = loads_on(OuterRef("day")).filter(teaching_group=OuterRef("teaching_group"), teacher=actor.person_id)
    return Lesson.objects.filter(
        Q(teacher=actor.person_id) | Exists(loads), school=actor.school_id, state=Lesson.State.HELD
    )


def lessons_to_read(actor: Actor, day: date) -> QuerySet[Lesson]:
    """Lessons whose page the actor may open: of the journals they may read, and those they may mark."""
    return Lesson.objects.filter(
        Q(teaching_group__in=groups_to_read(actor, day).values("pk")) | Q(pk__in=lessons_to_mark(actor).values("pk"))
    ).exclude(state=Lesson.State.DROPPED)


def students_to_mark(lesson: Lesson) -> QuerySet[Person]:
    """Who is in the lesson's group on the lesson's day."""
    return members_on(lesson.teaching_group, lesson.day)


def unlocks_to_decide(actor: Actor) -> QuerySet[UnlockRequest]:
    """Requests to change old lessons that wait in the school the actor governs."""
    if actor.role not in PLAN_KEEPERS:
        return UnlockRequest.objects.none()
    return UnlockRequest.objects.filter(school=actor.school_id, state=UnlockRequest.State.SUBMITTED)


def works_to_drop(actor: Actor) -> QuerySet[Work]:
    """Works of lessons the teacher marks."""
    return Work.objects.filter(lesson__in=lessons_to_mark(actor))


def kinds_to_use(actor: Actor) -> QuerySet[WorkKind]:
    """Kinds of work of the actor's school."""
    return WorkKind.objects.filter(school=actor.school_id or 0, closed_at__isnull=True)


def remarks_to_withdraw(actor: Actor) -> QuerySet[Remark]:
    """The teacher's own words."""
    return Remark.objects.filter(
        given_by=actor.person_id, lesson__school=actor.school_id or 0, withdrawn_at__isnull=True
    )


def materials_to_remove(actor: Actor) -> QuerySet[LessonMaterial]:
    """Materials of lessons the teacher marks."""
    return LessonMaterial.objects.filter(lesson__in=lessons_to_mark(actor))


def may_teach(actor: Actor) -> bool:
    """Whether the actor has lessons of their own."""
    return actor.role == Role.TEACHER


def materials_to_open(actor: Actor, day: date) -> QuerySet[LessonMaterial]:
    """Materials of the library beside lessons whose page the actor may open."""
    return LessonMaterial.objects.filter(lesson__in=lessons_to_read(actor, day), version__isnull=False)


def materials_to_read(actor: Actor, day: date) -> QuerySet[LessonMaterial]:
    """Files beside lessons whose page the actor may open."""
    return LessonMaterial.objects.filter(lesson__in=lessons_to_read(actor, day), file__isnull=False)


def plans_to_read(actor: Actor) -> QuerySet[TopicPlan]:
    """Plans of topics of the actor's school: colleagues may read and copy each other's."""
    return TopicPlan.objects.filter(school=actor.school_id or 0, closed_at__isnull=True)


def plans_to_write(actor: Actor) -> QuerySet[TopicPlan]:
    """The teacher's own plans."""
    return plans_to_read(actor).filter(author=actor.person_id)


def classes_to_follow(actor: Actor, day: date) -> QuerySet[SchoolClass]:
    """Classes whose consolidated sheet the actor may open: led or governed by them."""
    governed = SchoolClass.objects.filter(school__in=school_to_govern(actor))
    return SchoolClass.objects.filter(
        Q(pk__in=classes_to_lead(actor, day).values("pk")) | Q(pk__in=governed.values("pk"))
    )


def notes_to_read(actor: Actor, day: date) -> QuerySet[AbsenceNote]:
    """Papers about absences of students of the classes the actor leads or governs."""
    placed = placements_on(day).filter(school_class__in=classes_to_follow(actor, day).values("pk"))
    return AbsenceNote.objects.filter(school=actor.school_id or 0, student__in=placed.values("student"))


def notes_to_decide(actor: Actor, day: date) -> QuerySet[AbsenceNote]:
    """Those of them that wait."""
    return notes_to_read(actor, day).filter(state=AbsenceNote.State.SUBMITTED)


def subjects_to_plan_topics(actor: Actor, day: date) -> QuerySet[Subject]:
    """Subjects the teacher teaches."""
    return Subject.objects.filter(pk__in=groups_to_mark(actor, day).values("subject"))


def groups_to_close(actor: Actor, day: date) -> QuerySet[TeachingGroup]:
    """Groups whose terms the actor may close: taught or governed by them."""
    return TeachingGroup.objects.filter(
        Q(pk__in=groups_to_mark(actor, day).values("pk")) | Q(pk__in=groups_to_govern(actor).values("pk"))
    )


def terms_of_group(teaching_group: TeachingGroup) -> QuerySet[Term]:
    """The terms its classes study by."""
    classes = GroupClass.objects.filter(teaching_group=teaching_group)
    return Term.objects.filter(scheme__in=classes.values("school_class__term_scheme")).select_related("scheme")
