"""Everybody who has left, at every door that was open to them and at every stream."""

from collections.abc import Mapping

import pytest
from django.http import HttpResponseBase

from myschool.config.topics import heard_by, reader, source_of
from myschool.kernel import clock
from myschool.kernel.tests.undoing import undone
from myschool.people import actors
from tests.access.conftest import Ask, tried
from tests.access.doors import DOORS, Door
from tests.access.leavers import LEAVERS, Leaver, close_talk, end_membership, mute
from tests.access.world import World

SHUT = {401, 403, 404}
TOPICS = (
    "cabinet",
    "diary",
    "notices",
    "chats",
    "desk",
    "chat:{news}",
    "chat:{staff}",
    "chat:{hike}",
    "chat:{letters}",
)


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
        silent = [topic for topic in topics if not hears(world.tokens.get(leaver.like, ""), world.filled(topic))]
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
    topics = tuple(topic for topic in TOPICS if topic not in leaver.keeps)
    record_property(f"{leaver}", f"{len(leaver.doors)} doors, {len(topics)} streams")
    assert opens(leaver, list(leaver.doors), topics) == {}


@pytest.mark.parametrize("leaver", LEAVERS, ids=str)
def test_what_a_leaver_has_lost_was_shown_to_them_before(leaver: Leaver, ask: Ask) -> None:
    """A word that no door ever held is missing afterwards, whatever the doors do."""
    missing = set(leaver.lost)
    for door in leaver.doors:
        if missing and door.method == "GET":
            text = shown(tried(ask, leaver.was, door))
            missing = {word for word in missing if word not in text}
    assert missing == set()


def test_leavers_keep_doors_that_there_are() -> None:
    existing = {str(door) for door in DOORS} | set(TOPICS)
    mentions = {what for leaver in LEAVERS for what in leaver.keeps}
    assert mentions - existing == set()


OF_HIKE = [door for door in DOORS if door.about.startswith("hike") and "guardian" in door.who]
WRITING = [door for door in OF_HIKE if door.method == "POST" and door.name != "delete-message"]


@pytest.mark.parametrize("door", OF_HIKE, ids=str)
def test_who_was_removed_from_a_conversation_finds_it_nowhere(door: Door, ask: Ask, world: World) -> None:
    end_membership(world)
    # Whose page was open till now is told in words that it is over, when they send.
    assert tried(ask, "guardian", door).status_code == (403 if door.name == "send-message" else 404)
    assert not hears(world.tokens["guardian"], world.filled("chat:{hike}"))


@pytest.mark.parametrize("door", WRITING, ids=str)
def test_a_muted_author_changes_nothing(door: Door, ask: Ask, world: World) -> None:
    mute(world)
    assert tried(ask, "guardian", door).status_code in {403, 404, 409}


@pytest.mark.parametrize("door", WRITING, ids=str)
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


@pytest.mark.parametrize("name", ["dismissed teacher", "moved teacher"])
@pytest.mark.parametrize("reader", ["student", "guardian"])
def test_what_a_leaver_has_shared_is_shared_no_longer(name: str, reader: str, ask: Ask, world: World) -> None:
    (leaver,) = [leaver for leaver in LEAVERS if leaver.name == name]
    (door,) = [door for door in DOORS if str(door) == "GET download-document shared_document"]
    assert tried(ask, reader, door).status_code == 200
    leaver.leave(world)
    assert tried(ask, reader, door).status_code == 404
