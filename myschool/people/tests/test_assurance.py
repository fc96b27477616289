"""What an account is good for that Gosuslugi has not checked: its owner typed the name and the birth date."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people import actions, actors
from myschool.people.access import guardianships_on
from myschool.people.actors import COOKIE
from myschool.people.esia.answers import Level
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import Account, Person, Profile, Session
from myschool.people.tests.makers import (
    come,
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
from myschool.schools.tests.makers import NOON, make_school

pytestmark = pytest.mark.django_db


def acting(token):
    """Whom the cookie leads to."""
    actor = actors.found(token, NOON).actor
    assert actor
    return actor


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def known_account(person, oid="1000"):
    return Account.objects.create(person=person, issuer=settings.ESIA["issuer"], oid=oid, level="P", trusted=False)


@pytest.fixture
def pupil():
    person = make_person("Петрова", "Анна", "Ивановна", birth_date=years_ago(15))
    known_account(person)
    return person


def test_an_unconfirmed_login_replaces_nothing_that_is_known(client, esia, pupil):
    esia.add(
        told(last_name="Выдумкина", first_name="Яна", birth_date=years_ago(40), snils=None),
        trusted=False,
        level=Level.UNCONFIRMED,
    )
    come(client, esia)
    pupil.refresh_from_db()
    assert (pupil.last_name, pupil.first_name, pupil.birth_date) == ("Петрова", "Анна", years_ago(15))


def test_a_pupil_who_claims_to_be_eighteen_keeps_their_guardians(client, esia, pupil):
    link = make_guardianship(make_person(), pupil, from_date=date(2020, 1, 1))
    esia.add(told(birth_date=years_ago(18), snils=None), trusted=False, level=Level.UNCONFIRMED)
    come(client, esia)
    assert set(guardianships_on(now().date())) == {link}


def test_a_confirmed_login_corrects_what_is_known(client, esia, pupil):
    esia.add(told(last_name="Сидорова", birth_date=years_ago(16), snils=None))
    come(client, esia)
    pupil.refresh_from_db()
    assert (pupil.last_name, pupil.birth_date) == ("Сидорова", years_ago(16))


@pytest.mark.parametrize(
    ("level", "trusted", "is_confirmed"),
    [("PR", True, True), ("PR", False, False), ("P", True, False), ("P", False, False), ("KD", True, False)],
)
@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.TEACHER, Role.GUARDIAN])
def test_only_a_confirmed_account_acts_in_more_than_a_students_role(role, level, trusted, is_confirmed):
    school = make_school()
    person = make_person()
    make_account(person, level=level, trusted=trusted)
    place = school.organisation if role != Role.GUARDIAN else None
    if place:
        make_post(person, place, role)
    _, token = make_session(person, role, place)
    actor = acting(token)
    assert (actor.role, actor.is_confirmed) == (role if is_confirmed else None, is_confirmed)


def test_a_student_studies_with_an_unconfirmed_account():
    person = make_person(birth_date=years_ago(15))
    make_account(person, level="P", trusted=False)
    _, token = make_session(person, Role.STUDENT)
    assert acting(token).role == Role.STUDENT


def test_an_account_that_is_no_longer_confirmed_loses_its_role_with_the_next_request():
    school = make_school()
    person = make_person()
    make_post(person, school.organisation, Role.HEAD)
    session, token = make_session(person, Role.HEAD, school.organisation)
    assert acting(token).role == Role.HEAD
    Account.objects.filter(pk=session.account_id).update(trusted=False)
    assert acting(token).role is None


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.TEACHER, Role.PUBLISHER])
def test_without_a_confirmed_account_nobody_registers_as_more_than_a_student(role):
    person = make_person()
    make_account(person, level="P", trusted=False)
    actor = make_actor(person, role=None)
    with pytest.raises(actions.Unconfirmed, match="Подтвердите"):
        actions.register(role=role, by=actor, at=NOON, day_somewhere=NOON.date())
    with pytest.raises(actions.Unconfirmed):
        actions.switch_role(role=role, organisation_id=None, by=actor, at=NOON)


@pytest.mark.parametrize("path", ["/registration/", "/role/", "/cabinet/children/add/", "/cabinet/invitation/"])
def test_the_page_says_beforehand_what_to_do(path):
    person = make_person()
    make_account(person, level="P", trusted=False)
    session, token = make_session(person, at=now())
    client = Client()
    client.cookies[COOKIE] = token
    assert "не подтверждена" in client.get(path).content.decode()
    Account.objects.filter(pk=session.account_id).update(level="PR", trusted=True)
    assert "не подтверждена" not in client.get(path).content.decode()
    assert Session.objects.count() == 1
    assert Person.objects.count() == 1


@pytest.mark.parametrize("path", ["/cabinet/children/add/", "/cabinet/invitation/", "/cabinet/post/", "/connect/"])
def test_no_form_is_shown_that_can_only_be_refused(path):
    person = make_person()
    make_account(person, level="P", trusted=False)
    session, token = make_session(person, at=now())
    client = Client()
    client.cookies[COOKIE] = token

    def shown(answered):
        return re.findall(
            r"<form|не подтверждена", re.findall(r"<main.*</main>", answered.content.decode(), re.DOTALL)[0]
        )

    assert shown(client.get(path)) == ["не подтверждена"]
    assert shown(client.post(path, {})) == ["не подтверждена"]
    Account.objects.filter(pk=session.account_id).update(level="PR", trusted=True)
    assert "<form" in shown(client.get(path))


def test_who_may_register_as_nothing_more_yet_is_not_said_to_have_all_profiles():
    person = make_person()
    make_account(person, level="P", trusted=False)
    session, token = make_session(person, Role.STUDENT, at=now())
    make_profile(person, Role.STUDENT)
    Profile.objects.update(terms_version="1")
    client = Client()
    client.cookies[COOKIE] = token
    shown = client.get("/registration/").content.decode()
    assert ("все профили" in shown, "после подтверждения учётной записи" in shown) == (False, True)
    Account.objects.filter(pk=session.account_id).update(level="PR", trusted=True)
    shown = client.get("/registration/").content.decode()
    assert ("после подтверждения" in shown, "Профиль законного представителя" in shown) == (False, True)
