"""Whose students are whose, and what is written down of looks at the others."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from myschool.enrolment.tests.makers import make_placement
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.kernel.paging import paged
from myschool.people import persons, queries
from myschool.people.access import looks_at, rows_of
from myschool.people.actions import merge_persons, record_access, record_refusal
from myschool.people.models import AccessRecord, Person
from myschool.people.tests.makers import log_in, make_actor, make_person, make_post
from myschool.schools.tests.makers import NOON, make_class, make_school
from myschool.timetable.access import own_students
from myschool.timetable.models import HomeroomTeacher
from myschool.timetable.tests.makers import assign, make_deputy, make_group, make_lesson

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 10)


@pytest.fixture
def school():
    """Two classes of a school with a student each, and a teacher who teaches neither."""
    place = make_school()
    deputy = make_deputy(place)
    classes = [make_class(place, letter=letter) for letter in "АБ"]
    students = [make_person("Ученикова", letter, birth_date=date(2014, 1, 1)) for letter in ("Ада", "Ева")]
    for student, school_class in zip(students, classes, strict=True):
        make_placement(student, school_class)
    teacher = make_actor(make_person("Учителева"), Role.TEACHER, place.organisation)
    return SimpleNamespace(place=place, deputy=deputy, classes=classes, students=students, teacher=teacher)


def own(actor, day=DAY):
    """Whose students they are, as Python says; SQL must say the same."""
    python = set(own_students(actor, day).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT student_id FROM timetable_own_students(%s, %s, %s)", [actor.person_id, actor.school_id, day]
        )
        assert python == {pk for (pk,) in cursor.fetchall()} or actor.role != Role.TEACHER
    return python


def teach(school, *classes, by=None):
    """Make the teacher teach a group of these classes."""
    taught = make_group(school.deputy, *classes)
    assign(taught, SimpleNamespace(pk=(by or school.teacher).person_id), school.deputy, day=date(2026, 9, 1))
    return taught


def test_a_teachers_own_students_are_those_of_the_groups_they_teach(school):
    assert own(school.teacher) == set()
    teach(school, school.classes[0])
    assert own(school.teacher) == {school.students[0].pk}


def test_a_load_that_has_ended_makes_no_own_students(school):
    taught = teach(school, school.classes[0])
    taught.loads.update(to_date=DAY)
    assert own(school.teacher, DAY - timedelta(days=1)) == {school.students[0].pk}
    assert own(school.teacher) == set()


def test_a_homeroom_teachers_own_students_are_those_of_the_class(school):
    HomeroomTeacher.objects.create(
        school_class=school.classes[1], teacher_id=school.teacher.person_id, from_date=date(2026, 9, 1)
    )
    assert own(school.teacher) == {school.students[1].pk}


def test_a_substitutes_own_students_are_those_of_the_lesson_and_of_that_day_only(school):
    other = make_actor(make_person("Другова"), Role.TEACHER, school.place.organisation)
    taught = teach(school, school.classes[0], by=other)
    make_lesson(taught, teacher=Person.objects.get(pk=school.teacher.person_id), day=DAY)
    assert own(school.teacher) == {school.students[0].pk}
    assert own(school.teacher, DAY + timedelta(days=1)) == set()


def test_a_student_who_has_moved_away_is_nobodys_own(school):
    teach(school, school.classes[0])
    school.students[0].placements.update(to_date=DAY)
    assert own(school.teacher) == set()


def test_whoever_governs_has_no_own_students(school):
    make_post(Person.objects.get(pk=school.deputy.person_id), school.place.organisation, Role.TEACHER)
    teach(school, school.classes[0], by=school.deputy)
    assert own(school.deputy) == set()


def test_a_teacher_of_two_schools_has_in_each_its_own_students_only(school):
    elsewhere = make_school()
    teach(school, school.classes[0])
    person = Person.objects.get(pk=school.teacher.person_id)
    assert own(make_actor(person, Role.TEACHER, elsewhere.organisation)) == set()


def look(school, at=NOON, **more):
    """A look at everybody by the deputy."""
    students = [student.pk for student in school.students]
    record_access(**{"student_ids": students, "section": "journal", "by": school.deputy, "at": at, **more})


def test_however_many_students_a_look_is_one_statement(school, django_assert_num_queries):
    many = [make_person("Многова", f"Имя{number}").pk for number in range(300)]
    with django_assert_num_queries(1):
        look(school, student_ids=many)
    assert AccessRecord.objects.count() == 300


def test_the_same_look_is_written_once_an_hour_and_another_at_once(school):
    look(school)
    look(school, at=NOON + timedelta(minutes=59))
    assert AccessRecord.objects.count() == 2
    look(school, at=NOON + timedelta(minutes=61))
    assert AccessRecord.objects.count() == 4
    look(school, at=NOON + timedelta(minutes=62), reason="Сводная ведомость")
    look(school, at=NOON + timedelta(minutes=62), section="absence")
    assert AccessRecord.objects.count() == 8


def test_of_many_refusals_in_a_minute_ever_fewer_are_written_down(school):
    for second in range(45):
        record_refusal(student_id=None, door="class", rows="7", by=school.teacher, at=NOON + timedelta(seconds=second))
    numbers = list(AccessRecord.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [*range(1, 11), 20, 40]


def test_an_attempt_that_names_a_student_is_not_lost_among_wrong_addresses(school):
    for _ in range(45):
        record_refusal(student_id=None, door="class", rows="7", by=school.teacher, at=NOON)
    student = school.students[0].pk
    record_refusal(student_id=student, door="lesson", rows="7", by=school.teacher, at=NOON)
    assert AccessRecord.objects.get(student=student).number == 1


def test_a_record_keeps_its_ids_when_persons_are_merged_and_is_found_under_the_row_that_stays(school):
    look(school)
    primary, merged = make_person("Ученикова", "Ада"), school.students[0]
    before = list(AccessRecord.objects.order_by("pk").values())
    merge_persons(kept_id=primary.pk, merged_id=merged.pk, by=school.deputy, at=NOON)
    assert list(AccessRecord.objects.order_by("pk").values()) == before
    assert [view.section for view in queries.views_page(primary).views] == ["Журнал: отметки и посещаемость"]
    last = make_person("Ученикова", "Ада")
    merge_persons(kept_id=last.pk, merged_id=primary.pk, by=school.deputy, at=NOON)
    assert len(queries.views_page(last).views) == 1
    assert persons.copy([row.pk for row in rows_of(last)])["Кто смотрел"]


def test_who_was_refused_is_named_as_they_are_called_now(school):
    record_refusal(student_id=None, door="class", rows="7", by=school.teacher, at=NOON)
    primary = make_person("Замужева", "Анна")
    merged = Person.objects.get(pk=school.teacher.person_id)
    merged.last_name = ""
    merged.save()
    merge_persons(kept_id=primary.pk, merged_id=merged.pk, by=school.deputy, at=NOON)
    head = make_actor(make_person("Директорова"), Role.HEAD, school.place.organisation)
    (row,) = queries.refused_page(head).rows
    assert "Замужева" in row.name


def test_a_long_list_of_looks_is_paged(school):
    for hours in range(101):
        look(school, at=NOON + timedelta(hours=2 * hours), student_ids=[school.students[0].pk])
    first = queries.views_page(school.students[0])
    second = queries.views_page(school.students[0], first.pager.next.removeprefix("?after="))
    assert (len(first.views), len(second.views)) == (100, 1)
    assert (first.pager.previous, second.pager.previous, second.pager.next) == ("", "?", "")


def test_looks_of_one_moment_and_those_that_come_meanwhile_hide_none_and_repeat_none(school):
    def put(count, at):
        looks = [
            AccessRecord(student=school.students[0], viewer=viewer, role=Role.TEACHER, section="card", at=at)
            for _ in range(count)
        ]
        return [row.pk for row in AccessRecord.objects.bulk_create(looks)]

    viewer = make_person()
    odd = NOON + timedelta(microseconds=123_457)
    old = put(150, odd)
    seen, after = [], ""
    for _ in range(3):
        shown, pager = paged(looks_at(school.students[0]), after, 60)
        seen += [row.pk for row in shown]
        after = pager.next.removeprefix("?after=")
        put(30, odd + timedelta(hours=1))
    assert (seen, after) == (old[::-1], "")


def test_a_foreign_choice_in_a_form_is_a_refused_look_and_a_mistyped_one_is_not(school, client):
    log_in(client, school.deputy, clock.now())
    school_class = school.classes[0]
    answered = client.post(f"/plan/classes/{school_class.pk}/", {"subject": "10", "hours": "много", "teacher": ""})
    assert answered.status_code == 422
    rows = list(AccessRecord.objects.values_list("section", "door"))
    assert rows == [("refused", "class-plan")]
    assert client.post(f"/plan/classes/{school_class.pk}/", {"hours": "много"}).status_code == 422
    assert AccessRecord.objects.count() == 1
