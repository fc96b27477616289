"""Rows that the doors of the diary and of calendar links are about."""

from datetime import timedelta

from myschool.exchange import actions as exchange
from myschool.journal.actions import notes
from tests.access.world import World


def lay_out(world: World) -> None:
    """A paper of the guardian's and a calendar link, on either side."""
    for side in world.sides:
        by, at = side.actor("guardian"), world.at
        note = notes.file_note(
            student_id=side.row("child"),
            school=side.school,
            from_day=world.day,
            to_day=world.day + timedelta(days=1),
            meaning="illness",
            text="Температура",
            file=None,
            by=by,
            at=at,
        )
        side.keep(own_note=note.pk)
        side.say(token=exchange.make_feed(by=by, at=at))
