"""A browser has one session, and as many beginnings of a login as it has tabs."""

import pytest
from django.test import Client

from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people import views
from myschool.people.actors import COOKIE
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import Session
from myschool.people.tests.makers import come, go_to_gosuslugi, log_in, make_actor, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    gosuslugi.add(told())
    gosuslugi.add(told("1001", last_name="Другая", snils=None))
    with standing_in(gosuslugi):
        yield gosuslugi


def test_logging_in_as_another_person_ends_the_first_session_and_clears_the_browser(client, esia):
    come(client, esia)
    first = client.cookies[COOKIE].value
    response = come(client, esia, "1001")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [session.ended for session in Session.objects.order_by("pk")] == ["logged_out", ""]
    assert Entry.objects.filter(kind="people.logged_out").count() == 1
    thief = Client()
    thief.cookies[COOKIE] = first
    assert thief.get("/sessions/").status_code == 401


def test_logging_in_again_as_the_same_person_makes_no_second_session(client, esia):
    come(client, esia)
    response = come(client, esia)
    assert "Clear-Site-Data" not in response.headers
    assert Session.objects.count() == 1
    assert client.get("/sessions/").status_code == 200


def test_a_first_login_clears_nothing(client, esia):
    assert "Clear-Site-Data" not in come(client, esia).headers


def test_a_login_begun_in_two_tabs_works_in_both(client, esia):
    first, second = go_to_gosuslugi(client, next="/role/"), go_to_gosuslugi(client, next="/sessions/")
    arrived = [
        client.get("/login/return/", {"code": esia.sign_in("1000"), "state": state}).url for state in (first, second)
    ]
    assert arrived == ["/role/", "/sessions/"]
    assert Session.objects.filter(ended_at__isnull=True).count() == 1


def test_a_finished_login_leaves_no_cookie_and_cannot_be_finished_again(client, esia):
    state = go_to_gosuslugi(client)
    returning = {"code": esia.sign_in("1000"), "state": state}
    client.get("/login/return/", returning)
    assert client.cookies[views.attempt_cookie(state)].value == ""
    sessions = Session.objects.count()
    assert client.get("/login/return/", returning).url == "/"
    assert Session.objects.count() == sessions


def test_logins_begun_over_and_over_leave_a_bounded_number_of_cookies(client, esia):
    counts = []
    for _ in range(3 * views.MOST_ATTEMPTS):
        go_to_gosuslugi(client)
        begun = [name for name, morsel in client.cookies.items() if name.startswith(views.ATTEMPT) and morsel.value]
        counts.append(len(begun))
    assert max(counts) == views.MOST_ATTEMPTS


def test_a_page_of_an_earlier_session_is_told_that_it_is_over(client):
    actor = make_actor()
    before = log_in(client, actor, now())
    present = log_in(client, make_actor(), now())
    assert client.get(f"/session/?of={before.pk}").content == b"0"
    assert client.post(f"/session/?of={before.pk}").content == b"0"
    assert int(client.get(f"/session/?of={present.pk}").content) > 0
    assert f"/session/?of={present.pk}" in client.get("/sessions/").content.decode()
