"""Rows that the doors of the diary and of calendar links are about."""

from datetime import timedelta

from myschool.exchange import actions as exchange
from myschool.journal import actions as journal
from myschool.schools.models import School
from tests.access.world import World


def lay_out(world: World) -> None:
    """A paper of the guardian's and a calendar link."""
    by, at = world.actors["guardian"], world.at
    note = journal.file_note(
        student_id=world.rows["child"], school=School.objects.get(pk=world.rows["home_school"]), from_day=world.day,
        to_day=world.day + timedelta(days=1),
        meaning="illness", text="Температура", file=None, by=by, at=at,
    )  # fmt: skip
    world.rows["own_note"] = note.pk
    world.words["token"] = exchange.make_feed(by=by, at=at)
