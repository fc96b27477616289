"""Keeping files."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from myschool.files import facts
from myschool.files.models import StoredFile, UnclaimedBytes, Upload
from myschool.files.received import Received
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal

UNCLAIMED_FOR = timedelta(days=1)
UPLOADS_AT_ONCE = 20


class TooManyUploads(Refusal):
    """A person has begun more uploads than they could mean."""

    status = 429


@transaction.atomic
def keep(*, received: Received, by: Actor, at: datetime) -> StoredFile:
    """Write the row of a file whose bytes the store has."""
    (kept,) = keep_all(received=[received], by=by, at=at)
    return kept


@transaction.atomic
def keep_all(*, received: Sequence[Received], by: Actor, at: datetime) -> list[StoredFile]:
    """Write the rows of files whose bytes the store has, all of them or none."""
    kept = keep_package(received=received, owner_id=by.person_id, at=at)
    chronicle.write(facts.FilesKept(**by.stamp(at), file_ids=[one.pk for one in kept]))
    return kept


def keep_package(*, received: Sequence[Received], owner_id: int, at: datetime) -> list[StoredFile]:
    """Write the rows of a package's files for an action that tells of them by a fact of its own."""
    return StoredFile.objects.bulk_create(
        StoredFile(
            key=one.key, name=one.name[-200:], content_type=one.content_type, size=one.size, owner_id=owner_id,
            stored_at=at,
        )
        for one in received
    )  # fmt: skip


def note_bytes(*, keys: Sequence[str], at: datetime) -> None:
    """Bytes have come; unless a row claims them, they are swept away in a day."""
    UnclaimedBytes.objects.bulk_create(UnclaimedBytes(key=key, received_at=at) for key in keys)


@transaction.atomic
def take_unclaimed(*, at: datetime) -> list[str]:
    """Forget what was received long ago; answers the keys that no row has, for the store to remove."""
    old = UnclaimedBytes.objects.select_for_update(skip_locked=True).filter(
        received_at__lt=at - UNCLAIMED_FOR
    )
    keys = {row.key for row in old}
    UnclaimedBytes.objects.filter(pk__in=[row.pk for row in old]).delete()
    owned = StoredFile.objects.filter(key__in=keys).values_list("key", flat=True)
    awaited = UnclaimedBytes.objects.filter(key__in=keys).values_list("key", flat=True)
    return sorted(keys - set(owned) - set(awaited))


@transaction.atomic
def begin_upload(*, name: str, length: int, by: Actor, at: datetime) -> Upload:
    """Expect a big file in parts.

    Raises:
        TooManyUploads: as many are under way already.
    """
    if Upload.objects.filter(person=by.person_id, key="").count() >= UPLOADS_AT_ONCE:
        raise TooManyUploads("Слишком много начатых загрузок. Дождитесь их окончания и начните снова.")
    return Upload.objects.create(
        token=secrets.token_urlsafe(32), person_id=by.person_id, name=name, length=length, begun_at=at
    )


def finish_upload(*, upload: Upload, key: str) -> None:
    """All the bytes are in the store."""
    Upload.objects.filter(pk=upload.pk).update(key=key)


def drop_upload(*, upload: Upload) -> None:
    """The upload is over: used, or not wanted any more."""
    upload.delete()


@transaction.atomic
def take_old_uploads(*, at: datetime) -> list[str]:
    """Forget uploads that were begun over a day ago; answers their tokens, for their parts to be removed."""
    old = Upload.objects.filter(begun_at__lt=at - UNCLAIMED_FOR)
    tokens = list(old.values_list("token", flat=True))
    Upload.objects.filter(token__in=tokens).delete()
    return tokens
