"""Who watches over the platform's own machinery."""

from django.db.models import QuerySet

from myschool.enrolment.access import authority_to_act_for
from myschool.kernel.actors import Actor, Role
from myschool.kernel.models import SetAside

__all__ = ["authority_to_act_for"]


def asides_to_watch(actor: Actor) -> QuerySet[SetAside]:
    """Entries that followers failed on; they belong to no region, and hold nobody's data."""
    if actor.role != Role.OPERATOR:
        return SetAside.objects.none()
    return SetAside.objects.filter(followed_at__isnull=True)
