"""A school whose families are asked: a class with students, their mothers, a homeroom teacher and a head."""

from dataclasses import dataclass
from datetime import UTC, datetime

from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.actors import Actor, Role
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post
from myschool.schools.models import School, SchoolClass
from myschool.schools.tests.makers import make_class, make_school
from myschool.timetable.models import HomeroomTeacher

AT = datetime(2026, 9, 15, 9, tzinfo=UTC)


@dataclass
class Families:
    """Who asks and who answers in the tests."""

    school: School
    school_class: SchoolClass
    teacher: Actor
    head: Actor
    students: list[Actor]
    mothers: list[Actor]


def make_families(students: int = 3, time_zone: str | None = None) -> Families:
    """The school and its families."""
    school = make_school(time_zone=time_zone)
    school_class = make_class(school)
    teacher, head = make_person("Классная"), make_person("Директорова")
    make_post(teacher, school.organisation)
    make_post(head, school.organisation, role=Role.HEAD)
    HomeroomTeacher.objects.create(school_class=school_class, teacher=teacher, from_date=AT.date().replace(day=1))
    learners, mothers = [], []
    for letter in "абвгде"[:students]:
        learner = make_person(f"Ученик{letter}", birth_date=datetime(2012, 3, 1, tzinfo=UTC).date())
        mother = make_person(f"Мать{letter}")
        make_placement(learner, school_class)
        make_guardianship(mother, learner)
        learners.append(make_actor(learner, Role.STUDENT))
        mothers.append(make_actor(mother, Role.GUARDIAN))
    return Families(
        school=school,
        school_class=school_class,
        teacher=make_actor(teacher, Role.TEACHER, school.organisation),
        head=make_actor(head, Role.HEAD, school.organisation),
        students=learners,
        mothers=mothers,
    )
