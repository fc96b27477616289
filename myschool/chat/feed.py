"""A conversation as a feed of the live process: its changed messages, drawn once for everybody in it."""

import json
from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string

from myschool.chat.access import readers_of, reads_as
from myschool.chat.queries.talk import Line, changes_after, state_of
from myschool.kernel import clock


class TalkFeed:
    """Reads one conversation; a reader gets what is numbered after the place they may read from."""

    def __init__(self, conversation_id: int) -> None:
        self._id = conversation_id

    def readers(self) -> Mapping[tuple[int, str], int]:
        """Who is in it now, as whom, and after which number each may read."""
        places = readers_of(self._id, clock.now())
        rows = places.values_list("person", "capacity", "conversation__school", "sees_after")
        return {(person, reads_as(capacity, school)): after for person, capacity, school, after in rows}

    def head(self) -> int:
        """The conversation's version."""
        return state_of(self._id)[0]

    def after(self, position: int) -> Sequence[tuple[int, int, str]]:
        """Messages that have changed after a version, each with its number."""
        _, zone = state_of(self._id)
        return [
            (line.version, line.number, document_of(line)) for line in changes_after(self._id, position, zone)
        ]


def document_of(line: Line) -> str:
    """A message as pages put it into place: JSON in one line."""
    return json.dumps(shown(line), ensure_ascii=False)


def shown(line: Line) -> dict[str, object]:
    """The message's number, version and drawing."""
    return {
        "number": line.number, "version": line.version,
        "html": render_to_string("chat/_message.html", {"line": line}).replace("\n", " ").strip(),
    }  # fmt: skip
