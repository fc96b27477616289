"""Every follower by itself: killed, poisoned or delayed it loses nothing, and keeps nobody else waiting."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from myschool.config import followers, following
from myschool.kernel import chronicle, clock, waking
from myschool.kernel.actors import nobody
from myschool.kernel.models import Bookmark, Entry, SetAside, Tally
from myschool.kernel.sealing import seal_all
from myschool.people.facts import LoggedIn
from myschool.schools.tests.makers import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]
SOON = 20
EVERY = pytest.mark.parametrize("name", followers.names())


def happen(count=1):
    """Facts that every follower of these tests reads; answers their entries."""
    with transaction.atomic():
        for _ in range(count):
            chronicle.write(LoggedIn(is_new=True, **nobody(NOON)))
    return list(Entry.objects.order_by("-id").values_list("id", flat=True)[:count])[::-1]


class Heard:
    """What each follower was given, in place of its own handlers: nothing here knows what a package does."""

    def __init__(self):
        self.facts = dict.fromkeys(followers.names(), 0)
        self.poison = {}
        self.delay = {}

    def handler(self, name):
        def hear(facts):
            self.delay.get(name, lambda: None)()
            if name in self.poison and self.poison[name](facts):
                raise KeyError("poison")
            self.facts[name] += len(facts)

        return hear


@pytest.fixture
def heard(monkeypatch):
    heard = Heard()
    for name in followers.names():
        monkeypatch.setitem(chronicle._handlers, name, {LoggedIn: heard.handler(name)})
    monkeypatch.setattr(following, "RESTS", (0.01, 0.01))
    return heard


@contextmanager
def company(*names):
    """These follow, each by itself."""
    with_all = following.Company(names or followers.names(), seals=False)
    with_all.begin()
    try:
        yield
    finally:
        with_all.end()


def eventually(holds):
    until = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        # The database is asked each time, which is pause enough.
        connection.ensure_connection()
    return True


def last_read(name):
    return Bookmark.objects.filter(follower=name).values_list("entry_id", flat=True).first() or 0


@EVERY
def test_a_poisoned_entry_is_set_aside_and_everybody_goes_on(name, heard, caplog):
    with transaction.atomic():
        for number in range(5):
            chronicle.write(LoggedIn(is_new=True, **nobody(NOON) | {"session_id": number}))
    heard.poison[name] = lambda facts: any(fact.session_id == 2 for fact in facts)
    with company():
        eventually(lambda: set(heard.facts.values()) == {4, 5})
        (later,) = happen()
        eventually(lambda: all(last_read(follower) == later for follower in followers.names()))
    assert {follower for follower, many in heard.facts.items() if many != 6} == {name}
    assert heard.facts[name] == 5
    aside = SetAside.objects.get()
    assert (aside.follower, aside.error, aside.kind) == (name, "KeyError", LoggedIn.kind)
    assert aside.entry_id == Entry.objects.get(session_id=2).pk
    assert f"fault {aside.error_id}: follower {name} sets entry {aside.entry_id} aside" in caplog.text


@EVERY
def test_a_delayed_follower_keeps_nobody_waiting(name, heard):
    go_on = threading.Event()
    heard.delay[name] = lambda: go_on.wait(SOON) or pytest.fail("it was never let go on")
    with company():
        (entry,) = happen()
        others = set(followers.names()) - {name}
        eventually(lambda: all(heard.facts[follower] == 1 for follower in others))
        assert heard.facts[name] == 0
        go_on.set()
        eventually(lambda: last_read(name) == entry)


PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "myschool.config.settings"
import django
django.setup()
import time
from django.db import connection
from myschool.config import followers
from myschool.kernel import chronicle
from myschool.kernel.models import Tally
from myschool.people.facts import LoggedIn
from myschool.kernel import clock

def half(facts):
    for fact in facts:
        Tally.objects.create(key=f"{NAME} {fact.session_id}", since=clock.now(), times=1)
    print("written", flush=True)
    time.sleep(60)

NAME = os.environ["FOLLOWER"]
chronicle._handlers[NAME] = {LoggedIn: half}
chronicle.follow(NAME)
"""


def keep_tally(name):
    """A handler that leaves a row for each fact; a second one for the same fact is refused."""

    def write(facts):
        for fact in facts:
            Tally.objects.create(key=f"{name} {fact.session_id}", since=clock.now(), times=1)

    return write


def happen_apart(count):
    """Facts that can be told apart."""
    with transaction.atomic():
        for number in range(count):
            chronicle.write(LoggedIn(is_new=True, **nobody(NOON) | {"session_id": number}))


@EVERY
def test_a_follower_that_is_cut_off_in_a_batch_has_followed_each_entry_once(name, heard, monkeypatch):
    write, cut = keep_tally(name), [True]

    def cut_off_after_writing(facts):
        write(facts)
        if cut:
            cut.pop()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setitem(chronicle._handlers, name, {LoggedIn: cut_off_after_writing})
    monkeypatch.setattr(following, "AWAY_SECONDS", 0.01)
    happen_apart(3)
    with company(name):
        eventually(lambda: Tally.objects.count() == 3)
    assert not cut
    assert SetAside.objects.count() == 0


def test_a_killed_process_leaves_its_batch_to_the_next(monkeypatch):
    happen_apart(3)
    db_settings = connection.settings_dict
    url = make_conninfo(host=db_settings["HOST"], user=db_settings["USER"], dbname=db_settings["NAME"])
    killed = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        env=os.environ | {"FOLLOWER": "notices", "DATABASE_URL": url},
    )
    assert killed.stdout
    assert killed.stdout.readline() == b"written\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    monkeypatch.setitem(chronicle._handlers, "notices", {LoggedIn: keep_tally("notices")})
    while chronicle.follow("notices"):
        pass
    assert sorted(Tally.objects.values_list("key", flat=True)) == [f"notices {number}" for number in range(3)]


def test_two_companies_at_once_leave_nobody_behind(heard):
    """A batch whose transaction was rolled back is read again, so what a handler hears is no count of what was done."""
    with company(), company():
        entries = happen(50)
        eventually(lambda: all(last_read(name) == max(entries) for name in followers.names()))
    assert min(heard.facts.values()) >= 50


def test_what_was_set_aside_is_tried_again_when_the_operator_wants_it(heard):
    name = "notices"
    heard.poison[name] = lambda facts: True
    happen()
    with pytest.raises(CommandError, match="notices"):
        call_command("follow", once=True)
    aside = SetAside.objects.get()
    assert aside.again_at is None
    # Nobody has asked yet.
    assert chronicle.follow_again(name, at=aside.set_aside_at) == 0
    SetAside.objects.update(again_at=aside.set_aside_at)
    assert chronicle.follow_again(name, at=aside.set_aside_at) == 1
    failed = SetAside.objects.get()
    assert (failed.tries, failed.again_at, failed.followed_at) == (2, None, None)
    assert failed.error_id != aside.error_id
    heard.poison.clear()
    SetAside.objects.update(again_at=aside.set_aside_at)
    call_command("follow", once=True)
    entry = SetAside.objects.get()
    assert entry.followed_at is not None
    assert heard.facts[name] == 1
    assert chronicle.asides() == {}


def test_once_says_who_failed_and_goes_on_with_all_others(heard):
    heard.poison["chat"] = lambda facts: True
    (entry,) = happen()
    with pytest.raises(CommandError, match=r"failed: chat\."):
        call_command("follow", once=True)
    assert all(last_read(name) == entry for name in followers.names())
    assert seal_all() == 0
    # It was said once; what has been set aside is on the operator's page.
    call_command("follow", once=True)


def test_a_batch_that_fails_for_a_while_is_set_aside_by_nobody(heard):
    failures = [True, True]
    heard.poison["notices"] = lambda facts: bool(failures and failures.pop())
    happen(3)
    call_command("follow", once=True)
    assert heard.facts["notices"] == 3
    assert SetAside.objects.count() == 0


def test_whoever_reads_the_kind_is_woken_by_the_commit(heard, settings, monkeypatch):
    """Long before anybody would have looked around by themselves."""
    monkeypatch.setattr(following, "EAR_SECONDS", 60.0)
    monkeypatch.setattr(following, "LOOKED_AFTER_SECONDS", 60.0)
    settings.WAKES_FOLLOWERS = True
    try:
        with company("journal.live", "diary.live"):
            happen()
            eventually(lambda: heard.facts["journal.live"] == heard.facts["diary.live"] == 1)
            happen()
            eventually(lambda: heard.facts["journal.live"] == heard.facts["diary.live"] == 2)
    finally:
        waking.bell().stop()
        waking.bell.cache_clear()


def test_a_word_that_was_lost_only_makes_it_later(heard):
    with company("notices"):
        eventually(lambda: Bookmark.objects.filter(follower="notices").exists())
        happen()
        eventually(lambda: heard.facts["notices"] == 1)


def test_open_pages_hear_of_what_may_not_be_passed_yet(heard, monkeypatch):
    """Somebody's long transaction keeps everybody from reading on, and no page from being told; none is told twice."""
    has_written, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            chronicle.write(LoggedIn(is_new=False, **nobody(NOON)))
            has_written.set()
            may_end.wait(SOON)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert has_written.wait(SOON)
    happen()
    with company():
        eventually(lambda: all(heard.facts[name] == 1 for name in followers.TELLING))
        assert {name for name, many in heard.facts.items() if many} == followers.TELLING
        may_end.set()
        writer.join()
        eventually(lambda: all(many == 2 for many in heard.facts.values()))
        last = Entry.objects.latest("id").pk
        eventually(lambda: all(last_read(name) == last for name in followers.names()))
    assert set(heard.facts.values()) == {2}


def test_entries_that_nobody_reads_are_passed_over_at_once(heard, monkeypatch):
    monkeypatch.setitem(chronicle._handlers, "notices", {})
    entries = happen(chronicle.BATCH + 1)
    assert chronicle.follow("notices") == len(entries)
    assert last_read("notices") == entries[-1]


def test_those_that_move_open_pages_are_apart():
    pages, rest = following.named(pages=True, rest=False), following.named(pages=False, rest=True)
    assert sorted([*pages, *rest]) == following.named(pages=False, rest=False) == followers.names()
    assert {name for name in followers.names() if name.endswith(".live")} <= set(pages)
    assert set(pages) == followers.MOVING_PAGES
