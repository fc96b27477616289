"""The published SQL words: who teaches, leads and sits where on a day; Python's access says the same."""

from datetime import timedelta

import pytest
from django.db import connection

from myschool.enrolment.tests.makers import make_placement
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import NOON, make_class
from myschool.timetable import access
from myschool.timetable.actions import plan
from myschool.timetable.models import HomeroomTeacher, TeachingLoad
from myschool.timetable.tests.makers import DAY, assign, fill, make_deputy, make_group, make_subject, make_teacher

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=20)


def rows(word, columns, day):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {word}(%s)", [day])  # noqa: S608 - constants of this file
        return set(cursor.fetchall())


def test_a_load_says_who_teaches_from_its_first_day_to_before_its_last():
    school_class = make_class()
    by = make_deputy(school_class.school)
    taught, teacher = make_group(by, school_class), make_teacher(school_class.school)
    assign(taught, teacher, by)
    load = TeachingLoad.objects.get()
    plan.end_load(load=load, day=LATER, by=by, at=NOON)
    own = {(load.pk, taught.pk, teacher.pk)}
    days = [DAY - timedelta(days=1), DAY, LATER - timedelta(days=1), LATER]
    by_sql = [rows("timetable_loads_on", "load_id, teaching_group_id, person_id", day) for day in days]
    assert by_sql == [set(), own, own, set()]
    by_orm = [set(access.loads_on(day).values_list("pk", "teaching_group", "teacher")) for day in days]
    assert by_orm == by_sql


def test_a_class_is_led_by_one_and_then_by_another():
    school_class = make_class()
    first, second = make_teacher(school_class.school), make_teacher(school_class.school, "Новая")
    by = make_deputy(school_class.school)
    for teacher, day in ((first, DAY), (second, LATER)):
        HomeroomTeacher.objects.filter(school_class=school_class).update(to_date=day)
        HomeroomTeacher.objects.create(school_class=school_class, teacher=teacher, from_date=day)
    days = [DAY - timedelta(days=1), DAY, LATER]
    by_sql = [rows("timetable_homeroom_on", "school_class_id, person_id", day) for day in days]
    assert by.school_id == school_class.school_id
    assert by_sql == [set(), {(school_class.pk, first.pk)}, {(school_class.pk, second.pk)}]
    assert [set(access.homerooms_on(day).values_list("school_class", "teacher")) for day in days] == by_sql


def test_a_part_has_those_of_its_classes_who_are_on_its_list():
    school_class = make_class()
    by = make_deputy(school_class.school)
    subject = make_subject(by, school_class.school)
    whole = make_group(by, school_class, subject=subject, title="Все")
    part = make_group(by, school_class, subject=subject, title="Часть", is_part=True)
    ada, eva = make_person("Ученикова", "Ада"), make_person("Ученикова", "Ева")
    for student in (ada, eva):
        make_placement(student, school_class)
    fill(part, ada, by=by)
    members = rows("timetable_members_on", "teaching_group_id, student_id", DAY)
    assert members == {(whole.pk, ada.pk), (whole.pk, eva.pk), (part.pk, ada.pk)}


@pytest.mark.parametrize("word", ["timetable_loads_on", "timetable_homeroom_on", "timetable_members_on"])
def test_the_planner_looks_into_a_word(word):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT * FROM {word}(%s)", [DAY])  # noqa: S608 - a constant of this file
        assert "Function Scan" not in str(cursor.fetchall())
