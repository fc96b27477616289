"""Who is in a group on a day: classes, parts, groups across classes, and students who move between them."""

from datetime import date, timedelta

import pytest

from myschool.enrolment.actions import placing
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_placement
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import NOON, make_class, make_school
from myschool.timetable.access import members_on
from myschool.timetable.actions import plan as plan_actions
from myschool.timetable.tests.makers import DAY, fill, make_deputy, make_group, make_subject

pytestmark = pytest.mark.django_db
FIRST = date(2026, 9, 1)
LATER = DAY + timedelta(days=20)


class Plan:
    """A school with 7А and 7Б, and who keeps its plan."""

    def __init__(self):
        self.school = make_school()
        self.by = make_deputy(self.school)
        self.first, self.second = (make_class(self.school, letter=letter) for letter in "АБ")
        self.subject = make_subject(self.by, self.school)

    def student(self, school_class, first_name):
        student = make_person("Ученикова", first_name)
        make_placement(student, school_class)
        return student

    def gather(self, *classes, title="Группа", is_part=False):
        return make_group(self.by, *classes, subject=self.subject, title=title, is_part=is_part)

    def move(self, student, school_class, day):
        placing.place(
            student_id=student.pk,
            school_id=self.school.pk,
            level=7,
            school_class=school_class,
            day=day,
            stamp=self.by.stamp(NOON),
        )


@pytest.fixture
def plan():
    return Plan()


def members(teaching_group, day=DAY):
    return set(members_on(teaching_group, day))


def test_a_whole_class_is_all_who_are_placed_in_it_that_day(plan):
    student = plan.student(plan.first, "Ада")
    plan.student(plan.second, "Ева")
    whole = plan.gather(plan.first)
    assert members(whole) == {student}
    assert members(whole, FIRST - timedelta(days=1)) == set()


def test_who_has_departed_is_in_no_group_from_that_day_on(plan):
    student = plan.student(plan.first, "Ада")
    whole = plan.gather(plan.first)
    placing.depart(placement=Placement.objects.get(student=student), day=DAY, by=plan.by, at=NOON)
    assert members(whole) == set()
    assert members(whole, DAY - timedelta(days=1)) == {student}


def test_a_part_is_those_on_its_list(plan):
    ada, eva = plan.student(plan.first, "Ада"), plan.student(plan.first, "Ева")
    part = plan.gather(plan.first, is_part=True)
    assert members(part) == set()
    fill(part, ada, by=plan.by)
    assert members(part) == {ada}
    fill(part, eva, by=plan.by, day=LATER)
    assert (members(part, LATER - timedelta(days=1)), members(part, LATER)) == ({ada}, {eva})


def test_the_first_list_holds_from_the_start_of_the_year(plan):
    ada = plan.student(plan.first, "Ада")
    part = plan.gather(plan.first, is_part=True)
    fill(part, ada, by=plan.by)
    assert members(part, FIRST) == {ada}


def test_who_moves_to_another_class_loses_the_old_part_and_keeps_the_rest(plan):
    ada = plan.student(plan.first, "Ада")
    part = plan.gather(plan.first, title="7А, 1", is_part=True)
    whole, other = plan.gather(plan.first, title="7А"), plan.gather(plan.second, title="7Б")
    across = plan.gather(plan.first, plan.second, title="7А и 7Б", is_part=True)
    fill(part, ada, by=plan.by)
    fill(across, ada, by=plan.by)
    plan.move(ada, plan.second, LATER)
    before = LATER - timedelta(days=1)
    assert [members(row, before) for row in (part, whole, other, across)] == [{ada}, {ada}, set(), {ada}]
    assert [members(row, LATER) for row in (part, whole, other, across)] == [set(), set(), {ada}, {ada}]
    assert members(part, DAY) == {ada}


def test_a_group_across_classes_is_all_of_them(plan):
    ada, eva = plan.student(plan.first, "Ада"), plan.student(plan.second, "Ева")
    assert members(plan.gather(plan.first, plan.second)) == {ada, eva}


def test_a_class_that_joins_counts_from_its_day_on(plan):
    ada, eva = plan.student(plan.first, "Ада"), plan.student(plan.second, "Ева")
    whole = plan.gather(plan.first)
    plan_actions.add_class(teaching_group=whole, school_class=plan.second, day=LATER, by=plan.by, at=NOON)
    assert (members(whole), members(whole, LATER)) == ({ada}, {ada, eva})


def test_a_student_without_a_class_is_in_no_group(plan):
    student = make_person("Ученикова", "Ия")
    make_placement(student, school=plan.school)
    assert members(plan.gather(plan.first, plan.second)) == set()
