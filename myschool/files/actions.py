"""Keeping files."""

from datetime import datetime

from django.db import transaction

from myschool.files import facts
from myschool.files.models import StoredFile
from myschool.files.received import Received
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor


@transaction.atomic
def keep(*, received: Received, by: Actor, at: datetime) -> StoredFile:
    """Write the row of a file whose bytes the store has."""
    kept = StoredFile.objects.create(
        key=received.key, name=received.name, content_type=received.content_type, size=received.size,
        sha256=received.sha256, owner_id=by.person_id, stored_at=at,
    )  # fmt: skip
    chronicle.write(facts.FileKept(**by.stamp(at), file_id=kept.pk))
    return kept
