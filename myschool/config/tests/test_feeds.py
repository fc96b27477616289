"""Feeds: what changed is read once, given to each who may read it, in order, without gap and double."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myschool.config import feeds
from myschool.config.feeds import Feed


class Notebook:
    """A source kept in memory: changes by their positions, and who may read them."""

    def __init__(self, readers=((1, "student"), (2, "guardian"))):
        self.changes, self.may_read, self.reads = [], set(readers), 0

    def write(self, *words):
        for word in words:
            self.changes.append((len(self.changes) + 1, len(self.changes) + 1, json.dumps(word)))

    def readers(self):
        return dict.fromkeys(self.may_read, 0)

    def let_in(self, actor):
        """Whoever begins to read it leaves nothing."""

    def head(self):
        return len(self.changes)

    def after(self, position):
        self.reads += 1
        return self.changes[position : position + 100]


@pytest.fixture(autouse=True)
def _without_database(monkeypatch):
    monkeypatch.setattr(feeds, "close_old_connections", lambda: None)


def test_a_feed_begins_where_its_source_is():
    notebook = Notebook()
    notebook.write("old")
    feed = Feed("chat:1", notebook)

    async def story():
        await feed.look()
        notebook.write("new")
        await feed.look()
        return feed.head, await feed.after(1)

    assert asyncio.run(story()) == (2, [(2, 2, '"new"')])


def test_who_asks_while_it_is_read_waits_for_one_more_reading_not_for_one_each():
    notebook = Notebook()
    feed = Feed("chat:1", notebook)

    async def story():
        await feed.look()
        notebook.write("new")
        notebook.reads = 0
        await asyncio.gather(*(feed.look() for _ in range(30)))

    asyncio.run(story())
    # Each reading looks until nothing is left: the first finds the word and then nothing, the second nothing.
    assert notebook.reads <= 3


@settings(deadline=None)
@given(written=st.lists(st.integers(1, 700), max_size=6), stood=st.integers(0, 1500))
def test_whoever_goes_on_from_a_position_gets_all_after_it_once(written, stood):
    notebook = Notebook()
    feed = Feed("chat:1", notebook)

    async def story():
        await feed.look()
        for many in written:
            notebook.write(*range(many))
            await feed.look()
        got, position = [], min(stood, feed.head)
        first = position
        while new := await feed.after(position):
            got += [change[0] for change in new]
            position = new[-1][0]
        return got == list(range(first + 1, len(notebook.changes) + 1))

    assert asyncio.run(story())
