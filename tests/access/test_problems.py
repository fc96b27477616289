"""Doors that answer data answer every refusal as data too (RFC 9457), and never a page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from myschool.people.actors import COOKIE
from myschool.people.models import Session
from tests.access.conftest import Ask
from tests.access.doors import DOORS, Door
from tests.access.world import World

PROBLEM = "application/problem+json"
# Files that a person downloads, and one that browsers read: a refusal of theirs is for a person.
DOWNLOADS = {"export", "complaint-evidence", "export-collection", "web-manifest"}


def is_data(answered: HttpResponse) -> bool:
    """Whether an answer is JSON."""
    return "json" in answered.headers.get("Content-Type", "").split(";")[0]


def is_problem(answered: Any, status: int) -> bool:
    """Whether a refusal is a whole problem: its kind for the program, its words for the person."""
    assert answered.status_code == status
    assert answered.headers["Content-Type"] == PROBLEM
    if answered.request["REQUEST_METHOD"] == "HEAD":
        return not answered.content
    problem = json.loads(answered.content)
    assert {"title", "detail", "status", "code", "error_id"} <= set(problem)
    assert problem["status"] == status
    assert any("а" <= letter <= "я" for letter in problem["detail"])
    return bool(problem["code"])


def names_marked(resolver: URLResolver) -> Iterator[str]:
    """The names of the addresses whose doors say that they answer data."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_marked(pattern)
        elif getattr(pattern.callback, "answers_json", False):
            yield str(pattern.name)


MARKED = set(names_marked(get_resolver()))
JSON_DOORS = [door for door in DOORS if door.name in MARKED]
OF_PEOPLE = [door for door in JSON_DOORS if "visitor" not in door.who]


@pytest.mark.parametrize("door", [door for door in DOORS if door.answer == 200], ids=str)
def test_a_door_that_answers_data_says_so(door: Door, ask: Ask) -> None:
    answered = ask(min(door.who - {"visitor"}), door.method, door.name, door.about, door.sent)
    assert door.name in MARKED or door.name in DOWNLOADS or not is_data(answered)


@pytest.mark.parametrize("door", OF_PEOPLE, ids=str)
def test_a_visitor_is_told_as_data_to_log_in(door: Door, ask: Ask) -> None:
    answered = ask("visitor", door.method, door.name, door.about, door.sent)
    assert is_problem(answered, 401)
    assert b"login_needed" in answered.content or door.method == "HEAD"


@pytest.mark.parametrize("door", OF_PEOPLE, ids=str)
def test_an_ended_session_is_told_as_data(door: Door, ask: Ask, world: World) -> None:
    who = min(door.who)
    Session.objects.filter(person=world.actors[who].person_id).update(ended_at=world.at, ended="remote")
    answered = ask(who, door.method, door.name, door.about, door.sent)
    assert is_problem(answered, 401)
    assert "другого устройства" in answered.content.decode() or door.method == "HEAD"


@pytest.mark.parametrize(
    ("door", "who"),
    [(door, who) for door in OF_PEOPLE for who in ("newcomer", "stranger_operator") if who not in door.who],
    ids=str,
)
def test_a_stranger_is_told_as_data_that_nothing_is_there(door: Door, who: str, ask: Ask) -> None:
    assert is_problem(ask(who, door.method, door.name, door.about, door.sent), door.others)


@pytest.mark.parametrize("door", JSON_DOORS, ids=str)
def test_a_wrong_method_is_refused_as_data(door: Door, ask: Ask) -> None:
    methods = {other.method for other in DOORS if other.name == door.name}
    wrong = next(method for method in ("POST", "GET", "PUT", "TRACE") if method not in methods)
    who = min(door.who - {"visitor"})
    answered = ask(who, wrong, door.name, door.about, {})
    assert answered.status_code in (400, 405)
    assert is_problem(answered, answered.status_code)


@pytest.mark.parametrize("door", [door for door in JSON_DOORS if door.method == "GET"], ids=str)
def test_our_own_fault_is_told_as_data_with_its_number(
    door: Door, world: World, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("myschool.people.middleware.Actors.process_view", broken)
    client = Client(raise_request_exception=False)
    client.cookies[COOKIE] = world.tokens[min(door.who - {"visitor"})]
    answered = client.get(reverse(door.name, args=world.address(door.about)))
    assert is_problem(answered, 500)
    assert json.loads(answered.content)["error_id"]


@pytest.mark.parametrize("accepted", ["application/json", "application/problem+json", "application/json, */*"])
def test_who_asks_for_data_is_refused_in_data_everywhere(accepted: str, db: None) -> None:
    for address in ("/nowhere/", "/chat/", "/desk/"):
        answered = Client().get(address, headers={"Accept": accepted})
        assert answered.headers["Content-Type"] == PROBLEM


def test_a_forged_form_is_refused_as_data(world: World, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = world.tokens["teacher"]
    address = reverse("save-cell", args=world.address("lesson child 1"))
    assert is_problem(client.post(address, {"text": "5"}), 403)
