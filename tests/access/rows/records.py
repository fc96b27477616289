"""Rows that the doors of the store of records are about."""

from base64 import b64encode

from myschool.records import actions
from tests.access.world import World


def lay_out(world: World) -> None:
    """A supplier's key on either side."""
    for side in world.sides:
        credential = actions.make_key(title="Тренажёр", by=side.actor("publisher"), at=world.at)
        side.keep(record_key=credential.key.pk)
        side.say(record_login=b64encode(f"{credential.key.name}:{credential.secret}".encode()).decode())
