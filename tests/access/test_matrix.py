"""Every address and everybody: who gets in. An address that is not in the table fails."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from myschool.people.actors import COOKIE
from tests.access.conftest import Ask
from tests.access.doors import DOORS, Door
from tests.access.world import EVERYBODY, World


def names_under(resolver: URLResolver) -> Iterator[str]:
    """The name of every address, or its route where it has none."""
    for found in resolver.url_patterns:
        if isinstance(found, URLPattern):
            yield found.name or str(found.pattern)
        else:
            yield from names_under(found)


WRONG_METHODS = sorted(
    (name, wrong)
    for name in {door.name for door in DOORS}
    for wrong in {"GET", "POST"} - {door.method for door in DOORS if door.name == name}
)


def test_every_address_is_in_the_table() -> None:
    listed, known = {door.name for door in DOORS}, set(names_under(get_resolver()))
    assert (known - listed, listed - known) == (set(), set()), (
        "not in tests/access/doors.py, or no address any more"
    )


@pytest.mark.parametrize("who", sorted(EVERYBODY))
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_gets_in(door: Door, who: str, ask: Ask) -> None:
    answered = ask(who, door.method, door.name, door.about, door.sent)
    assert answered.status_code == door.answer_to(who)


@pytest.mark.parametrize(("name", "wrong"), WRONG_METHODS)
def test_a_door_knows_its_methods(name: str, wrong: str, ask: Ask) -> None:
    door = next(door for door in DOORS if door.name == name)
    who = min(door.who - {"visitor"})
    assert ask(who, wrong, name, door.about).status_code == 405


# Programs bring a key or a signed message to these, or only read what is open to all, and no cookie matters: `records` and `library` try that.
BY_KEY = ("xapi-", "lti-", "oai", "stop-mail")


@pytest.mark.parametrize(
    "door", [door for door in DOORS if door.method == "POST" and not door.name.startswith(BY_KEY)], ids=str
)
def test_no_other_site_can_make_a_browser_act(door: Door, world: World, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = world.tokens[min(door.who - {"visitor"})]
    address = reverse(door.name, args=world.address(door.about))
    assert client.post(address).status_code == 403
