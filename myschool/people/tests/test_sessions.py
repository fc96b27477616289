"""Sessions: several devices, how each ends and what is said of it, and a form that was sent too late."""

from datetime import date, timedelta

import pytest
from django.test import Client

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people import actions, actors
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import Person, Post, Session, UnsentForm
from myschool.people.tests.makers import (
    come,
    log_in,
    make_account,
    make_actor,
    make_person,
    make_post,
    make_session,
    told,
)
from myschool.schools.queries import today_in
from myschool.schools.tests.makers import NOON, make_region, make_school

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FORM = {"csrfmiddlewaretoken": "x", "last_name": "Ёлкина <b>", "first_name": "", "ids": ["1", "2"]}


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def words(response):
    return " ".join(response.content.decode().split())


def role_of(token, at):
    """The role in which a session's cookie lets act."""
    actor = actors.found(token, at).actor
    assert actor
    return actor.role


def late(client, actor, by=2 * HOUR):
    """A browser whose session has ended for want of use."""
    return log_in(client, actor, now() - by)


def test_two_devices_are_logged_in_at_once(client, esia):
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120.0"})
    esia.add(told())
    come(client, esia)
    come(phone, esia)
    for browser in (client, phone):
        assert browser.get("/sessions/").status_code == 200
    assert "Chrome, Android" in words(client.get("/sessions/"))


def test_a_device_whose_login_has_ended_by_itself_is_not_listed(client):
    actor = make_actor()
    make_session(Person.objects.get(pk=actor.person_id), at=now() - 2 * HOUR)
    Session.objects.update(device="Забытый планшет")
    log_in(client, actor, now())
    assert "Забытый планшет" not in words(client.get("/sessions/"))


def test_one_device_signs_the_other_out_and_the_other_is_told(client):
    phone, actor = Client(), make_actor()
    log_in(client, actor, now())
    other = log_in(phone, actor, now())
    assert client.post(f"/sessions/{other.pk}/end/").url == "/sessions/"
    response = phone.get("/sessions/")
    assert response.status_code == 401
    assert "завершили с другого устройства" in words(response)
    assert client.get("/sessions/").status_code == 200


def test_a_device_of_somebody_else_cannot_be_signed_out(client):
    strangers = log_in(Client(), make_actor(), now())
    log_in(client, make_actor(), now())
    assert client.post(f"/sessions/{strangers.pk}/end/").status_code == 404
    assert Session.objects.get(pk=strangers.pk).ended_at is None


def test_all_other_devices_are_signed_out_at_once(client):
    phone, tablet, actor = Client(), Client(), make_actor()
    for browser in (client, phone, tablet):
        log_in(browser, actor, now())
    client.post("/sessions/end-others/")
    assert [browser.get("/sessions/").status_code for browser in (client, phone, tablet)] == [200, 401, 401]


def test_leaving_ends_our_session_first_and_then_the_one_at_gosuslugi(client, esia):
    session = log_in(client, make_actor(), now())
    response = client.post("/logout/")
    assert response.url.startswith(FakeEsia.host)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert Session.objects.get(pk=session.pk).ended == "logged_out"
    client.cookies[actors.COOKIE] = "token-kept-by-a-thief"
    assert client.get("/sessions/").status_code == 401


def test_leaving_with_an_ended_session_is_no_dead_end(client, esia):
    late(client, make_actor())
    assert client.post("/logout/").status_code == 302


def test_an_ended_session_is_not_ended_again():
    actor = make_actor()
    session = Session.objects.get()
    actions.log_out(session=session, by=actor, at=NOON)
    actions.log_out(session=session, by=actor, at=NOON + HOUR)
    session.refresh_from_db()
    assert session.ended_at == NOON


@pytest.mark.parametrize(
    ("begun", "seen", "cause"),
    [
        (NOON - 3 * HOUR, NOON - 59 * MINUTE, ""),
        (NOON - 3 * HOUR, NOON - 60 * MINUTE, "idle"),
        (NOON - 12 * HOUR, NOON - MINUTE, "long"),
        (NOON - 30 * HOUR, NOON - 18 * HOUR - MINUTE, "long"),
        (NOON - 30 * HOUR, NOON - 25 * HOUR, "idle"),
    ],
    ids=["lives", "an hour idle", "a day long", "long before idle", "idle before long"],
)
def test_a_session_that_ended_by_itself_tells_the_true_cause(begun, seen, cause):
    session, token = make_session(make_person(), at=begun)
    Session.objects.filter(pk=session.pk).update(seen_at=seen)
    lookup = actors.found(token, NOON)
    assert (lookup.ended, lookup.actor is None) == (cause, cause != "")


@pytest.mark.parametrize(("by", "says"), [(2 * HOUR, "долго оставалась без дела"), (None, "не дольше рабочего дня")])
def test_the_page_that_asks_for_a_new_login_says_why(client, by, says):
    session = late(client, make_actor(), by or 13 * HOUR)
    if by is None:
        Session.objects.filter(pk=session.pk).update(seen_at=now() - 90 * MINUTE)
    response = client.get("/desk/?tray=done")
    assert response.status_code == 401
    assert says in words(response)
    assert "/login/?next=%2Fdesk%2F%3Ftray%3Ddone" in words(response)


def test_using_the_pages_keeps_a_session_alive_and_a_clock_on_a_page_does_not(client):
    session = log_in(client, make_actor(), now())
    Session.objects.update(seen_at=now() - 50 * MINUTE)
    assert int(client.get("/session/").content) in range(590, 601)
    assert Session.objects.get(pk=session.pk).seen_at < now() - 49 * MINUTE
    assert int(client.post("/session/").content) in range(3590, 3601)
    assert Session.objects.get(pk=session.pk).seen_at > now() - MINUTE


def test_a_session_kept_alive_still_ends_with_the_day():
    _, token = make_session(make_person(), at=NOON - 11 * HOUR - 50 * MINUTE)
    Session.objects.update(seen_at=NOON)
    lookup = actors.found(token, NOON)
    assert (lookup.seconds_left, lookup.seconds_if_touched) == (600, 600)


def test_a_role_ends_with_its_post_at_the_next_request(client):
    school = make_school()
    admin = make_actor(make_person(), Role.SCHOOL_ADMIN, school.organisation)
    log_in(client, admin, now())
    assert client.get("/desk/").status_code == 200
    head = make_actor(make_person(), Role.HEAD, school.organisation)
    actions.leave_post(post=Post.objects.get(person=admin.person_id), day=today_in(school, now()), by=head, at=now())
    assert client.get("/desk/").status_code == 404
    assert "Роль пока не выбрана" in words(client.get("/"))


@pytest.mark.parametrize("zone", ["Asia/Kamchatka", "Europe/Moscow", "Europe/Kaliningrad"])
@pytest.mark.parametrize("hour", [1, 9, 13, 22])
def test_a_post_begins_and_ends_by_the_schools_own_date(zone, hour):
    """In Kamchatka the morning of a day begins when it is still the day before in Moscow."""
    at = NOON.replace(hour=hour)
    school = make_school(make_region("41", "Край", zone))
    today = today_in(school, at)
    person = make_person()
    post = make_post(person, school.organisation, Role.TEACHER, from_date=today)
    _, token = make_session(person, Role.TEACHER, school.organisation, at=at)
    assert role_of(token, at) == Role.TEACHER
    Post.objects.filter(pk=post.pk).update(from_date=today - timedelta(days=1), to_date=today)
    assert role_of(token, at) is None


def test_a_role_somebody_else_holds_is_not_given_by_a_session():
    person, school = make_person(), make_school()
    _, token = make_session(person, Role.SCHOOL_ADMIN, school.organisation)
    assert role_of(token, NOON) is None


def test_a_role_of_a_neighbouring_school_is_not_given_either():
    person, here, there = make_person(), make_school(), make_school()
    make_post(person, here.organisation, Role.SCHOOL_ADMIN)
    _, token = make_session(person, Role.SCHOOL_ADMIN, there.organisation)
    assert role_of(token, NOON) is None


def test_a_switch_to_a_role_not_held_is_refused(client):
    log_in(client, make_actor(), now())
    response = client.post("/role/switch/", {"role": "school_admin", "organisation": make_school().pk})
    assert (response.status_code, "Этой роли у вас нет" in words(response)) == (403, True)


def test_a_role_is_switched_in_this_session_only(client):
    phone, person, school = Client(), make_person(), make_school()
    mother = make_actor(person)
    make_post(person, school.organisation, Role.TEACHER)
    for browser in (client, phone):
        log_in(browser, mother, now())
    client.post("/role/switch/", {"role": "teacher", "organisation": school.pk})
    shown = [words(browser.get("/role/")).split("Ваша роль сейчас")[0] for browser in (client, phone)]
    assert ["Учитель" in text.rsplit("<h2", 1)[1] for text in shown] == [True, False]


def test_the_last_role_is_the_one_to_start_with(client, esia):
    esia.add(told())
    come(client, esia)
    person = Person.objects.get()
    school = make_school()
    make_actor(person)
    make_post(person, school.organisation, Role.TEACHER, from_date=date(2026, 9, 1))
    log_in(client, make_actor(person), now())
    client.post("/role/switch/", {"role": "teacher", "organisation": school.pk})
    come(Client(), esia)
    assert Session.objects.latest("created_at").role == Role.TEACHER


def test_a_form_sent_too_late_is_kept_and_offered_once_after_the_login(client, esia):
    person = make_person()
    account = make_account(person)
    late(client, make_actor(person))
    esia.add(told(account.oid))
    response = client.post("/cabinet/children/add/", FORM)
    assert response.status_code == 401
    assert "Отправленное не потерялось" in words(response)
    assert "/login/?next=%2Freplay%2F" in words(response)
    assert come(client, esia, account.oid, next="/replay/").url == "/replay/"
    offered = words(client.get("/replay/"))
    assert 'action="/cabinet/children/add/"' in offered
    assert 'name="last_name" value="Ёлкина &lt;b&gt;"' in offered
    assert offered.count('name="ids"') == 2
    assert 'value="x"' not in offered
    assert client.get("/replay/").url == "/"


def test_a_form_sent_too_late_is_never_offered_to_somebody_else(client, esia):
    late(client, make_actor())
    esia.add(told("7000", last_name="Чужая"))
    client.post("/cabinet/children/add/", FORM)
    assert come(client, esia, "7000", next="/replay/").url == "/replay/"
    assert client.get("/replay/").url == "/"
    assert UnsentForm.objects.count() == 1


def test_a_kept_form_is_forgotten_after_an_hour(client):
    actor = make_actor()
    late(client, actor)
    client.post("/cabinet/children/add/", FORM)
    UnsentForm.objects.update(kept_at=now() - 61 * MINUTE)
    log_in(client, actor, now())
    assert client.get("/replay/").url == "/"
    actions.drop_leftovers(at=now())
    assert not UnsentForm.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [{}, {"csrfmiddlewaretoken": "x"}, {"text": "я" * 100_001}, {"text": "a\0b"}, {"a\0b": "1"}],
    ids=["nothing", "only the secret", "too much", "a null byte", "a null byte in a name"],
)
def test_what_cannot_be_kept_is_not_promised(client, sent):
    late(client, make_actor())
    response = client.post("/cabinet/children/add/", sent)
    assert response.status_code == 401
    assert "Отправленное не потерялось" not in words(response)
    assert not UnsentForm.objects.exists()


def test_what_a_visitor_sends_is_not_kept(client):
    assert client.post("/cabinet/children/add/", FORM).status_code == 401
    assert not UnsentForm.objects.exists()


def test_only_the_latest_late_form_is_kept(client):
    late(client, make_actor())
    client.post("/cabinet/children/add/", {"last_name": "Первая"})
    client.post("/cabinet/children/add/", {"last_name": "Вторая"})
    assert UnsentForm.objects.get().fields == [["last_name", "Вторая"]]


def test_a_fragment_asked_for_too_late_sends_the_whole_page_to_the_login(client):
    late(client, make_actor())
    response = client.get(
        "/schools/by-inn/?inn=9725127018",
        headers={"HX-Request": "true", "Referer": "http://testserver/cabinet/place/?again=7"},
    )
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login/?next=%2Fcabinet%2Fplace%2F%3Fagain%3D7"
    assert "<html" not in words(response)


@pytest.mark.parametrize(
    "before", ["https://evil.example/a/b", "//evil.example/a/b/c", "http://testserver", "nonsense"]
)
def test_a_fragment_never_sends_to_a_foreign_page(client, before):
    response = client.get("/schools/by-inn/", headers={"HX-Request": "true", "Referer": before})
    assert response.headers["HX-Redirect"] == "/login/?next=%2F"


def test_a_late_fragment_keeps_what_was_typed_too(client):
    late(client, make_actor())
    client.post("/cabinet/place/", {"inn": "9725127018"}, headers={"HX-Request": "true"})
    assert UnsentForm.objects.get().path == "/cabinet/place/"


def test_a_form_without_its_secret_learns_whether_cookies_are_blocked():
    strict = Client(enforce_csrf_checks=True)
    blocked = strict.post("/logout/")
    assert blocked.status_code == 403
    assert "запрещены файлы cookie" in words(blocked)
    strict.get("/help/login/", follow=True)
    log_in(strict, make_actor(), now())
    strict.get("/registration/")
    stale = strict.post("/registration/", {"csrfmiddlewaretoken": "a" * 64})
    assert stale.status_code == 403
    assert "открыта слишком давно" in words(stale)


def test_sessions_long_over_are_dropped_and_living_ones_are_not():
    make_session(make_person(), at=NOON - timedelta(days=200))
    new, _ = make_session(make_person())
    actions.drop_leftovers(at=NOON)
    assert list(Session.objects.all()) == [new]
