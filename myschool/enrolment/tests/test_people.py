"""Finding people of a school: who is found, by whom, and who no longer."""

from datetime import timedelta

import pytest

from myschool.enrolment.actions import placing
from myschool.enrolment.models import Placement
from myschool.enrolment.queries import people
from myschool.enrolment.tests.makers import make_admin, make_placement
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.models import AccessRecord
from myschool.people.tests.makers import log_in, make_actor, make_person, make_post
from myschool.schools.tests.makers import NOON, make_class

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def seventh():
    return make_class()


@pytest.fixture
def admin(seventh):
    return make_admin(seventh.school)


def named(by, name, day=TODAY):
    page = people.people_page(by, name, day)
    return [line.name for line in page.students], [line.name for line in page.staff]


def test_students_and_staff_are_found_in_alphabetical_order(seventh, admin):
    for names in (("Ёлкин", "Яков", ""), ("Елкин", "Борис", ""), ("Яшин", "Елк", "")):
        make_placement(make_person(*names), seventh)
    make_post(make_person("Елкина", "Вера", "Ильинична"), seventh.school.organisation)
    assert named(admin, "елк") == (["Елкин Борис", "Ёлкин Яков", "Яшин Елк"], ["Елкина Вера Ильинична"])
    page = people.people_page(admin, "яков ёл", TODAY)
    assert [(line.place, line.url) for line in page.students] == [("7А класс", f"/desk/classes/{seventh.pk}/")]
    assert [line.place for line in people.people_page(admin, "вера", TODAY).staff] == ["Учитель"]


def test_who_has_left_is_found_no_longer(seventh, admin):
    place = make_placement(make_person("Ушедшая"), seventh)
    make_post(make_person("Ушедший"), seventh.school.organisation, to_date=TODAY)
    make_post(make_person("Ушедшенко"), seventh.school.organisation, from_date=YESTERDAY)
    assert named(admin, "ушед", YESTERDAY)[1] == ["Ушедшенко Анна Ивановна", "Ушедший Анна Ивановна"]
    assert named(admin, "ушед") == (["Ушедшая Анна Ивановна"], ["Ушедшенко Анна Ивановна"])
    placing.depart(placement=Placement.objects.get(pk=place.pk), day=TODAY, by=admin, at=NOON)
    assert named(admin, "ушед")[0] == []


def test_nobody_else_finds_anybody(seventh):
    make_placement(make_person("Редкова"), seventh)
    make_post(make_person("Редкая"), seventh.school.organisation)
    assert named(make_admin(), "редк") == ([], [])
    for role in (Role.TEACHER, Role.DEPUTY_HEAD, Role.GUARDIAN, Role.STUDENT, Role.OPERATOR):
        by = make_actor(make_person("Иная"), role, seventh.school.organisation)
        assert named(by, "редк") == ([], []), role


def test_twenty_are_shown_and_told_to_be_the_first(seventh, admin):
    for number in range(21):
        make_placement(make_person("Частов", f"Имя{number:02}"), seventh)
    page = people.people_page(admin, "част", TODAY)
    assert (len(page.students), page.is_cut) == (20, True)
    assert not people.people_page(admin, "част имя03", TODAY).is_cut


def test_signs_are_no_name(seventh, admin):
    make_placement(make_person(), seventh)
    assert named(admin, "%") == named(admin, " ") == ([], [])


def test_a_look_at_students_who_were_found_is_written_down(client, seventh):
    match = make_person("Редкова")
    for student in (match, make_person("Другова")):
        make_placement(student, seventh)
    leader = make_admin(seventh.school)
    log_in(client, leader, now())
    answer = client.post("/desk/people/", {"name": "редк"})
    assert "Редкова Анна Ивановна" in answer.content.decode()
    assert [(row.student_id, row.section) for row in AccessRecord.objects.all()] == [(match.pk, "card")]
