"""Who sets homework, who does it, who reads it."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.homework.models import HandIn, HandInFile, Homework, HomeworkFile, HomeworkStudent
from myschool.journal.access import groups_to_mark, groups_to_read, lessons_to_mark
from myschool.kernel.actors import Actor, Role
from myschool.people.access import guardianships_of
from myschool.people.models import Person
from myschool.timetable.access import members_on
from myschool.timetable.models import Lesson, TeachingGroup

# The rule of `timetable.access.members_on`, on each homework's own day.
IN_ITS_GROUP = (
    "EXISTS (SELECT 1 FROM timetable_members(homework_homework.teaching_group_id, homework_homework.due_day,"
    " homework_homework.due_day + 1) WHERE student_id = %s)"
)


def _given_at_own_lesson(actor: Actor) -> Q:
    # Who set it does not matter: a right that has ended does not come back with what was written while it lasted.
    return Q(lesson__in=lessons_to_mark(actor).values("pk"))


def homework_to_set(actor: Actor, day: date) -> QuerySet[Homework]:
    """Homework of the teacher's groups, and what was given at lessons they lead, as a substitute too."""
    return Homework.objects.filter(
        Q(teaching_group__in=groups_to_mark(actor, day).values("pk")) | _given_at_own_lesson(actor),
        school=actor.school_id or 0,
        withdrawn_at__isnull=True,
    )


def students_of(actor: Actor, day: date) -> QuerySet[Person]:
    """Whose homework the actor does or looks after: a student's own, a guardian's children's."""
    if actor.role == Role.STUDENT:
        return Person.objects.filter(pk=actor.person_id)
    return Person.objects.filter(pk__in=guardianships_of(actor, day).values("student"))


def homework_of(student: Person, day: date) -> QuerySet[Homework]:
    """Homework a student has: of the groups they are in on the day it is due, the individual only if it is theirs."""
    own = HomeworkStudent.objects.filter(homework=OuterRef("pk"), student=student)
    rows = Homework.objects.filter(Q(is_for_all=True) | Exists(own), withdrawn_at__isnull=True)
    return rows.extra(where=[IN_ITS_GROUP], params=[student.pk])  # noqa: S610 - a constant


def homework_to_read(actor: Actor, day: date) -> QuerySet[Homework]:
    """Homework that staff may read: their own groups', the led class's, the governed school's."""
    return Homework.objects.filter(
        Q(teaching_group__in=groups_to_read(actor, day).values("pk")) | _given_at_own_lesson(actor),
        school=actor.school_id or 0,
    )


def files_to_read(actor: Actor, day: date) -> QuerySet[HomeworkFile]:
    """Files of homework that staff may read."""
    return HomeworkFile.objects.filter(homework__in=homework_to_read(actor, day))


def hand_ins_to_review(actor: Actor, day: date) -> QuerySet[HandIn]:
    """What students handed in for the teacher's homework."""
    return HandIn.objects.filter(homework__in=homework_to_set(actor, day))


def hand_in_files_to_review(actor: Actor, day: date) -> QuerySet[HandInFile]:
    """Its files."""
    return HandInFile.objects.filter(hand_in__in=hand_ins_to_review(actor, day))


def students_to_set(teaching_group: TeachingGroup, day: date) -> QuerySet[Person]:
    """Whom homework of a group may be for on a day."""
    return members_on(teaching_group, day)


def lessons_due(teaching_group: TeachingGroup, day: date) -> QuerySet[Lesson]:
    """Lessons of the group after a day at which homework may be due, the next first."""
    return Lesson.objects.filter(teaching_group=teaching_group, state=Lesson.State.HELD, day__gt=day).order_by(
        "day", "number"
    )


def own_hand_in_files(homework: Homework, student: Person) -> QuerySet[HandInFile]:
    """What the student has handed in for a homework, whichever of the family asks."""
    return HandInFile.objects.filter(hand_in__homework=homework, hand_in__student=student)
