"""Rows that the doors of the store of records are about."""

from myschool.records import actions
from tests.access.world import World


def lay_out(world: World) -> None:
    """A supplier's key."""
    world.rows["record_key"] = actions.make_key(
        title="Тренажёр", by=world.actors["publisher"], at=world.at
    ).key.pk
