"""At 14 a student's own agreement is needed: from the birthday on, in the middle of a session too."""

from datetime import date, timedelta

import pytest

from myschool.kernel.actors import Role
from myschool.kernel.clock import latest_day, now
from myschool.people import actors
from myschool.people.actors import COOKIE
from myschool.people.models import Profile
from myschool.people.tests.makers import log_in, make_actor, make_person, make_profile

pytestmark = pytest.mark.django_db


def student(client, *, days_after_birthday, terms_version=""):
    """A student registered by a guardian, logged in, so many days after they turned 14."""
    birthday = latest_day(now()) - timedelta(days=days_after_birthday)
    person = make_person("Детская", birth_date=date(birthday.year - 14, birthday.month, birthday.day))
    make_profile(person, Role.STUDENT, terms_version)
    actor = make_actor(person, Role.STUDENT)
    log_in(client, actor, now())
    return actor


@pytest.mark.parametrize(
    "path", ["/diary/", "/chat/", "/files/", "/cabinet/place/", "/notices/", "/role/", "/library/"]
)
def test_a_session_goes_to_the_agreement_from_the_birthday_on(client, path):
    student(client, days_after_birthday=0)
    response = client.get(path)
    assert (response.status_code, response.headers.get("Location")) == (302, "/registration/")


def test_the_day_before_a_guardians_agreement_is_enough(client):
    student(client, days_after_birthday=-1)
    assert client.get("/diary/").status_code == 200


def test_the_home_page_leads_to_the_agreement_too(client):
    student(client, days_after_birthday=3)
    assert client.get("/").url == "/registration/"


def test_a_part_of_a_page_and_a_program_are_told_in_words(client):
    student(client, days_after_birthday=0)
    part = client.get("/chat/unread/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/registration/")
    response = client.post("/chat/1/messages/", {"text": "Привет"}, headers={"Accept": "application/json"})
    assert response.status_code == 403
    assert "собственное согласие" in response.json()["detail"]


def test_a_door_that_answers_data_says_so_by_a_problem_with_a_code_whatever_is_accepted(client):
    student(client, days_after_birthday=0)
    for accepted in ({}, {"Accept": "application/problem+json"}, {"Accept": "text/html"}):
        response = client.get("/chat/1/changes/?after=0", headers=accepted)
        assert (response.status_code, response.headers["Content-Type"]) == (403, "application/problem+json")
        assert response.json()["code"] == "agreement_needed"


@pytest.mark.parametrize("path", ["/registration/", "/terms/", "/privacy/", "/privacy/mine/", "/session/"])
def test_what_one_agrees_to_and_ones_rights_stay_open(client, path):
    student(client, days_after_birthday=0)
    assert client.get(path).status_code == 200


def test_a_copy_of_ones_data_stays_open(client):
    actor = student(client, days_after_birthday=0)
    assert client.get(f"/privacy/export/{actor.person_id}/").status_code == 200


def test_who_agrees_goes_on_in_the_same_session(client):
    actor = student(client, days_after_birthday=0)
    sent = client.post("/registration/", {"role": "student", "terms": "on"})
    assert sent.url == "/"
    assert Profile.objects.get(person=actor.person_id).terms_version
    assert client.get("/diary/").status_code == 200


def test_an_agreement_of_ones_own_is_enough(client):
    student(client, days_after_birthday=400, terms_version="2026-09-01")
    assert client.get("/diary/").status_code == 200


def test_logging_out_stays_possible(client):
    student(client, days_after_birthday=0)
    client.post("/logout/")
    assert client.get("/diary/").status_code == 401


def test_a_session_is_still_found_in_one_statement(client, django_assert_num_queries):
    student(client, days_after_birthday=0)
    with django_assert_num_queries(1):
        assert actors.found(client.cookies[COOKIE].value, now()).must_agree
