"""Rows that the doors of files are about."""

from myschool.files.models import Upload
from tests.access.world import World


def lay_out(world: World) -> None:
    """An upload the guardian has begun."""
    begun = Upload.objects.create(
        token="begun",
        person_id=world.rows["guardian_person"],
        purpose="own",
        name="урок.pdf",
        length=10,
        begun_at=world.at,
    )
    world.words["upload"] = begun.token
