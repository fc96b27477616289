"""Whose calendar a link shows."""

from django.db.models import QuerySet

from myschool.exchange.models import CalendarFeed
from myschool.kernel.actors import Actor


def living_feeds() -> QuerySet[CalendarFeed]:
    """Links that lead somewhere."""
    return CalendarFeed.objects.filter(revoked_at__isnull=True)


def own_feeds(actor: Actor) -> QuerySet[CalendarFeed]:
    """The person's own link."""
    return living_feeds().filter(person=actor.person_id)
