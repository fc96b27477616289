"""Groups and loads for tests: plain functions with sensible defaults."""

from datetime import date, time
from decimal import Decimal

from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools import actions as schools
from myschool.schools.tests.makers import NOON, make_class, make_school
from myschool.timetable.actions import plan
from myschool.timetable.models import Lesson

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
    return plan.make_group(subject=subject, title=title, classes=classes, is_part=is_part, by=by, at=NOON)


def assign(teaching_group, teacher, by, hours="2", day=DAY):
    plan.assign_teacher(
        teaching_group=teaching_group, teacher_id=teacher.pk, hours=Decimal(hours), day=day, by=by, at=NOON
    )


def fill(teaching_group, *students, by, day=DAY):
    plan.fill_part(
        teaching_group=teaching_group, student_ids=[student.pk for student in students], day=day, by=by, at=NOON
    )


def make_lesson(
    teaching_group, teacher=None, day=DAY, number=1, starts=time(8, 30), ends=time(9, 15), room=None, **more
):
    """A dated lesson as the plan has it."""
    planned = {"planned_day": day, "planned_number": number, "planned_starts": starts, "planned_ends": ends}
    return Lesson.objects.create(
        school_id=teaching_group.school_id,
        teaching_group=teaching_group,
        subject_id=teaching_group.subject_id,
        day=day,
        number=number,
        starts=starts,
        ends=ends,
        teacher=teacher,
        room=room,
        planned_teacher=teacher,
        planned_room=room,
        planned_subject_id=teaching_group.subject_id,
        **(planned | more),
    )
