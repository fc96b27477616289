"""The content's own origin: its tokens, its files, its reports, and that nothing of ours is there."""

import json
from decimal import Decimal

import pytest
from django.core import signing

from myschool.kernel.clock import now
from myschool.library import origin
from myschool.library.actions import playing
from myschool.library.tests.makers import html_package, make_publisher, make_version, publish, scorm_package
from myschool.people.tests.makers import log_in, make_actor
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
HOST = "v1.localhost:8000"


@pytest.fixture
def play():
    version = publish(content=html_package(**{"pics/a.png": "png", "урок 1.html": "страница"}))
    return playing.begin_play(version=version, by=make_actor(), at=NOON)


def path_of(play):
    return "/p/" + origin.address_of(play.version_id, play.pk).partition("/p/")[2]


def get(client, path, **headers):
    return client.get(path, headers={"Host": HOST, **headers})


def report(client, play, told):
    body = told if isinstance(told, str) else json.dumps(told)
    return client.post(path_of(play) + "state/", body, content_type="application/json", headers={"Host": HOST})


def test_a_player_and_the_files_of_its_package_are_there(client, play):
    page = get(client, path_of(play))
    assert "player-html" in page.content.decode()
    assert "frame-ancestors 'self' http://127.0.0.1:8000" in page.headers["Content-Security-Policy"]
    answered = get(client, path_of(play) + "f/index.html")
    assert b"".join(answered).startswith(b"<!doctype html>")
    assert answered.headers["Content-Type"] == "text/html"
    assert b"".join(get(client, path_of(play) + "f/%D1%83%D1%80%D0%BE%D0%BA%201.html"))
    part = get(client, path_of(play) + "f/pics/a.png", Range="bytes=1-")
    assert (part.status_code, b"".join(part)) == (206, b"ng")
    assert get(client, path_of(play) + "f/index.html", **{"If-None-Match": answered.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("rest", ["f/", "f/no.html", "f/../../settings.py", "f//etc/passwd", "other/", "f/%00"])
def test_nothing_else_is(client, play, rest):
    assert get(client, path_of(play) + rest).status_code == 404


def test_a_token_of_another_key_or_age_opens_nothing(client, play, monkeypatch):
    forged = signing.dumps([play.version_id, play.pk], key="another", salt=origin.SALT)
    assert get(client, f"/p/{forged}/").status_code == 404
    other = signing.dumps([play.version_id, play.pk], salt="another")
    assert get(client, f"/p/{other}/").status_code == 404
    path = path_of(play)
    monkeypatch.setattr(origin, "LASTS", -origin.LASTS)
    assert get(client, path).status_code == 404


def test_a_token_opens_its_own_version_only(client, play):
    other = publish(make_publisher(), html_package(secret="x"))
    assert get(client, path_of(play) + "f/secret").status_code == 404
    assert other.package.filter(path="secret").exists()


def test_the_site_is_not_at_the_contents_host_nor_the_content_at_the_sites(client, play):
    log_in(client, make_actor(), now())
    assert get(client, "/library/").status_code == 404
    assert client.get(path_of(play)).status_code == 404
    assert get(client, "/").headers["Location"] == "http://127.0.0.1:8000/"


def test_a_report_is_kept_and_the_best_of_it_stays(client, play):
    assert (
        report(client, play, {"memory": {"place": 7}, "score": 0.8, "passed": True, "finished": True}).status_code
        == 204
    )
    assert report(client, play, {"score": 0.3, "passed": False, "seconds": 40}).status_code == 204
    play.refresh_from_db()
    assert (play.memory, play.score, play.is_passed, play.seconds) == ({"place": 7}, Decimal("0.8"), True, 40)
    assert play.finished_at


@pytest.mark.parametrize(
    "told",
    [
        "",
        "not json",
        "[]",
        "null",
        {"memory": []},
        {"score": 2},
        {"score": -1},
        {"score": "5"},
        {"score": True},
        {"passed": "yes"},
        {"seconds": -1},
        {"seconds": 1.5},
        {"memory": {"a": "\x00"}},
        {"memory": {"a": "\ud83c"}},
        '{"memory": {"a": 1e999}}',
        "[" * 100_000,
        {"memory": {"a": "x" * 1_000_001}},
    ],
)
def test_an_odd_report_changes_nothing(client, play, told):
    assert report(client, play, told).status_code == 400
    play.refresh_from_db()
    assert (play.memory, play.score, play.finished_at) == ({}, None, None)


def test_a_version_may_be_looked_at_without_a_play(client):
    publisher = make_publisher()
    version = publish(publisher, scorm_package())
    path = "/p/" + origin.address_of(version.pk).partition("/p/")[2]
    assert get(client, path).status_code == 200
    assert client.post(path + "state/", "{}", content_type="text/plain", headers={"Host": HOST}).status_code == 204


def test_a_draft_without_a_check_has_no_player(client):
    version = make_version()
    path = "/p/" + origin.address_of(version.pk).partition("/p/")[2]
    assert get(client, path).status_code == 404


def test_a_token_says_nothing_about_the_person(play):
    token = path_of(play).split("/")[2]
    assert signing.loads(token, salt=origin.SALT) == [play.version_id, play.pk]


@pytest.mark.parametrize(
    ("host", "pattern", "ours"),
    [
        ("v7.localhost:8000", "http://{}.localhost:8000", True),
        ("localhost:8000", "http://{}.localhost:8000", False),
        ("a.b.localhost:8000", "http://{}.localhost:8000", False),
        ("127.0.0.1:8000", "http://{}.localhost:8000", False),
        ("content.example.ru", "https://content.example.ru", True),
        ("school.example.ru", "https://content.example.ru", False),
        ("", "https://content.example.ru", False),
    ],
)
def test_a_host_is_the_contents_or_it_is_not(host, pattern, ours):
    assert origin.is_ours(host, pattern) is ours


def test_content_has_its_sandbox_with_it_wherever_it_is_opened(client, play):
    for path in ("", "f/index.html", "f/no.html", "over/"):
        headers = get(client, path_of(play) + path).headers
        policy = headers["Content-Security-Policy"]
        assert "sandbox allow-scripts allow-same-origin allow-forms allow-downloads" in policy
        assert "allow-popups" not in policy
        assert "allow-top-navigation" not in policy
        assert headers["Connection-Allowlist"] == "(response-origin)"


def test_a_package_has_no_service_worker_that_would_answer_without_our_headers(client, play):
    worker = path_of(play) + "f/pics/a.png"
    assert get(client, worker).status_code == 200
    assert get(client, worker, **{"Service-Worker": "script"}).status_code == 404
