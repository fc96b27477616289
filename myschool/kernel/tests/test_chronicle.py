"""The chronicle: nothing lost, nothing twice, nothing changed unseen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import nobody
from myschool.kernel.models import Bookmark, Entry

# A snapshot's oldest transaction is the whole server's: other tests' transactions would hold these followers back.
pytestmark = pytest.mark.alone
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class BellRang(chronicle.Fact, kind="test.bell_rang"):
    """For these tests only."""

    number: int


heard: list[int] = []
failing: list[bool] = []


@chronicle.reads("test.listener", BellRang)
def hear(facts):
    """Remember what was heard, and write something down too."""
    heard.extend(fact.number for fact in facts)
    if failing:
        failing.pop()
        raise RuntimeError("the first try fails")


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()
    failing.clear()


def ring(number, school=None):
    chronicle.write(BellRang(**nobody(NOON, school_id=school), number=number))


def listen():
    while chronicle.follow("test.listener"):
        pass
    return list(heard)


@pytest.mark.django_db(transaction=True)
def test_a_fact_needs_the_transaction_that_makes_it_true():
    with pytest.raises(RuntimeError):
        ring(1)


@pytest.mark.django_db(transaction=True)
def test_a_follower_hears_each_fact_once_and_in_order():
    with transaction.atomic():
        ring(1)
        ring(2)
    assert listen() == [1, 2]
    with transaction.atomic():
        ring(3)
    assert listen() == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_failed_is_read_again():
    with transaction.atomic():
        ring(1)
    failing.append(True)
    with pytest.raises(RuntimeError):
        chronicle.follow("test.listener")
    heard.clear()
    assert listen() == [1]


@pytest.mark.django_db(transaction=True)
def test_a_slow_writer_is_not_lost():
    """An id given out early and committed late: a bookmark of ids alone would have passed it by."""
    wrote, may_commit = Event(), Event()

    def slow():
        with transaction.atomic():
            ring(1)
            wrote.set()
            may_commit.wait(20)
        connection.close()

    writer = Thread(target=slow)
    writer.start()
    wrote.wait(20)
    with transaction.atomic():
        ring(2)
    # The later entry is committed, but an older transaction still runs: nobody reads past it.
    assert listen() == []
    may_commit.set()
    writer.join()
    assert listen() == [1, 2]
    assert Entry.objects.order_by("id").values_list("payload", flat=True)[0] == {"number": 1}


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_one_name_do_not_read_twice():
    with transaction.atomic():
        for number in range(20):
            ring(number)

    def read():
        chronicle.follow("test.listener", limit=5)
        connection.close()

    readers = [Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(heard) == list(range(20))


@pytest.mark.django_db(transaction=True)
def test_rewinding_a_bookmark_replays_everything():
    with transaction.atomic():
        ring(7)
    listen()
    Bookmark.objects.filter(follower="test.listener").update(xid=0, entry_id=0)
    assert listen() == [7, 7]


@pytest.mark.django_db(transaction=True)
def test_the_order_is_read_along_its_index():
    with psycopg.connect(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"]) as plain:
        plain.execute("SET enable_seqscan = off")
        plan = plain.execute(
            "EXPLAIN SELECT id FROM kernel_entry WHERE (xid, id) > (1, 1) ORDER BY xid, id LIMIT 10"
        ).fetchall()
    assert any("xid_id_idx" in line for (line,) in plan)
