"""What is sent twice is done once: at every door that takes a form, and at those that take a program's own keys.

A form's key is its page's token with what was typed (`kernel.resends`); no door needs to think of it, and this asks each.
"""

import pytest
from django.db import connection

from myschool.kernel.resends import TOKEN
from tests.access.conftest import Ask
from tests.access.doors import DOORS, Door

# What remembers sendings, and what every request moves.
NOT_MADE = {"kernel_sending", "people_session"}
# Doors at which the second time leaves one more row, and why.
AGAIN = {
    "complaint-evidence": "each time that evidence is taken is written down",
    "import-cartridge": "a refused look at a row that is not there is written down each time",
    "make-file-link": "a link is signed and kept nowhere; the fact says that one was given out",
}
FORMS = [door for door in DOORS if door.method == "POST" and door.answer == 302]
OTHERS = [door for door in DOORS if door.method == "POST" and door.answer != 302]


def rows() -> dict[str, int]:
    """How many rows each table has: whatever is done leaves a fact, if nothing else."""
    tables = sorted(set(connection.introspection.table_names()) - NOT_MADE)
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)  # noqa: S608 - our own tables
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def made_twice(ask: Ask, door: Door) -> tuple[list[tuple[int, str]], dict[str, int]]:
    """What the same sending is answered the first and the second time, and the rows that the second has made."""
    who, sent = min(door.who - {"visitor"}, default="visitor"), {TOKEN: "a" * 64, **door.sent}
    answers = []
    for _ in range(2):
        before = rows()
        answer = ask(who, door.method, door.name, door.about, sent)
        answers.append((answer.status_code, answer.headers.get("Location", "")))
    after = rows()
    return answers, {name: after[name] - count for name, count in before.items() if after[name] != count}


@pytest.mark.parametrize("door", FORMS, ids=str)
def test_a_form_that_is_sent_twice_does_its_work_once(door: Door, ask: Ask) -> None:
    (first, second), more = made_twice(ask, door)
    assert (first[0], second, more) == (302, first, {})


def test_whoever_is_said_to_do_so_leaves_one_more_row(ask: Ask) -> None:
    again = [door for door in OTHERS if door.name in AGAIN]
    assert {door.name for door in again if made_twice(ask, door)[1]} == set(AGAIN)


@pytest.mark.parametrize("door", [door for door in OTHERS if door.name not in AGAIN], ids=str)
def test_what_leads_nowhere_makes_nothing_new_the_second_time(door: Door, ask: Ask) -> None:
    _, more = made_twice(ask, door)
    assert more == {}
