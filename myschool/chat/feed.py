"""A conversation as a feed of the live process: its changed messages, drawn once for everybody in it."""

import json
from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string

from myschool.chat.access import own_memberships, readers_of, reads_as
from myschool.chat.queries.talk import Line, changes_after, state_of, students_of, title_of
from myschool.kernel import clock
from myschool.kernel.actors import STAFF, Actor, Look
from myschool.timetable.actions.looks import record_look

WITH_NAMES = ("conversation__lower", "conversation__upper")


class TalkFeed:
    """Reads one conversation; a reader gets what is numbered after the place they may read from."""

    def __init__(self, conversation_id: int) -> None:
        self._id = conversation_id

    def readers(self) -> Mapping[tuple[int, str], int]:
        """Who is in it now, as whom, and after which number each may read."""
        places = readers_of(self._id, clock.now())
        rows = places.values_list("person", "capacity", "conversation__school", "sees_after")
        return {(person, reads_as(capacity, school)): after for person, capacity, school, after in rows}

    def let_in(self, actor: Actor) -> None:
        """Staff who listen are shown the students' words from now on: it is written down as opening the page is."""
        at = clock.now()
        place = own_memberships(actor, at).select_related(*WITH_NAMES).filter(conversation=self._id).first()
        if place and actor.role in STAFF:
            look = Look(section="chat", student_ids=frozenset(students_of(place, at)), reason=title_of(place)[:300])
            record_look(look=look, door="live", by=actor, at=at)

    def head(self) -> int:
        """The conversation's version."""
        return state_of(self._id)[0]

    def after(self, position: int) -> Sequence[tuple[int, int, str]]:
        """Messages that have changed after a version, each with its number."""
        _, zone = state_of(self._id)
        return [(line.version, line.number, document_of(line)) for line in changes_after(self._id, position, zone)]


def document_of(line: Line) -> str:
    """A message as pages put it into place: JSON in one line."""
    return json.dumps(shown(line), ensure_ascii=False)


def shown(line: Line) -> dict[str, object]:
    """The message's number, version and drawing."""
    return {
        "number": line.number,
        "version": line.version,
        "html": render_to_string("chat/_message.html", {"line": line}).replace("\n", " ").strip(),
    }
