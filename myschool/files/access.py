"""Whose uploads are whose."""

from django.db.models import QuerySet

from myschool.files.models import Upload
from myschool.kernel.actors import Actor


def own_uploads(actor: Actor) -> QuerySet[Upload]:
    """Uploads the actor has begun."""
    return Upload.objects.filter(person=actor.person_id)
