"""Whose families an actor may ask, and what a guardian may answer and book."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from myschool.enrolment.access import placements_on
from myschool.involvement.models import Ask, MeetingSlot, ParentsEvening
from myschool.kernel.actors import SCHOOL_LEADERS, Actor, Role
from myschool.people.access import guardianships_of, guardianships_to_act_for
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass
from myschool.timetable.access import homerooms_on

ONE_DAY = timedelta(days=1)
FAMILY = frozenset({Role.GUARDIAN})
ASKERS = SCHOOL_LEADERS | {Role.DEPUTY_HEAD}


def school_to_receive_in(actor: Actor) -> QuerySet[School]:
    """The school that the actor may make parents' evenings in: its leaders and deputies."""
    return School.objects.filter(organisation=actor.school_id or 0) if actor.role in ASKERS else School.objects.none()


def classes_to_ask(actor: Actor, day: date) -> QuerySet[SchoolClass]:
    """Classes whose families the actor may ask: every one of the school, or those that a teacher leads."""
    classes = SchoolClass.objects.filter(
        school=actor.school_id or 0,
        closed_at__isnull=True,
        school_year__from_date__lte=day,
        school_year__to_date__gt=day,
    )
    if actor.role in ASKERS:
        return classes
    led = homerooms_on(day).filter(teacher=actor.person_id)
    return classes.filter(pk__in=led.values("school_class")) if actor.role == Role.TEACHER else classes.none()


def asks_to_keep(actor: Actor) -> QuerySet[Ask]:
    """What the actor has asked; leaders and deputies see all that the school asks."""
    asks = Ask.objects.filter(school=actor.school_id or 0)
    if actor.role in ASKERS:
        return asks
    return asks.filter(made_by=actor.person_id) if actor.role == Role.TEACHER else asks.none()


def students_of(actor: Actor, day: date) -> QuerySet[Person]:
    """About whom a guardian sees what the school asks."""
    return Person.objects.filter(pk__in=guardianships_of(actor, day).values("student"))


def students_to_answer_for(actor: Actor, day: date) -> QuerySet[Person]:
    """Whom a guardian answers and books for."""
    return Person.objects.filter(pk__in=guardianships_to_act_for(actor, day).values("student"))


def asks_of(student: Person, day: date) -> QuerySet[Ask]:
    """What the family of a student is asked: by the class they are in on the day."""
    classes = placements_on(day).filter(student=student).values("school_class")
    return Ask.objects.filter(classes__school_class__in=classes, withdrawn_at__isnull=True).distinct()


def evenings_of(student: Person, day: date) -> QuerySet[ParentsEvening]:
    """Evenings of the student's school that are still to come; a guardian's date may be a day ahead of the school's."""
    schools = placements_on(day).filter(student=student, school_class__isnull=False).values("school")
    return ParentsEvening.objects.filter(school__in=schools, withdrawn_at__isnull=True, day__gte=day - ONE_DAY)


def evenings_to_see(actor: Actor) -> QuerySet[ParentsEvening]:
    """Evenings of the school: those who lead it, and teachers who receive there."""
    evenings = ParentsEvening.objects.filter(school=actor.school_id or 0)
    if actor.role in ASKERS:
        return evenings
    own = MeetingSlot.objects.filter(teacher=actor.person_id).values("evening")
    return evenings.filter(pk__in=own) if actor.role == Role.TEACHER else evenings.none()


def slots_to_close(actor: Actor) -> QuerySet[MeetingSlot]:
    """A teacher's own slots; leaders and deputies close anybody's."""
    slots = MeetingSlot.objects.filter(evening__school=actor.school_id or 0, evening__withdrawn_at__isnull=True)
    if actor.role in ASKERS:
        return slots
    return slots.filter(teacher=actor.person_id) if actor.role == Role.TEACHER else slots.none()


def slots_booked_by(actor: Actor, day: date) -> QuerySet[MeetingSlot]:
    """What a guardian has booked for a student they still represent, and may take back."""
    return MeetingSlot.objects.filter(
        guardian=actor.person_id, student__in=students_of(actor, day), evening__withdrawn_at__isnull=True
    )


def slots_to_book(student: Person, day: date, teacher_ids: list[int]) -> QuerySet[MeetingSlot]:
    """Slots of the student's teachers at evenings that may still be booked, free or not."""
    evenings = evenings_of(student, day).filter(book_until__gte=day - ONE_DAY)
    return MeetingSlot.objects.filter(Q(evening__in=evenings), teacher__in=teacher_ids, closed="")
