"""What a page shows to those let in: its heading, and in so many SQL statements; its template asks nothing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from tests.access.conftest import Ask
from tests.access.doors import DOORS, Door
from tests.access.world import World

PAGES = [(door, who) for door in DOORS for who in door.statements if door.h1]
COUNTED = [(door, who, number) for door in DOORS for who, number in door.statements.items()]


def headings(html: str) -> list[str]:
    """The words of every first-level heading."""
    matches = re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    return [" ".join(strip_tags(words).split()) for words in matches]


def in_short(asked: CaptureQueriesContext) -> str:
    """What was asked, without the columns."""
    return "\n".join(
        re.sub(r"(SELECT).*?(FROM)", r"\1 … \2", query["sql"], flags=re.DOTALL)[:200]
        for query in asked.captured_queries
    )


@pytest.mark.parametrize(("door", "who"), PAGES, ids=str)
def test_a_page_says_what_it_is(door: Door, who: str, ask: Ask, world: World) -> None:
    answered = ask(who, door.method, door.name, door.about, door.sent)
    (heading,) = headings(answered.content.decode())
    assert heading.startswith(world.filled(door.h1))


@pytest.mark.parametrize(("who", "heading"), [("visitor", "Моя школа"), ("guardian", "Личный кабинет")])
def test_the_home_page_is_the_cabinet_of_whoever_is_known(who: str, heading: str, ask: Ask) -> None:
    assert headings(ask(who, "GET", "home").content.decode()) == [heading]


def test_everything_that_is_shown_states_its_cost() -> None:
    assert [str(door) for door in DOORS if (door.method, door.answer) == ("GET", 200) and not door.statements] == []


@pytest.mark.parametrize(("door", "who", "statements"), COUNTED, ids=str)
def test_a_page_costs_so_many_statements(door: Door, who: str, statements: int, ask: Ask) -> None:
    with CaptureQueriesContext(connection) as queries:
        ask(who, door.method, door.name, door.about, door.sent)
    assert len(queries) == statements, in_short(queries)
