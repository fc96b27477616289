"""Credentials that are no session: what they open while their owner may, and that nothing stays open afterwards."""

import ast
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from myschool.kernel.tests.undoing import undone
from myschool.people.actors import COOKIE
from tests.access.keys import KEYS, PUBLIC, READERS, Key, Shown
from tests.access.world import World
from tests.house.source import example, functions, modules, none_of

CASES = [(key, end) for key in KEYS for end in key.ends]
ASKING = {"filter", "get", "exclude", "get_object_or_404"}
SECRETS = {"secret_hash", "token_hash", "code_hash", "token"}


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.LTI_KEY = str(tmp_path / "lti.pem")


def answer(shown: Shown) -> int:
    """What a door answers to a key."""
    client = Client(headers=dict(shown.headers))
    if shown.cookie:
        client.cookies[COOKIE] = shown.cookie
    with undone():
        if shown.form is not None:
            return client.post(shown.path, dict(shown.form)).status_code
        body = b"{}" if shown.method in {"POST", "PUT"} else b""
        return client.generic(shown.method, shown.path, body, "application/json").status_code


@pytest.mark.parametrize(("key", "end"), CASES, ids=lambda given: getattr(given, "name", given))
def test_a_key_ends_with_the_right_of_its_owner(key: Key, end: str, world: World, db: None) -> None:
    with undone():
        shown = key.show(world)
        shut = [f"{attempt.method} {attempt.door}" for attempt in shown if answer(attempt) in key.refused]
        assert shut == [], "the key opens nothing to begin with"
        key.ends[end](world)
        # A tool's message is read once: after the end it signs another one.
        again = key.show(world) if key.name == "signature of a tool" else shown
        answers = {f"{attempt.method} {attempt.door} {attempt.path}": answer(attempt) for attempt in again}
    assert {door: status for door, status in answers.items() if status not in key.refused} == {}


def without_session(resolver: URLResolver) -> Iterator[str]:
    """The names of doors that ask for no session."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if getattr(pattern.callback, "for_visitors", False):
                yield pattern.name or str(pattern.pattern)
        else:
            yield from without_session(pattern)


def test_a_door_without_a_session_takes_a_key_of_the_cast_or_is_everybodys(world: World, db: None) -> None:
    with undone():
        taking = {shown.door for key in KEYS for shown in key.show(world)}
    doors = set(without_session(get_resolver()))
    assert doors - PUBLIC.keys() - taking == set(), "show its key in tests/access/keys.py, and how it ends"
    assert PUBLIC.keys() - doors == set()


def reads_credential(function: ast.AST) -> bool:
    """Whether a function opens something signed, or looks for a row by a secret."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"signing.loads", "jwt.decode"}:
            return True
        if called.rpartition(".")[2] in ASKING and SECRETS & {word.arg for word in node.keywords}:
            return True
    return False


def test_whatever_reads_a_credential_is_of_the_cast() -> None:
    reading = {
        f"{module.name}.{function.name}"
        for module in modules()
        if "demo" not in module.name.split(".")
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and reads_credential(function)
    }
    none_of(f"{name} reads a credential: put it into tests/access/keys.py" for name in sorted(reading - READERS.keys()))
    assert READERS.keys() - reading == set()


def test_reading_a_credential_is_seen() -> None:
    def seen(text: str) -> bool:
        return any(reads_credential(function) for function in functions(example(text)))

    assert seen("def find(token):\n    return signing.loads(token, salt=SALT)")
    assert seen("def find(told):\n    return Row.objects.filter(valid, secret_hash=hash_of(told)).first()")
    assert not seen("def make(told):\n    return Row.objects.create(secret_hash=hash_of(told))")
