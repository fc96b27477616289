"""Statements that the driver reads once answer as Django's own cursor does."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from myschool.kernel.models import Tally
from myschool.kernel.statements import Statement

pytestmark = pytest.mark.django_db
COUNTED = Statement(
    "SELECT key, times, '100 %%' FROM kernel_tally WHERE times >= %(least)s OR key = %(key)s ORDER BY key"
)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def test_it_answers_the_same_whether_somebody_counts_or_not():
    for times in (1, 2, 3):
        Tally.objects.create(key=f"k{times}", since=NOON, times=times)
    arguments = {"least": 2, "key": "k1", "unused": object()}
    expected = [("k1", 1, "100 %"), ("k2", 2, "100 %"), ("k3", 3, "100 %")]
    assert COUNTED.rows(arguments) == expected
    with CaptureQueriesContext(connection) as run:
        assert COUNTED.rows({"least": 2, "key": "k1"}) == expected
    assert len(run) == 1
    assert COUNTED.row({"least": 9, "key": ""}) is None


def test_its_errors_are_djangos_and_break_the_transaction_alone():
    broken = Statement("INSERT INTO kernel_tally (key, since, times) VALUES (%(key)s, %(at)s, NULL) RETURNING key")
    with pytest.raises(IntegrityError), transaction.atomic():
        broken.rows({"key": "k", "at": NOON})
    assert COUNTED.rows({"least": 1, "key": ""}) == []


def test_nothing_is_asked_within_a_broken_transaction():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            COUNTED.rows({"least": 1, "key": ""})


def test_columns_are_read_by_name_and_those_without_one_by_their_place():
    named = Statement("SELECT %(one)s::int AS number, 'b' AS class, 3, 4 AS number")
    with CaptureQueriesContext(connection):
        counted = named.rows({"one": 1})
    for row in (*counted, named.row({"one": 1})):
        assert (row.number, row[1], row[2], row[3]) == (1, "b", 3, 4)


def test_what_answers_nothing_has_no_rows():
    silent = Statement("UPDATE kernel_tally SET times = times + %(more)s")
    assert silent.rows({"more": 1}) == []
    with CaptureQueriesContext(connection):
        assert silent.row({"more": 1}) is None
