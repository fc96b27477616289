"""Whose uploads are whose, and what belongs to a file one may read."""

from django.db.models import QuerySet

from myschool.files.models import PreviewPage, StoredFile, Upload
from myschool.kernel.actors import Actor


def own_uploads(actor: Actor) -> QuerySet[Upload]:
    """Uploads the actor has begun."""
    return Upload.objects.filter(person=actor.person_id)


def pages_of(file: StoredFile) -> QuerySet[PreviewPage]:
    """Pictures of a file's pages, for whoever may read the file itself."""
    return PreviewPage.objects.filter(preview__key=file.key)
