"""Requests and places for tests: plain functions with sensible defaults."""

from datetime import date

from myschool.enrolment.actions import asking
from myschool.enrolment.models import Placement
from myschool.enrolment.students import Student
from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools.tests.makers import NOON, make_class, make_school

BORN_15 = date(2011, 3, 5)
BORN_10 = date(2016, 2, 3)


def make_placement(student, school_class=None, school=None, from_date=date(2026, 9, 1), to_date=None):
    return Placement.objects.create(
        student=student,
        school=school_class.school if school_class else school,
        level=school_class.level if school_class else 7,
        school_class=school_class,
        from_date=from_date,
        to_date=to_date,
    )


def make_student_actor(birth_date=BORN_15, **names):
    return make_actor(make_person(birth_date=birth_date, **names), Role.STUDENT)


def make_admin(school=None):
    school = school or make_school()
    return make_actor(make_person("Админова"), Role.SCHOOL_ADMIN, school.organisation)


def make_own_request(school_class=None, by=None, at=NOON, **more):
    school_class = school_class or make_class()
    return asking.request_own_place(
        school=school_class.school,
        level=school_class.level,
        school_class_id=school_class.pk,
        by=by or make_student_actor(),
        at=at,
        **more,
    )


def described(last_name="Петров", first_name="Глеб", patronymic="Ильич", birth_date=BORN_10, **more):
    return Student(last_name=last_name, first_name=first_name, patronymic=patronymic, birth_date=birth_date, **more)


def make_family_requests(school_class=None, by=None, student=None, at=NOON, **more):
    """The two requests of a guardian for a child under 14: place, then link."""
    school_class = school_class or make_class()
    return asking.request_for_student(
        student=student or described(),
        relation="mother",
        school=school_class.school,
        level=school_class.level,
        school_class_id=school_class.pk,
        by=by or make_actor(),
        at=at,
        **more,
    )
