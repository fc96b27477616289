"""Rows that the doors of files are about."""

from myschool.files.models import Upload
from tests.access.world import World


def lay_out(world: World) -> None:
    """An upload the guardian of either side has begun."""
    for side in world.sides:
        begun = Upload.objects.create(
            token=f"{side.rows}begun",
            person_id=side.row("guardian_person"),
            purpose="own",
            name="урок.pdf",
            length=10,
            begun_at=world.at,
        )
        side.say(upload=begun.token)
