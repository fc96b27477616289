"""Keeping files."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Sum

from myschool.files import facts
from myschool.files.models import Preview, PreviewPage, StoredFile, UnclaimedBytes, Upload
from myschool.files.received import Picture, Received
from myschool.files.rules.previews import PAGES, kind_of
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.errors import Refusal, TooOften
from myschool.people.models import Person

UNCLAIMED_FOR = timedelta(days=1)
UPLOADS_AT_ONCE, MOST_UNCLAIMED = 20, 200
# A worker needs three minutes at most; whoever is silent for longer has died.
TAKEN_FOR = timedelta(minutes=5)
MOST_TRIES = 3
# When an upload of one's own may have ended, as a guess for programs.
LOOK_AGAIN_IN = timedelta(minutes=1)
# Whose rows keep bytes in the store: a new model with a `key` of the store belongs here.
OWNERS = (StoredFile, PreviewPage)


class TooManyUploads(TooOften):
    """A person has begun more uploads than they could mean."""


class NoSpaceLeft(Refusal):
    """The person may not send so much, with all that is on its way or has come and is not used yet."""

    status = 422


@transaction.atomic
def keep(*, received: Received, by: Actor, at: datetime) -> StoredFile:
    """Write the row of a file whose bytes the store has."""
    (file,) = keep_all(received=[received], by=by, at=at)
    return file


@transaction.atomic
def keep_all(*, received: Sequence[Received], by: Actor, at: datetime) -> list[StoredFile]:
    """Write the rows of files whose bytes the store has, all of them or none."""
    files = keep_package(received=received, owner_id=by.person_id, at=at)
    chronicle.write(facts.FilesKept(**by.stamp(at), file_ids=[file.pk for file in files]))
    return files


def keep_package(*, received: Sequence[Received], owner_id: int, at: datetime) -> list[StoredFile]:
    """Write the rows of a package's files for an action that tells of them by a fact of its own."""
    claim(received=received)
    return StoredFile.objects.bulk_create(
        StoredFile(
            key=file.key,
            name=file.name[-200:],
            content_type=file.content_type,
            size=file.size,
            owner_id=owner_id,
            stored_at=at,
        )
        for file in received
    )


def claim(*, received: Sequence[Received]) -> None:
    """What came by uploads is used; should the caller's transaction come to nothing, the uploads are still there."""
    if tokens := [file.token for file in received if file.token]:
        Upload.objects.filter(token__in=tokens).delete()


def note_bytes(*, keys: Collection[str], at: datetime) -> None:
    """Bytes have come; unless a row claims them, they are swept away in a day."""
    UnclaimedBytes.objects.bulk_create(UnclaimedBytes(key=key, received_at=at) for key in keys)


@transaction.atomic
def take_unclaimed(*, at: datetime) -> list[str]:
    """Forget what was received long ago; answers the keys that no row has, for the store to remove."""
    old = UnclaimedBytes.objects.select_for_update(skip_locked=True).filter(received_at__lt=at - UNCLAIMED_FOR)
    keys = {row.key for row in old}
    UnclaimedBytes.objects.filter(pk__in=[row.pk for row in old]).delete()
    awaited = UnclaimedBytes.objects.filter(key__in=keys).values_list("key", flat=True)
    owned = [model.objects.filter(key__in=keys).values_list("key", flat=True) for model in OWNERS]
    return sorted(keys.difference(awaited, *owned))


@transaction.atomic
def begin_upload(*, purpose: str, name: str, metadata: str, length: int, left: int, by: Actor, at: datetime) -> Upload:
    """Expect a big file in parts, if the bytes that are `left` to the person for it hold it with all others of theirs.

    Raises:
        TooManyUploads: as many are under way already.
        NoSpaceLeft: it would not fit.
    """
    # One at a time: two that begin together would both find room.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=by.person_id)
    own = Upload.objects.filter(person=by.person_id)
    # A file that is sent once more replaces itself, if it came and was not used.
    own.filter(purpose=purpose, name=name, length=length).exclude(key="").delete()
    if own.filter(key="").count() >= UPLOADS_AT_ONCE or own.count() >= MOST_UNCLAIMED:
        raise TooManyUploads(
            "Слишком много начатых загрузок. Дождитесь их окончания и начните снова.", wait=LOOK_AGAIN_IN
        )
    left -= own.filter(purpose=purpose).aggregate(total=Sum("length"))["total"] or 0
    if length > left:
        raise NoSpaceLeft(
            f"Файл не поместится: вместе с уже начатыми загрузками свободно {max(0, left) // 1_000_000} МБ."
        )
    return Upload.objects.create(
        token=secrets.token_urlsafe(32),
        person_id=by.person_id,
        purpose=purpose,
        name=name,
        metadata=metadata,
        length=length,
        begun_at=at,
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


@transaction.atomic
def forget_files(*, file_ids: Sequence[int], by: Actor | None, at: datetime) -> None:
    """Delete the rows of files that nothing points at any more; bytes that have no other row are swept away later."""
    rows = StoredFile.objects.filter(pk__in=file_ids)
    keys = set(rows.values_list("key", flat=True))
    rows.delete()
    keys -= set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True))
    previews = Preview.objects.filter(key__in=keys)
    keys |= set(PreviewPage.objects.filter(preview__in=previews).values_list("key", flat=True))
    previews.delete()
    note_bytes(keys=sorted(keys), at=at)
    stamp = by.stamp(at) if by else nobody(at)
    chronicle.write(facts.FilesForgotten(**stamp, file_ids=sorted(file_ids)))


def ask_previews(*, files: Sequence[StoredFile], at: datetime) -> None:
    """Have files made ready to be shown; what was asked for already is not made again."""
    Preview.objects.bulk_create(
        [
            Preview(
                key=file.key,
                content_type=file.content_type,
                kind=(kind := kind_of(file.content_type)),
                asked_at=at,
                state=Preview.State.PENDING if kind == PAGES else Preview.State.READY,
            )
            for file in files
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def take_preview(*, at: datetime) -> Preview | None:
    """Take the preview that has waited longest, or None.

    The work itself takes a minute and is not done in this transaction: while one is open, nobody who follows the
    chronicle gets past it.
    """
    Preview.objects.filter(state=Preview.State.PENDING, tries__gte=MOST_TRIES, taken_at__lt=at - TAKEN_FOR).update(
        state=Preview.State.FAILED, reason="Файл слишком сложный для предпросмотра. Скачайте его."
    )
    free = Q(taken_at__isnull=True) | Q(taken_at__lt=at - TAKEN_FOR)
    waiting = Preview.objects.select_for_update(skip_locked=True).filter(free, state=Preview.State.PENDING)
    preview = waiting.order_by("asked_at", "pk").first()
    if preview is not None:
        Preview.objects.filter(pk=preview.pk).update(taken_at=at, tries=F("tries") + 1)
    return preview


@transaction.atomic
def finish_preview(*, preview: Preview, pages: int, pictures: Sequence[Picture]) -> None:
    """The pictures are in the store; whoever was faster has written theirs, which are the same."""
    rows = Preview.objects.select_for_update().filter(pk=preview.pk, state=Preview.State.PENDING)
    # Locked before it is judged: the file may be forgotten meanwhile, its preview with it.
    if rows.first() is None:
        return
    PreviewPage.objects.bulk_create(
        PreviewPage(
            preview_id=preview.pk, number=number, key=picture.key, size=picture.size, content_type=picture.content_type
        )
        for number, picture in enumerate(pictures, start=1)
    )
    rows.update(state=Preview.State.READY, pages=pages)


def fail_preview(*, preview: Preview, reason: str) -> None:
    """Say why a file cannot be shown."""
    waiting = Preview.objects.filter(pk=preview.pk, state=Preview.State.PENDING)
    waiting.update(state=Preview.State.FAILED, reason=reason)
