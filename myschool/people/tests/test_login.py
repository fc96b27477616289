"""The way in through Gosuslugi, through the doors."""

import logging
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people import actions
from myschool.people.actors import COOKIE
from myschool.people.esia import answers, state
from myschool.people.esia.answers import Level
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import Account, Person, Session
from myschool.people.tests.makers import ISSUER, come, go_to_gosuslugi, log_in, make_actor, make_person, told
from myschool.people.views import attempt_cookie

pytestmark = pytest.mark.django_db
BORN = date(1985, 4, 12)
SNILS = "11223344595"
PARTICULARS = ("last_name", "first_name", "patronymic", "birth_date", "snils")


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def words(response):
    return " ".join(response.content.decode().split())


def test_the_first_login_makes_a_person(client, esia):
    esia.add(told())
    response = come(client, esia)
    assert (response.status_code, response.url) == (302, "/")
    person = Person.objects.get()
    assert (person.last_name, person.birth_date, person.snils) == ("Петрова", BORN, SNILS)
    assert Account.objects.get().person == person
    assert client.get("/", follow=True).redirect_chain == [("/registration/", 302)]


def test_the_second_login_finds_the_person_by_the_account_whatever_else_has_changed(client, esia):
    esia.add(told())
    come(client, esia)
    esia.add(told(last_name="Сидорова", snils=None, birth_date=None))
    come(Client(), esia)
    person = Person.objects.get()
    assert (person.last_name, person.birth_date, person.snils) == ("Сидорова", BORN, SNILS)
    assert person.name_key.startswith("сидорова|")


def test_the_same_number_at_another_issuer_is_another_person(client, esia):
    esia.add(told(snils=None))
    come(client, esia)
    Account.objects.update(issuer="https://esia.elsewhere/")
    come(Client(), esia)
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("listed", "is_found"),
    [
        ({}, True),
        ({"last_name": "Сидорова"}, True),
        ({"birth_date": date(1985, 4, 21)}, True),
        ({"first_name": "Алёна", "birth_date": None}, False),
        ({"last_name": "Сидорова", "birth_date": date(1985, 4, 21)}, False),
    ],
    ids=["all agrees", "birth date agrees", "name agrees", "nothing to agree", "nothing agrees"],
)
def test_a_snils_leads_to_the_schools_record_only_if_name_or_birth_date_agree(client, esia, listed, is_found):
    make_person(snils=SNILS, **listed)
    esia.add(told())
    come(client, esia)
    assert Person.objects.count() == (1 if is_found else 2)


def test_a_snils_that_gosuslugi_has_not_checked_leads_nowhere(client, esia):
    make_person(snils=SNILS)
    esia.add(told(), trusted=False, level=Level.UNCONFIRMED)
    come(client, esia)
    newcomer = Account.objects.get().person
    assert (Person.objects.count(), newcomer.snils) == (2, None)


def test_a_name_and_a_birth_date_alone_lead_to_nobodys_record(client, esia):
    listed = make_person(snils=None)
    esia.add(told())
    come(client, esia)
    assert Account.objects.get().person != listed


def test_a_record_that_was_merged_away_is_not_found_by_its_snils(client, esia):
    primary = make_person(snils=SNILS)
    make_person(snils=SNILS, merged_into=primary)
    esia.add(told())
    come(client, esia)
    assert Account.objects.get().person == primary


@pytest.mark.parametrize("missing", [*PARTICULARS, "gender"])
def test_an_account_without_one_of_its_particulars_may_log_in(client, esia, missing):
    esia.add(told(**{missing: None}))
    assert come(client, esia).url == "/"
    assert client.get("/registration/").status_code == 200


@pytest.mark.parametrize("missing", [*combinations(PARTICULARS, 2), PARTICULARS], ids="-".join)
def test_an_account_without_many_of_its_particulars_may_log_in_and_look_around(client, esia, missing):
    esia.add(told(**dict.fromkeys(missing)))
    come(client, esia)
    for page in ("/registration/", "/role/", "/sessions/", "/privacy/mine/"):
        assert client.get(page).status_code == 200


def test_a_name_longer_than_any_real_one_is_cut_not_refused(client, esia):
    esia.add(answers.person("1000", {"lastName": "А" * 5000, "firstName": "\0Анна\n", "middleName": 7}))
    assert come(client, esia).status_code == 302
    assert (len(Person.objects.get().last_name), Person.objects.get().first_name) == (100, "Анна")


def test_two_accounts_that_tell_nothing_are_two_persons(esia):
    nothing = dict.fromkeys(PARTICULARS)
    for oid in ("1000", "1001"):
        esia.add(told(oid, **nothing))
        come(Client(), esia, oid)
    assert Person.objects.count() == 2


def test_a_deleted_account_is_refused_in_russian(client, esia):
    esia.add(told(status="DELETED"))
    response = come(client, esia)
    assert response.status_code == 403
    assert "Эта учётная запись Госуслуг удалена" in words(response)
    assert COOKIE not in client.cookies
    assert not Person.objects.exists()


def missing(client):
    return {}


def altered(client):
    return {"state": go_to_gosuslugi(client) + "0"}


def of_another_browser(client):
    go_to_gosuslugi(client)
    return {"state": go_to_gosuslugi(Client())}


def without_its_cookie(client):
    begun = go_to_gosuslugi(client)
    del client.cookies[attempt_cookie(begun)]
    return {"state": begun}


def with_an_altered_cookie(client):
    begun = go_to_gosuslugi(client)
    cookie = attempt_cookie(begun)
    client.cookies[cookie] = "A" + client.cookies[cookie].value
    return {"state": begun}


def expired(client):
    attempt = state.begin(scopes=(), next_path="/", at=now() - timedelta(hours=1))
    client.cookies[attempt_cookie(attempt.state)] = state.seal(attempt, key=settings.SECRET_KEY.encode())
    return {"state": attempt.state}


@pytest.mark.parametrize(
    "returning", [missing, altered, of_another_browser, without_its_cookie, with_an_altered_cookie, expired]
)
def test_a_return_that_this_browser_did_not_begin_opens_no_session_and_helps(client, esia, returning):
    esia.add(told())
    response = client.get("/login/return/", {"code": esia.sign_in("1000"), **returning(client)})
    assert response.status_code == 400
    assert "Войти ещё раз" in words(response)
    assert COOKIE not in client.cookies
    assert not Session.objects.exists()


def test_a_return_replayed_opens_no_second_session(client, esia):
    esia.add(told())
    returning = {"state": go_to_gosuslugi(client), "code": esia.sign_in("1000")}
    client.get("/login/return/", returning)
    # Who is logged in has opened it out of the browser's history: they are where it led.
    assert client.get("/login/return/", returning).url == "/"
    assert Session.objects.count() == 1
    client.cookies.pop(COOKIE)
    assert client.get("/login/return/", returning).status_code == 400
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        ({"error": "access_denied", "error_description": "ESIA-007004: отказ"}, 400, "Вы не дали доступ"),
        ({"error": "invalid_request", "error_description": "ESIA-007055"}, 400, "Подтвердите учётную запись"),
        ({"error": "server_error", "error_description": "ESIA-007007"}, 503, "Госуслуги сейчас не отвечают"),
        ({"error": "<script>alert(1)</script>"}, 503, "Госуслуги"),
    ],
    ids=["consent refused", "account not confirmed", "their fault", "nonsense"],
)
def test_what_gosuslugi_refuses_is_told_in_russian(client, esia, answer, status, says):
    response = client.get("/login/return/", {"state": go_to_gosuslugi(client), **answer})
    assert response.status_code == status
    assert says in words(response)
    assert "<script>alert" not in words(response)
    assert COOKIE not in client.cookies


def test_a_refusal_in_the_exchange_of_the_code_is_told_too(client, esia):
    esia.add(told())
    esia.refuse_next("007055")
    response = come(client, esia)
    assert (response.status_code, "007055" in words(response)) == (400, True)


@pytest.mark.parametrize("path", ["/cabinet/place/", "/desk/?tray=done", "/replay/"])
def test_the_way_leads_back_to_the_page_that_asked_for_a_login(client, esia, path):
    esia.add(told())
    assert come(client, esia, next=path).url == path


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "evil",
    ],
)
def test_the_way_never_leads_outside(client, esia, outside):
    esia.add(told())
    assert come(client, esia, next=outside).url == "/"


def test_no_snils_and_no_name_are_in_addresses_cookies_or_log_lines(client, esia, caplog):
    caplog.set_level(logging.DEBUG)
    esia.add(told(last_name="Неповторимова"))
    sent = client.get("/login/")
    response = come(client, esia)
    come(Client(), esia)
    client.get("/sessions/")
    client.get("/no-such-page/")
    shown = [sent.url, response.url, *(f"{name}={cookie.value}" for name, cookie in client.cookies.items())]
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    for secret in (SNILS, "112-233-445", "Неповторимова", "%D0%9D"):
        assert not [text for text in shown + lines if secret in text]


def test_the_database_keeps_a_tokens_hash_and_never_the_token(client, esia):
    esia.add(told())
    come(client, esia)
    assert client.cookies[COOKIE].value.encode() not in bytes(Session.objects.get().token_hash)


@pytest.mark.parametrize("is_https", [False, True])
def test_the_browser_keeps_the_session_from_scripts_and_other_sites(client, esia, settings, is_https):
    settings.SECURE_COOKIES = is_https
    esia.add(told())
    come(client, esia)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert bool(cookie["secure"]) == is_https


def test_coming_back_from_gosuslugi_while_logged_in_opens_no_second_session(client, esia):
    esia.add(told())
    come(client, esia)
    come(client, esia, **{"for": "family"})
    assert Session.objects.count() == 1


def test_coming_back_as_somebody_else_shows_that_persons_cabinet(client, esia):
    """A parent who logs in where the pupil's session is alive must not become their own child."""
    pupil = make_actor(make_person("Ученикова"))
    log_in(client, pupil, now())
    esia.add(told(last_name="Родителева"))
    come(client, esia)
    assert "Родителева" in words(client.get("/registration/"))


def test_a_login_is_in_the_chronicle_with_no_name(client, esia):
    esia.add(told(last_name="Неповторимова"))
    come(client, esia)
    entry = Entry.objects.get(kind="people.logged_in")
    assert entry.actor_id == Person.objects.get().pk
    assert entry.payload == {"is_new": True}


def test_two_first_logins_at_once_wait_for_each_other(client, esia):
    """The lock is asked for before the account is looked up: the second login sees what the first wrote."""
    esia.add(told())
    returning = {"state": go_to_gosuslugi(client), "code": esia.sign_in("1000")}
    with CaptureQueriesContext(connection) as queries:
        client.get("/login/return/", returning)
    texts = [query["sql"] for query in queries]
    lock = next(place for place, sql in enumerate(texts) if "pg_advisory_xact_lock" in sql)
    account = next(place for place, sql in enumerate(texts) if "people_account" in sql)
    assert lock < account


def test_the_help_page_tells_blocked_cookies_from_accepted_ones(client):
    blocked = Client()
    blocked.get("/help/login/")
    blocked.cookies.clear()
    assert "запрещены файлы cookie" in words(blocked.get("/help/login/?check=1"))
    assert "Препятствий не видно" in words(client.get("/help/login/", follow=True))


def test_the_help_page_tells_why_a_login_ended(client):
    actor = make_actor()
    session = log_in(client, actor, now())
    assert "вы вошли" in words(client.get("/help/login/", follow=True))
    actions.log_out(session=session, by=actor, at=now())
    assert "завершили с другого устройства" in words(client.get("/help/login/", follow=True))


def test_a_session_that_nobody_knows_is_told_so(client):
    client.cookies[COOKIE] = "no-such-token"
    response = client.get("/sessions/")
    assert response.status_code == 401
    assert "больше не действует" in words(response)


def test_the_issuer_is_the_one_in_the_settings(client, esia):
    esia.add(told())
    come(client, esia)
    assert Account.objects.get().issuer == ISSUER
