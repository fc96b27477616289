"""One follower that fails keeps nobody else waiting."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from myschool.config import followers
from myschool.kernel import chronicle
from myschool.kernel.actors import nobody
from myschool.kernel.models import Bookmark, Entry
from myschool.kernel.sealing import seal_all
from myschool.people.facts import LoggedIn
from myschool.schools.tests.makers import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


@pytest.fixture
def poisoned(monkeypatch):
    """A follower, first of all by its name, whose handler fails on every batch."""

    def fail(facts):
        raise KeyError("poison")

    monkeypatch.setitem(chronicle._handlers, "a.poisoned", {LoggedIn: fail})
    assert followers.names()[0] == "a.poisoned"


def test_a_poisoned_follower_stops_neither_the_others_nor_the_seals(poisoned, caplog):
    with transaction.atomic():
        chronicle.write(LoggedIn(is_new=True, **nobody(NOON)))
    with pytest.raises(CommandError, match=r"a\.poisoned"):
        call_command("follow", once=True)
    entry = Entry.objects.get()
    marks = dict(Bookmark.objects.values_list("follower", "entry_id"))
    assert marks.get("a.poisoned", 0) == 0
    assert marks["notices"] == entry.pk
    assert seal_all() == 0
    assert "follower a.poisoned stands still" in caplog.text


def test_what_a_follower_failed_on_is_read_again(poisoned, monkeypatch):
    with transaction.atomic():
        chronicle.write(LoggedIn(is_new=True, **nobody(NOON)))
    with pytest.raises(CommandError):
        call_command("follow", once=True)
    seen: list[LoggedIn] = []
    monkeypatch.setitem(chronicle._handlers, "a.poisoned", {LoggedIn: seen.extend})
    call_command("follow", once=True)
    assert [fact.is_new for fact in seen] == [True]
