"""Who watches over the platform's own machinery."""

from django.db.models import QuerySet

from myschool.kernel.actors import Actor, Role
from myschool.kernel.models import SetAside


def asides_to_watch(actor: Actor) -> QuerySet[SetAside]:
    """Entries that followers failed on; they belong to no region, and hold nobody's data."""
    if actor.role != Role.OPERATOR:
        return SetAside.objects.none()
    return SetAside.objects.filter(followed_at__isnull=True)
