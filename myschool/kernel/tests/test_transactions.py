"""Transactions that others wait for: slow work is refused inside one, and a long one is named."""

import logging

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from myschool.kernel import transactions
from myschool.kernel.transactions import SlowWorkInside, Watch


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
        host=parts["HOST"], port=parts["PORT"], user=parts["USER"], password=parts["PASSWORD"], dbname=parts["NAME"],
        application_name=name,
    )  # fmt: skip


@pytest.fixture
def writer():
    """Somebody who has written and does not end."""
    with beside("myschool writer") as wire:
        wire.execute("SELECT pg_current_xact_id()")
        yield wire
        wire.rollback()


@pytest.mark.django_db(transaction=True)
def test_who_has_written_and_does_not_end_is_named_once_and_again_when_twice_as_old(writer, caplog):
    watch = Watch()
    with caplog.at_level(logging.WARNING):
        watch.look(seconds=0)
        watch.look(seconds=0)
    (told,) = [line for line in caplog.messages if "myschool writer" in line]
    assert f"pid {writer.info.backend_pid}" in told
    assert "idle in transaction" in told
    assert "followers wait for it with" in told
    # As if it had been half as old.
    watch._warned = {key: age / 2 for key, age in watch._warned.items()}
    watch.look(seconds=0)
    assert sum("myschool writer" in line for line in caplog.messages) == 2


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_holds_nobody_up_and_a_short_one_is_not_named(caplog):
    with beside("myschool reader") as wire:
        wire.execute("SELECT 1")
        (one,) = [one for one in transactions.open_for(0) if one.name == "myschool reader"]
        assert not one.holds
        assert not [one for one in transactions.open_for(600) if one.name == "myschool reader"]
        wire.rollback()
    assert not [one for one in transactions.open_for(0) if one.name == "myschool reader"]


@pytest.mark.django_db
def test_a_transaction_in_which_nothing_happens_is_ended_by_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
