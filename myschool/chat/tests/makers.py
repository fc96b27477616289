"""A school with conversations: a class with students, their mothers, and a homeroom teacher."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from myschool.chat.actions import talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Membership
from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.actors import Actor, Role
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post
from myschool.schools.models import School, SchoolClass
from myschool.schools.tests.makers import make_class, make_school
from myschool.timetable.models import HomeroomTeacher

# A Tuesday at noon in Moscow: nobody's quiet hours.
AT = datetime(2026, 9, 15, 9, tzinfo=UTC)
NIGHT = datetime(2026, 9, 15, 20, tzinfo=UTC)


@dataclass
class Talkers:
    """Who talks in the tests."""

    school: School
    school_class: SchoolClass
    teacher: Actor
    head: Actor
    students: list[Actor]
    mothers: list[Actor]

    def talk(self, kind: str) -> Conversation:
        """The class's or the school's conversation of a kind."""
        return Conversation.objects.get(school=self.school, kind=kind)


def make_talkers(students: int = 3, at: datetime = AT) -> Talkers:
    """The school with everybody in their conversations."""
    school = make_school()
    school_class = make_class(school)
    teacher, head = make_person(last_name="Классная"), make_person(last_name="Директорова")
    make_post(teacher, school.organisation)
    make_post(head, school.organisation, role=Role.HEAD)
    HomeroomTeacher.objects.create(school_class=school_class, teacher=teacher, from_date=AT.date().replace(day=1))
    learners, mothers = [], []
    for number in range(students):
        learner = make_person(last_name=f"Ученик{'абвгде'[number]}", birth_date=datetime(2012, 3, 1, tzinfo=UTC).date())
        mother = make_person(last_name=f"Мать{'абвгде'[number]}")
        make_placement(learner, school_class)
        make_guardianship(mother, learner)
        learners.append(make_actor(learner, Role.STUDENT))
        mothers.append(make_actor(mother, Role.GUARDIAN))
    keep_rosters(school_ids=[school.pk], at=at)
    return Talkers(
        school=school,
        school_class=school_class,
        teacher=make_actor(teacher, Role.TEACHER, school.organisation),
        head=make_actor(head, Role.HEAD, school.organisation),
        students=learners,
        mothers=mothers,
    )


def place_of(talk: Conversation, actor: Actor) -> Membership:
    """The actor's present place in a conversation."""
    return Membership.objects.get(conversation=talk, person=actor.person_id, to_at__isnull=True)


def say(talk: Conversation, by: Actor, text: str = "Здравствуйте!", at: datetime = AT, **more: object):
    """Send a message."""
    defaults: dict[str, Any] = {"reply_to": None, "attached": [], "client_key": uuid4(), "is_urgent": False}
    return talking.post(place=place_of(talk, by), text=text, by=by, at=at, **(defaults | more))
