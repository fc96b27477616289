"""Rows that the doors of the journal are about."""

from tests.access.world import World


def lay_out(world: World) -> None:
    """Nothing yet."""
