"""Whose uploads are whose, and what belongs to a file one may read."""

from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from myschool.files.models import PreviewPage, StoredFile, Upload
from myschool.kernel.actors import Actor


def own_uploads(actor: Actor) -> QuerySet[Upload]:
    """Uploads the actor has begun."""
    return Upload.objects.filter(person=actor.person_id)


def bytes_on_their_way() -> int:
    """How many bytes everybody has announced and not yet sent in full."""
    return Upload.objects.filter(key="").aggregate(total=Sum("length"))["total"] or 0


def tokens_among(tokens: Iterable[str]) -> set[str]:
    """Those that belong to an upload."""
    return set(Upload.objects.filter(token__in=tokens).values_list("token", flat=True))


def pages_of(file: StoredFile) -> QuerySet[PreviewPage]:
    """Pictures of a file's pages, for whoever may read the file itself."""
    return PreviewPage.objects.filter(preview__key=file.key)
