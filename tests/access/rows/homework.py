"""Rows that the doors of the homework are about."""

from tests.access.world import World


def lay_out(world: World) -> None:
    """Nothing yet."""
