"""Every address and everybody: who gets in. An address that is not in the table fails."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from myschool.people.actors import COOKIE
from tests.access.conftest import Ask, tried
from tests.access.doors import DOORS, OPEN, Door
from tests.access.world import EVERYBODY, STRANGERS, World


def names_under(resolver: URLResolver) -> Iterator[str]:
    """The name of every address, or its route where it has none."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        else:
            yield from names_under(pattern)


WRONG_METHODS = sorted(
    (name, wrong)
    for name in {door.name for door in DOORS}
    for wrong in {"GET", "POST"} - {door.method for door in DOORS if door.name == name}
)


def test_every_address_is_in_the_table() -> None:
    listed, existing = {door.name for door in DOORS}, set(names_under(get_resolver()))
    assert (existing - listed, listed - existing) == (set(), set()), (
        "not in tests/access/doors.py, or no address any more"
    )


def test_no_two_addresses_have_one_name() -> None:
    names = Counter(names_under(get_resolver()))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_gets_in(door: Door, ask: Ask) -> None:
    everybody = sorted(EVERYBODY)
    assert {who: tried(ask, who, door).status_code for who in everybody} == {
        who: door.answer_to(who) for who in everybody
    }


@pytest.mark.parametrize("door", [door for door in DOORS if door.foreign], ids=str)
def test_strangers_with_power_get_nothing_of_the_home_side(door: Door, ask: Ask) -> None:
    strangers = sorted(STRANGERS - door.who)
    assert {who: tried(ask, who, door).status_code for who in strangers} == dict.fromkeys(strangers, door.others)


def test_every_row_has_a_foreign_one(world: World) -> None:
    """A door's row has its like on the strange side, or `OPEN` says why nobody is foreign to it."""
    existing = world.rows.keys() | world.words.keys()
    missing = {
        f"{word}: lay it out in tests/access/rows for both sides (for «{door}»)"
        for door in DOORS
        for address in door.foreign
        for word in address.split()
        if word.startswith("strange_") and word not in existing
    }
    assert missing == set()
    assert set(OPEN) <= {f"{door.name} {door.about}" for door in DOORS}


@pytest.mark.parametrize("door", [door for door in DOORS if door.foreign], ids=str)
def test_a_foreign_row_is_not_there(door: Door, ask: Ask) -> None:
    """Whoever gets in at the own row finds nothing at the same row of the strange side."""
    cases = [(who, about) for who in sorted(door.who) for about in door.foreign]
    assert {case: tried(ask, case[0], door, case[1]).status_code for case in cases} == dict.fromkeys(cases, 404)


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
