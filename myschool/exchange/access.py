"""Whose calendar a link shows."""

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from myschool.enrolment.access import placements_on
from myschool.exchange import rules
from myschool.exchange.models import CalendarFeed
from myschool.kernel import clock
from myschool.kernel.actors import Actor
from myschool.people.access import guardianships_on, posts_on


def living_feeds(at: datetime) -> QuerySet[CalendarFeed]:
    """Links that lead somewhere: not revoked, not run out, and not given out before all other logins were ended."""
    return CalendarFeed.objects.alias(lasts_since=Coalesce("renewed_at", "made_at")).filter(
        Q(person__others_ended_at__isnull=True) | Q(made_at__gt=F("person__others_ended_at")),
        revoked_at__isnull=True,
        lasts_since__gt=at - rules.LASTS,
    )


def feeds_to_read(at: datetime) -> QuerySet[CalendarFeed]:
    """Those whose person still studies, represents a student or works somewhere: else there is nothing they may see."""
    day = clock.latest_day(at)
    return living_feeds(at).filter(
        Q(person__in=guardianships_on(day).values("guardian"))
        | Q(person__in=posts_on(day).values("person"))
        | Q(person__in=placements_on(day).values("student"))
    )


def ended_feeds(actor: Actor, at: datetime) -> QuerySet[CalendarFeed]:
    """The person's own link that leads nowhere any more although nobody has revoked it."""
    own = CalendarFeed.objects.filter(person=actor.person_id, revoked_at__isnull=True)
    return own.exclude(pk__in=living_feeds(at).values("pk"))


def own_feeds(actor: Actor, at: datetime) -> QuerySet[CalendarFeed]:
    """The person's own link."""
    return living_feeds(at).filter(person=actor.person_id)
