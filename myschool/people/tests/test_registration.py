"""Who may register as what and when, which terms were accepted, and what ends at 18."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people import access, actions
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import Consent, Person, Profile, Session
from myschool.people.queries import role_to_start_with, roles_held
from myschool.people.tests.makers import (
    come,
    log_in,
    make_account,
    make_actor,
    make_guardianship,
    make_person,
    make_post,
    make_profile,
    make_session,
    told,
    years_ago,
)
from myschool.schools.tests.makers import NOON, make_organisation, make_school

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
PARENT_REGISTERS = "До 14 лет ученика регистрирует родитель"


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def words(response):
    return " ".join(response.content.decode().split())


def newcomer(client, birth_date):
    """Somebody who has logged in for the first time."""
    actor = make_actor(make_person(birth_date=birth_date), role=None)
    log_in(client, actor, now())
    return actor


def starts_as(person):
    place = role_to_start_with(person, NOON)
    return place and place.role


def send(client, role, **more):
    return client.post("/registration/", {"role": role, "terms": "on", **more})


def aged(years, *, days=0):
    return years_ago(years, TODAY) + timedelta(days=days)


@pytest.mark.parametrize(
    ("role", "birth_date"),
    [
        (Role.STUDENT, aged(14)),
        (Role.STUDENT, aged(17)),
        (Role.STUDENT, aged(40)),
        (Role.GUARDIAN, aged(18)),
        (Role.TEACHER, aged(18)),
        (Role.PUBLISHER, aged(18)),
    ],
)
def test_who_is_old_enough_registers_and_the_terms_version_is_kept(role, birth_date):
    actor = make_actor(make_person(birth_date=birth_date), role=None)
    actions.register(role=role, by=actor, at=NOON, day_somewhere=TODAY)
    profile = Profile.objects.get(person=actor.person_id)
    assert (profile.role, profile.terms_version) == (role, actions.TERMS_VERSION)
    receipt = Consent.objects.get(purpose="terms")
    assert (receipt.subject_id, receipt.given_by_id, receipt.wording) == (
        actor.person_id,
        actor.person_id,
        actions.TERMS_VERSION,
    )


@pytest.mark.parametrize(
    ("role", "birth_date", "says"),
    [
        (Role.STUDENT, aged(14, days=1), PARENT_REGISTERS),
        (Role.STUDENT, aged(7), PARENT_REGISTERS),
        (Role.GUARDIAN, aged(18, days=1), "доступен с 18 лет"),
        (Role.TEACHER, aged(15), "доступен с 18 лет"),
        (Role.PUBLISHER, aged(17), "доступен с 18 лет"),
        (Role.SCHOOL_ADMIN, aged(40), "один из предложенных"),
        (Role.OPERATOR, aged(40), "один из предложенных"),
        (Role.STUDENT, None, "нет даты рождения"),
    ],
)
def test_who_may_not_register_is_told_why_and_nothing_is_written(role, birth_date, says):
    actor = make_actor(make_person(birth_date=birth_date), role=None)
    with pytest.raises((actions.TooYoung, actions.NotAllowed), match=says):
        actions.register(role=role, by=actor, at=NOON, day_somewhere=TODAY)
    assert not Profile.objects.exists()
    assert not Consent.objects.exists()


def test_the_refusal_comes_back_in_the_form_with_the_choice_still_made(client):
    newcomer(client, years_ago(10))
    response = send(client, "student")
    assert response.status_code == 403
    assert PARENT_REGISTERS in words(response)
    assert re.search(r'value="student"\s+required\s+checked', words(response))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"role": "student"}, "примите условия"),
        ({"terms": "on"}, "Выберите профиль"),
        ({"role": "tsar", "terms": "on"}, "Выберите корректный вариант"),
        ({"role": "\0", "terms": "\0"}, "Выберите корректный вариант"),
        ({"role": ["student", "x"], "terms": "on"}, "Выберите корректный вариант"),
    ],
)
def test_an_unfinished_registration_is_refused_in_russian(client, sent, says):
    newcomer(client, years_ago(15))
    response = client.post("/registration/", sent)
    assert (response.status_code, says in words(response)) == (422, True)
    assert not Profile.objects.exists()


@pytest.mark.parametrize(("role", "years"), [("student", 15), ("guardian", 35)])
def test_a_registered_person_comes_to_their_cabinet_in_that_role(client, role, years):
    newcomer(client, years_ago(years))
    assert client.get("/").url == "/registration/"
    assert send(client, role).url == "/"
    assert client.get("/").status_code == 200
    assert Session.objects.latest("pk").role == role


def test_a_teacher_registers_and_waits_for_a_school_to_give_the_role(client):
    newcomer(client, years_ago(35))
    send(client, "teacher")
    assert client.get("/").status_code == 200
    assert Session.objects.latest("pk").role == ""


def test_registering_twice_is_one_profile_and_two_receipts(client):
    newcomer(client, years_ago(15))
    send(client, "student")
    send(client, "student")
    assert (Profile.objects.count(), Consent.objects.filter(purpose="terms").count()) == (1, 2)


def test_one_person_may_have_several_profiles(client):
    """A teacher is somebody's parent too."""
    actor = newcomer(client, years_ago(35))
    for role in ("guardian", "teacher"):
        send(client, role)
    assert set(Profile.objects.filter(person=actor.person_id).values_list("role", flat=True)) == {"guardian", "teacher"}


def test_a_new_version_of_the_terms_is_kept_beside_the_receipt_of_the_old(client, monkeypatch):
    newcomer(client, years_ago(15))
    send(client, "student")
    monkeypatch.setattr(actions, "TERMS_VERSION", "2030-01-01")
    send(client, "student")
    assert Profile.objects.get().terms_version == "2030-01-01"
    assert {"2026-09-01", "2030-01-01"} == set(Consent.objects.values_list("wording", flat=True))


def approved_by_a_guardian(birth_date):
    """A student whom a guardian has registered."""
    student = make_person("Детская", birth_date=birth_date)
    actions.register_by_guardian(student_id=student.pk, given_by_id=make_person().pk, at=NOON)
    return student


def test_a_child_registered_by_a_guardian_comes_in_as_a_student():
    student = approved_by_a_guardian(aged(14, days=2))
    assert starts_as(student) == Role.STUDENT
    receipt = Consent.objects.get()
    assert (receipt.subject, receipt.given_by_id != student.pk) == (student, True)


def test_at_fourteen_the_child_is_asked_personally():
    student = approved_by_a_guardian(aged(14))
    assert starts_as(student) is None
    actor = make_actor(student, role=None)
    actions.register(role=Role.STUDENT, by=actor, at=NOON, day_somewhere=TODAY)
    assert starts_as(student) == Role.STUDENT


def test_at_fourteen_the_way_in_leads_to_the_terms_and_no_detour_leads_around_them(client, esia):
    student = approved_by_a_guardian(years_ago(15))
    account = make_account(student)
    esia.add(told(account.oid, birth_date=student.birth_date))
    come(client, esia, account.oid)
    assert client.get("/").url == "/registration/"
    assert client.post("/role/switch/", {"role": "student"}).status_code == 403
    assert send(client, "student").url == "/"
    assert client.get("/").status_code == 200


def test_a_guardians_repeated_request_asks_for_no_second_agreement():
    student = approved_by_a_guardian(aged(10))
    actions.register_by_guardian(student_id=student.pk, given_by_id=make_person().pk, at=NOON)
    assert (Profile.objects.count(), Consent.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("birth_date", "sees"),
    [(aged(18, days=2), True), (aged(18), False), (aged(30), False)],
    ids=["eighteen in two days", "eighteen today", "thirty"],
)
def test_a_guardians_access_ends_at_eighteen(birth_date, sees):
    mother, student = make_actor(), make_person(birth_date=birth_date)
    make_guardianship(Person.objects.get(pk=mother.person_id), student)
    assert access.guardianships_of(mother, TODAY).exists() is sees
    assert (student in access.persons_to_speak_for(mother, TODAY)) is sees


def test_a_guardian_of_a_student_without_a_birth_date_sees_nothing():
    """Nobody can tell whether the student is of age: the safe answer is no."""
    mother = make_actor()
    make_guardianship(Person.objects.get(pk=mother.person_id), make_person(birth_date=None))
    assert not access.guardianships_of(mother, TODAY).exists()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.SCHOOL_ADMIN, None])
def test_links_with_children_count_in_the_guardians_role_only(role):
    person = make_person()
    make_guardianship(person, make_person(birth_date=aged(10)))
    place = make_school().organisation if role in (Role.TEACHER, Role.SCHOOL_ADMIN) else None
    assert not access.guardianships_of(make_actor(person, role, place), TODAY).exists()


def test_a_link_taken_away_is_gone_at_once():
    mother, student = make_actor(), make_person(birth_date=aged(10))
    link = make_guardianship(Person.objects.get(pk=mother.person_id), student)
    actions.unlink_guardian(guardianship=link, day=TODAY, by=make_actor(role=None), at=NOON)
    assert not access.guardianships_of(mother, TODAY).exists()


def test_a_child_and_a_guardian_are_linked_once_however_often_they_are_linked():
    mother, student = make_actor(), make_person(birth_date=aged(10))
    for _ in range(3):
        actions.link_guardian(
            guardian_id=mother.person_id,
            student_id=student.pk,
            relation="mother",
            from_date=TODAY,
            stamp=mother.stamp(NOON),
        )
    assert access.guardianships_of(mother, TODAY).count() == 1


def test_roles_come_from_profiles_and_living_posts_only():
    person, school = make_person(), make_school()
    for role in (Role.GUARDIAN, Role.TEACHER, Role.PUBLISHER):
        make_profile(person, role)
    make_post(person, school.organisation, Role.TEACHER)
    make_post(person, school.organisation, Role.HEAD, to_date=date(2026, 9, 5))
    make_post(person, school.organisation, Role.DEPUTY_HEAD, from_date=date(2027, 1, 1))
    assert [place.role for place in roles_held(person.pk, NOON)] == [Role.GUARDIAN, Role.TEACHER]


def test_an_operators_post_is_a_role_by_the_date_of_its_region():
    person, authority = make_person(), make_organisation(kind="authority")
    make_post(person, authority, Role.OPERATOR, from_date=date(2026, 9, 11))
    almost_midnight = NOON.replace(hour=20, minute=59)
    assert not roles_held(person.pk, almost_midnight)
    assert roles_held(person.pk, almost_midnight + timedelta(minutes=1))


def test_with_one_role_it_is_taken_and_with_several_one_chooses():
    person = make_person()
    make_profile(person, Role.GUARDIAN)
    assert starts_as(person) == Role.GUARDIAN
    make_post(person, make_school().organisation, Role.TEACHER)
    assert starts_as(person) is None
    make_session(person, Role.GUARDIAN)
    assert starts_as(person) == Role.GUARDIAN


def test_a_last_role_that_is_gone_is_not_started_with():
    person, school = make_person(), make_school()
    make_profile(person, Role.GUARDIAN)
    make_post(person, school.organisation, Role.TEACHER, to_date=TODAY)
    make_session(person, Role.TEACHER, school.organisation)
    assert starts_as(person) == Role.GUARDIAN


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"role": "tsar"},
        {"role": "student", "organisation": "x"},
        {"role": "teacher", "organisation": "9" * 400},
        {"role": "\0"},
    ],
)
def test_a_senseless_switch_of_roles_is_refused_in_russian(client, sent):
    log_in(client, make_actor(), now())
    response = client.post("/role/switch/", sent)
    assert response.status_code == 422
    assert "Не получилось" in words(response)


def test_a_role_is_switched_to_a_post_in_another_school(client):
    person, first, two = make_person(), make_school(), make_school()
    make_post(person, first.organisation, Role.TEACHER)
    make_post(person, two.organisation, Role.SCHOOL_ADMIN)
    log_in(client, make_actor(person, Role.TEACHER, first.organisation), now())
    assert client.get("/desk/").status_code == 404
    assert client.post("/role/switch/", {"role": "school_admin", "organisation": two.organisation.pk}).url == "/"
    assert client.get("/desk/").status_code == 200


def test_registration_is_only_for_those_who_are_logged_in():
    assert Client().get("/registration/").status_code == 401
