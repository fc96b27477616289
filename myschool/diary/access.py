"""Whose diary an actor may open: a student's own, a guardian's children's under 18; nobody else's."""

from datetime import date

from django.db.models import QuerySet

from myschool.enrolment.access import placements_on
from myschool.journal.models import AbsenceNote, LessonMaterial
from myschool.kernel.actors import Actor, Role
from myschool.people.access import guardianships_of, guardianships_to_act_for
from myschool.people.models import Person
from myschool.schools.models import School


def students_to_follow(actor: Actor, day: date) -> QuerySet[Person]:
    """The student themselves, or those a guardian represents on that day."""
    if actor.role == Role.STUDENT:
        return Person.objects.filter(pk=actor.person_id)
    return Person.objects.filter(pk__in=guardianships_of(actor, day).values("student"))


def students_to_acknowledge(actor: Actor, day: date) -> QuerySet[Person]:
    """Those whose week a guardian may say to have seen: it decides nothing."""
    return Person.objects.filter(pk__in=guardianships_of(actor, day).values("student"))


def students_to_excuse(actor: Actor, day: date) -> QuerySet[Person]:
    """Those whose absence a guardian may explain; a student's own word is no paper."""
    return Person.objects.filter(pk__in=guardianships_to_act_for(actor, day).values("student"))


def schools_of(student: Person, day: date) -> QuerySet[School]:
    """The school the student has a place in on that day."""
    return School.objects.filter(pk__in=placements_on(day).filter(student=student).values("school"))


def notes_to_withdraw(actor: Actor, day: date) -> QuerySet[AbsenceNote]:
    """The guardian's own papers that still wait."""
    return AbsenceNote.objects.filter(
        student__in=students_to_excuse(actor, day), filed_by=actor.person_id, state=AbsenceNote.State.SUBMITTED
    )


def materials_of(lesson_id: int) -> QuerySet[LessonMaterial]:
    """Materials of a lesson that was found among the student's own."""
    return LessonMaterial.objects.filter(lesson=lesson_id)
