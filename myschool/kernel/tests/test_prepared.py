"""A QuerySet compiled once answers as the QuerySet does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from myschool.kernel.models import Entry
from myschool.kernel.prepared import Prepared

pytestmark = pytest.mark.django_db


def midnight(day):
    return datetime.combine(day, time(), UTC)


def facts_of(school, day):
    return Entry.objects.filter(school_id=school, at__date__lt=day, kind="test").order_by("pk").values_list("pk")


def test_it_asks_for_these_arguments():
    day = date(2026, 9, 1)
    for school in (1, 1, 2):
        Entry.objects.create(kind="test", at=midnight(day), school_id=school, payload={})
    prepared = Prepared(facts_of, school=int, day=date)
    cases = [
        (school, on_day, prepared.rows(school=school, day=on_day))
        for school in (1, 2, 3)
        for on_day in (day, day + timedelta(days=1))
    ]
    assert [len(rows) for _, _, rows in cases] == [0, 2, 0, 1, 0, 0]
    for school, on_day, rows in cases:
        assert rows == list(facts_of(school, on_day))


def test_moments_and_texts_are_arguments_too():
    def after(at, kind):
        return Entry.objects.filter(at__gte=at, kind=kind).order_by("pk").values_list("pk")

    for day, kind in ((1, "test"), (3, "test"), (3, "test.other")):
        Entry.objects.create(kind=kind, at=midnight(date(2026, 9, day)), school_id=1, payload={})
    prepared = Prepared(after, at=datetime, kind=str)
    arguments = [(midnight(date(2026, 9, day)), kind) for day in (1, 2, 4) for kind in ("test", "test.other", "%s")]
    answers = [prepared.rows(at=at, kind=kind) for at, kind in arguments]
    assert [len(rows) for rows in answers] == [2, 1, 0, 1, 1, 0, 0, 0, 0]
    assert answers == [list(after(at, kind)) for at, kind in arguments]


def test_what_nobody_may_see_is_no_row():
    assert Prepared(lambda school: Entry.objects.none(), school=int).rows(school=1) == []
