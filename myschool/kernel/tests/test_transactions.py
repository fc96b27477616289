"""Transactions that others wait for: slow work is refused inside one, and a long one is named."""

import logging

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from myschool.kernel import transactions
from myschool.kernel.transactions import Open, SlowWorkInside, Watch


@pytest.mark.django_db
def test_slow_work_inside_a_transaction_is_refused():
    transactions.demand_none()
    with transaction.atomic(), pytest.raises(SlowWorkInside):
        transactions.demand_none()
    transactions.demand_none()


def beside(name):
    """A connection of its own to the database of the tests, called so."""
    parts = settings.DATABASES["default"]
    return psycopg.connect(
        host=parts["HOST"],
        port=parts["PORT"],
        user=parts["USER"],
        password=parts["PASSWORD"],
        dbname=parts["NAME"],
        application_name=name,
    )


@pytest.fixture
def writer():
    """Somebody who has written and does not end."""
    with beside("myschool writer") as wire:
        wire.execute("SELECT pg_current_xact_id()")
        yield wire
        wire.rollback()


@pytest.mark.django_db(transaction=True)
def test_who_has_written_and_does_not_end_is_named(writer, caplog):
    with caplog.at_level(logging.WARNING):
        Watch().look(seconds=0)
    # Other databases of this server may hold followers up as well; they are named beside it.
    (line,) = [line for line in caplog.messages if f"pid {writer.info.backend_pid}," in line]
    assert "myschool writer" in line
    assert "idle in transaction" in line
    assert "followers wait for it with" in line


def test_a_long_one_is_named_once_and_again_when_twice_as_old():
    watch = Watch()

    def named(*ages):
        return [
            item.seconds
            for item in watch.due(
                [
                    Open(pid=pid, database="school", name="writer", state="active", seconds=age, holds=True)
                    for pid, age in enumerate(ages)
                ]
            )
        ]

    assert named(6) == [6]
    assert named(11) == []
    assert named(12) == [12]
    assert named(13, 7) == [7]
    assert named() == []
    assert named(6) == [6], "another transaction of the same process"


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_holds_nobody_up_and_a_short_one_is_not_named(caplog):
    with beside("myschool reader") as wire:
        wire.execute("SELECT 1")
        (reader,) = [reader for reader in transactions.open_for(0) if reader.name == "myschool reader"]
        assert not reader.holds
        assert not [reader for reader in transactions.open_for(600) if reader.name == "myschool reader"]
        wire.rollback()
    assert not [reader for reader in transactions.open_for(0) if reader.name == "myschool reader"]


@pytest.mark.django_db
def test_a_transaction_in_which_nothing_happens_is_ended_by_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
