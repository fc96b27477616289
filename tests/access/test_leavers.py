"""Everybody who has left, at every door that was open to them and at every stream."""

from collections.abc import Iterator, Mapping

import pytest
from django.http import HttpResponseBase

from myschool.config.topics import heard_by, reader, source_of
from myschool.kernel import clock
from myschool.kernel.tests.undoing import undone
from myschool.people import actors
from tests.access.conftest import Ask, tried
from tests.access.doors import DOORS, Door
from tests.access.leavers import FAULTS, LEAVERS, Leaver, close_talk, end_membership, mute
from tests.access.world import World

SHUT = {401, 403, 404}
TOPICS = (
    "cabinet", "diary", "notices", "chats", "desk", "chat:{news}", "chat:{staff}", "chat:{hike}", "chat:{letters}",
)  # fmt: skip
STILL_OPEN = [
    pytest.param(
        leaver,
        what,
        marks=pytest.mark.xfail(reason=FAULTS[leaver.name][0], strict=True),
        id=f"{leaver}-{what}",
    )
    for leaver in LEAVERS
    if leaver.name in FAULTS
    for what in FAULTS[leaver.name][1]
]


def faults_of(leaver: Leaver) -> tuple[str, ...]:
    """What is known to be open to a leaver still."""
    return FAULTS.get(leaver.name, ("", ()))[1]


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, int], int]:
    """What somebody who never had the right was answered at a door: asked once for all leavers."""
    return {}


@pytest.fixture
def opens(ask: Ask, world: World, kept: dict[tuple[str, int], int]):
    """Finds what is open to a leaver at these doors and streams: more than to somebody who never had the right."""

    def like(who: str, door: Door) -> int:
        place = (who, DOORS.index(door))
        if place not in kept:
            kept[place] = tried(ask, who, door).status_code
        return kept[place]

    def found(leaver: Leaver, doors: list[Door], topics: tuple[str, ...]) -> Mapping[str, object]:
        never = [like(leaver.like, door) for door in doors]
        silent = [
            topic for topic in topics if not hears(world.tokens.get(leaver.like, ""), world.filled(topic))
        ]
        with undone():
            leaver.leave(world)
            answers = [tried(ask, leaver.was, door) for door in doors]
            heard = {topic: True for topic in silent if hears(world.tokens[leaver.was], world.filled(topic))}
        return heard | {
            str(door): (answered.status_code, words)
            for door, answered, status in zip(doors, answers, never, strict=True)
            for words in [[word for word in leaver.lost if word in shown(answered)]]
            if words or answered.status_code not in SHUT | {status}
        }

    return found


def shown(answered: HttpResponseBase) -> str:
    """The words of an answer; a file has none that are of a row."""
    return getattr(answered, "content", b"").decode("utf-8", "replace")


def hears(token: str, topic: str) -> bool:
    """Whether the live process would let the session's person hear a topic."""
    actor = actors.found(token, clock.now()).actor
    channel = heard_by(actor, topic) if actor else None
    if actor is None or channel is None:
        return False
    source = source_of(channel)
    return source is None or reader(actor) in source.readers()


@pytest.mark.parametrize("leaver", LEAVERS, ids=str)
def test_who_has_left_is_as_who_never_came(leaver: Leaver, opens, record_property) -> None:
    faults = faults_of(leaver)
    doors = [door for door in leaver.doors if str(door) not in faults]
    topics = tuple(topic for topic in TOPICS if topic not in faults and topic not in leaver.keeps)
    record_property(f"{leaver}", f"{len(doors)} doors, {len(topics)} streams")
    assert opens(leaver, doors, topics) == {}


@pytest.mark.parametrize(("leaver", "what"), STILL_OPEN)
def test_what_is_open_still(leaver: Leaver, what: str, opens) -> None:
    doors = [door for door in leaver.doors if str(door) == what]
    assert opens(leaver, doors, (what,) if what in TOPICS else ()) == {}


def test_leavers_keep_doors_that_there_are() -> None:
    known = {str(door) for door in DOORS} | set(TOPICS)
    told = {what for leaver in LEAVERS for what in (*leaver.keeps, *faults_of(leaver))}
    assert told - known == set()
    assert set(FAULTS) <= {leaver.name for leaver in LEAVERS}


OF_HIKE = [door for door in DOORS if door.about.startswith("hike") and "guardian" in door.who]
WRITING = [door for door in OF_HIKE if door.method == "POST" and door.name != "delete-message"]


@pytest.mark.parametrize("door", OF_HIKE, ids=str)
def test_who_was_removed_from_a_conversation_finds_it_nowhere(door: Door, ask: Ask, world: World) -> None:
    end_membership(world)
    assert tried(ask, "guardian", door).status_code == 404
    assert not hears(world.tokens["guardian"], world.filled("chat:{hike}"))


def writing(*open_still: str) -> Iterator[object]:
    """Every door that writes into the group; those that are open still are expected to fail."""
    for door in WRITING:
        fault = pytest.mark.xfail(reason="writing goes on where one may not write", strict=True)
        yield pytest.param(door, marks=[fault] if door.name in open_still else [], id=str(door))


@pytest.mark.parametrize("door", [*writing("edit-message", "react-to-message")])
def test_a_muted_author_changes_nothing(door: Door, ask: Ask, world: World) -> None:
    mute(world)
    assert tried(ask, "guardian", door).status_code in {403, 404, 409}


@pytest.mark.parametrize("door", [*writing("react-to-message")])
def test_nobody_writes_into_a_closed_conversation(door: Door, ask: Ask, world: World) -> None:
    close_talk(world)
    assert tried(ask, "guardian", door).status_code in {403, 404, 409}


def test_a_copy_of_ones_own_data_has_nothing_of_the_child_after_the_link(ask: Ask, world: World) -> None:
    (leaver,) = [leaver for leaver in LEAVERS if leaver.name == "withdrawn guardian"]
    (door,) = [door for door in DOORS if str(door) == "GET export guardian_person"]
    leaver.leave(world)
    copied = shown(tried(ask, "guardian", door))
    assert "Домова" in copied
    assert [word for word in ("Child", "Линейка", "Забыл атлас") if word in copied] == []


@pytest.mark.xfail(reason="what is shared with a class outlives the post it was shared by", strict=True)
@pytest.mark.parametrize("name", ["dismissed teacher", "moved teacher"])
@pytest.mark.parametrize("reader", ["student", "guardian"])
def test_what_a_leaver_has_shared_is_shared_no_longer(name: str, reader: str, ask: Ask, world: World) -> None:
    (leaver,) = [leaver for leaver in LEAVERS if leaver.name == name]
    (door,) = [door for door in DOORS if str(door) == "GET download-document shared_document"]
    assert tried(ask, reader, door).status_code == 200
    leaver.leave(world)
    assert tried(ask, reader, door).status_code == 404
