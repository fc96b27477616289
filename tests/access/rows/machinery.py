"""What followers have failed on: it belongs to no side."""

from myschool.kernel.models import SetAside
from tests.access.world import World


def lay_out(world: World) -> None:
    """An entry that was set aside, for each side to try again."""
    for side in world.sides:
        aside = SetAside.objects.create(
            follower=f"{side.rows}follower",
            entry_id=1,
            kind="test.kind",
            error="KeyError",
            error_id="0A1B2C3D",
            set_aside_at=world.at,
            tried_at=world.at,
        )
        side.keep(set_aside=aside.pk)
