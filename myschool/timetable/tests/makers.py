"""Groups and loads for tests: plain functions with sensible defaults."""

from datetime import date
from decimal import Decimal

from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools import actions as schools
from myschool.schools.tests.makers import NOON, make_class, make_school
from myschool.timetable import actions

DAY = date(2026, 9, 10)


def make_deputy(school=None):
    school = school or make_school()
    return make_actor(make_person("Завучева"), Role.DEPUTY_HEAD, school.organisation)


def make_subject(by, school, title="Алгебра", code="algebra"):
    return schools.add_subject(school=school, title=title, code=code, by=by, at=NOON)


def make_teacher(school, last_name="Учителева", to_date=None):
    teacher = make_person(last_name)
    make_post(teacher, school.organisation, Role.TEACHER, to_date=to_date)
    return teacher


def make_group(by, *classes, subject=None, title="Группа", is_part=False):
    classes = classes or (make_class(),)
    subject = subject or make_subject(by, classes[0].school)
    return actions.make_group(subject=subject, title=title, classes=classes, is_part=is_part, by=by, at=NOON)


def assign(teaching_group, teacher, by, hours="2", day=DAY):
    actions.assign_teacher(
        teaching_group=teaching_group, teacher_id=teacher.pk, hours=Decimal(hours), day=day, by=by, at=NOON
    )


def fill(teaching_group, *students, by, day=DAY):
    actions.fill_part(
        teaching_group=teaching_group,
        student_ids=[student.pk for student in students],
        day=day,
        by=by,
        at=NOON,
    )
