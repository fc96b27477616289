"""What is shown and logged when something is refused, lost in a race, malformed or broken."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from myschool.kernel import pages
from myschool.kernel.errors import ChangedMeanwhile, Refusal, TooOften
from myschool.kernel.middleware import Explained
from myschool.kernel.models import Bookmark
from myschool.kernel.pages import back

pytestmark = pytest.mark.django_db
SECRET = "Петрова Анна"


class Often(TooOften):
    """Asked a moment ago."""

    def __init__(self, message):
        super().__init__(message, wait=timedelta(seconds=90.5))


class NotOffered(Refusal):
    """A row was asked for that was not among those offered."""

    is_foreign = True


REFUSALS = {"refusal": Refusal, "changed": ChangedMeanwhile, "often": Often, "foreign": NotOffered}


def refuse(request, how):
    raise REFUSALS[how]("Так нельзя: <b>сначала</b> подождите.")


def race(request):
    with transaction.atomic():
        Bookmark.objects.bulk_create([Bookmark(follower=SECRET), Bookmark(follower=SECRET)])


def broken(request):
    raise ZeroDivisionError(SECRET)


@require_POST
def press(request):
    return back(request, "read", said="Связь прекращена.")


def read(request):
    return HttpResponse(str(len(request.POST) + len(request.FILES)))


for view in (refuse, race, broken, press, read):
    setattr(view, "for_visitors", True)  # noqa: B010 - the mark of people.doors, which the kernel does not know

urlpatterns = [
    path("refuse/<str:how>/", refuse),
    path("race/", race),
    path("broken/", broken),
    path("press/", press),
    path("read/", read, name="read"),
    path("", include("myschool.config.urls")),
]
handler400 = "myschool.kernel.middleware.bad_request"
handler404 = "myschool.kernel.middleware.not_found"
handler500 = "myschool.kernel.middleware.fault"


@pytest.fixture
def browser(settings):
    """A browser before our real doors and four that do badly."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def words(response):
    return response.content.decode()


def lines(caplog):
    return " ".join(record.getMessage() for record in caplog.records)


def test_a_refusal_s_code_is_the_words_of_its_name():
    names = {
        "NotAPiece": "not_a_piece",
        "H5PBroken": "h5_p_broken",
        "TooOften": "too_often",
        "LTIRefused": "lti_refused",
    }
    assert {name: type(name, (Refusal,), {}).__dict__["code"] for name in names} == names


@pytest.mark.parametrize(("how", "status"), [("refusal", 400), ("changed", 409), ("often", 429)])
def test_a_refusal_is_answered_with_its_status_and_its_words(browser, how, status):
    response = browser.get(f"/refuse/{how}/")
    assert response.status_code == status
    assert "Так нельзя: &lt;b&gt;сначала&lt;/b&gt; подождите." in words(response)


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_who_asks_too_often_is_told_when_to_come_again(browser, rf, accepted):
    answered = browser.get("/refuse/often/", headers={"Accept": accepted})
    assert (answered.status_code, answered.headers["Retry-After"]) == (429, "91")
    assert answered_in_form(rf.post("/"), "often").headers["Retry-After"] == "91"


def every(kind):
    """A class's heirs, near and far."""
    return {subclass for near in kind.__subclasses__() for subclass in (near, *every(near))}


def test_no_refusal_says_too_often_without_saying_when():
    assert [refusal for refusal in every(Refusal) if refusal.status == 429 and not issubclass(refusal, TooOften)] == []


def answered_in_form(request, how):
    """A form whose action refuses."""
    shown = Explained(title="Форма", explanation="Заполните её.")
    return pages.form_page(request, Form({}), "error.html", lambda: shown, lambda given: refuse(request, how))


@pytest.mark.parametrize("how", REFUSALS)
def test_an_answer_says_whether_a_row_was_asked_for_that_was_not_offered(browser, rf, how):
    for answered in (browser.get(f"/refuse/{how}/"), answered_in_form(rf.post("/"), how)):
        assert hasattr(answered, "foreign_choice") == (how == "foreign")


def test_an_address_of_an_action_opened_as_a_page_is_no_dead_end(browser):
    response = browser.get("/logout/")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert ("не открывается сам по себе" in words(response), 'href="/"' in words(response)) == (True, True)


def test_where_only_a_part_was_asked_for_only_a_part_is_answered(browser):
    response = browser.get("/refuse/refusal/", headers={"HX-Request": "true"})
    assert (response.status_code, "<html" in words(response), "Так нельзя" in words(response)) == (400, False, True)


def test_a_lost_race_is_told_and_its_row_is_not_logged(browser, caplog):
    response = browser.get("/race/")
    assert (response.status_code, "только что изменились" in words(response)) == (409, True)
    assert not Bookmark.objects.exists()
    assert "lost race: kernel_bookmark_pkey" in lines(caplog)
    assert SECRET not in lines(caplog)


def test_a_bug_is_answered_with_a_number_that_the_log_knows_and_nothing_else(browser, caplog):
    response = browser.get("/broken/")
    assert response.status_code == 500
    number = re.search(r"<code>([0-9A-F]{8})</code>", words(response))
    assert number
    assert f"fault {number[1]} at broken/" in lines(caplog)
    assert SECRET not in words(response)
    assert "ZeroDivision" not in words(response)


@pytest.mark.parametrize("address", ["/no-such-page/", "/%00/", "/a/../b/"])
def test_an_absent_page_says_what_to_do(browser, address):
    response = browser.get(address)
    assert response.status_code == 404
    assert "Такой страницы нет" in words(response)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"text": "я" * 1_000_001}},
        {"data": {f"field{number}": "1" for number in range(501)}},
        {"data": b"no boundary here", "content_type": "multipart/form-data"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=" + "я" * 3},
    ],
    ids=["too long", "too many fields", "no boundary", "a strange boundary"],
)
def test_what_cannot_be_read_is_answered_in_russian(browser, sent):
    response = browser.post("/read/", **sent)
    assert response.status_code == 400
    assert "Не удалось прочитать то, что вы отправили" in words(response)


@pytest.mark.parametrize("address", ["/", "/terms/", "/no-such-page/", "/broken/", "/refuse/refusal/", "/sessions/"])
def test_every_answer_is_kept_to_our_own_host(browser, address):
    response = browser.get(address)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    asked_for = re.findall(r'<(?:script|link|img|source|iframe)[^>]*?(?:src|href)="([^"]+)"', words(response))
    assert asked_for
    assert [address for address in asked_for if not address.startswith("/")] == []


@pytest.mark.parametrize(
    ("query", "cookie"),
    [
        ("theme=dark", "dark.off"),
        ("contrast=on", "auto.on"),
        ("theme=pink&contrast=on", "auto.on"),
        ("theme=%00", "auto.off"),
        ("", "auto.off"),
    ],
)
def test_the_look_is_kept_without_a_login_and_only_as_we_know_it(browser, query, cookie):
    response = browser.get(f"/look/?{query}")
    assert (response.status_code, response.url) == (302, "/")
    assert browser.cookies["look"].value == cookie
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("before", "after"),
    [("http://testserver/terms/", "http://testserver/terms/"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_choosing_the_look_leads_back_and_never_outside(browser, before, after):
    assert browser.get("/look/?theme=dark", headers={"Referer": before}).url == after


@pytest.mark.parametrize("kept", ["", "...", "dark", "dark.on.x", "\\x00.\\x00", "ÿ" * 100])
def test_a_spoilt_cookie_of_the_look_harms_nothing(browser, kept):
    browser.cookies["look"] = kept
    assert browser.get("/").status_code == 200


def test_nothing_is_logged_about_a_page_that_went_well(browser, caplog):
    with caplog.at_level(logging.INFO):
        browser.get("/terms/")
    assert not [record for record in caplog.records if record.name.startswith("myschool")]


def test_a_refused_button_leads_back_to_the_page_it_was_on(browser):
    page = "http://testserver/desk/requests/57/?tray=new"
    refused = browser.post("/refuse/changed/", headers={"referer": page})
    assert refused.status_code == 409
    assert 'href="/desk/requests/57/?tray=new"' in words(refused)


def test_a_buttons_address_that_is_opened_as_a_page_leads_back_and_claims_nothing(browser):
    opened = browser.get("/press/", headers={"referer": "http://testserver/desk/requests/57/"})
    assert opened.status_code == 405
    assert 'href="/desk/requests/57/"' in words(opened)
    assert "ничего не записали" not in words(opened)


@pytest.mark.parametrize(
    "page",
    [
        "http://elsewhere.example/desk/",
        "http://testserver//elsewhere.example/",
        "http://testserver/refuse/changed/",
        "",
    ],
)
def test_nobody_is_led_to_another_site_or_round_in_a_circle(browser, page):
    refused = browser.post("/refuse/changed/", headers={"referer": page} if page else {})
    assert "Вернуться на страницу" not in words(refused)
    assert 'href="/"' in words(refused)


def test_what_a_button_did_stands_in_no_address_and_in_a_cookie_no_script_reads(browser):
    pressed = browser.post("/press/")
    assert pressed.headers["Location"] == "/read/"
    assert pressed.cookies["messages"]["httponly"]
    assert pressed.cookies["messages"]["samesite"] == "Lax"


@pytest.mark.parametrize("door", ["/logout/", "/xapi/statements", "/login/", "/files/own/uploads/"])
def test_a_body_that_does_not_say_its_length_is_asked_for_it(door):
    chunked = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    sender = Client(enforce_csrf_checks=True)
    assert sender.post(door, {"text": "a"}, headers=chunked).status_code == 411
    assert sender.post(door, {"text": "a"}, headers={"Transfer-Encoding": "identity"}).status_code != 411


@pytest.mark.parametrize("before", ["http://[::1", "http://testserver:port/", "\u2100"])
def test_a_page_before_that_is_no_address_leads_nowhere(browser, before):
    assert browser.get("/nowhere/", headers={"Referer": before}).status_code == 404
