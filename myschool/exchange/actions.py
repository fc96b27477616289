"""Calendar links are made, renewed and revoked."""

import secrets
from datetime import datetime

from django.db import transaction

from myschool.exchange import access, facts, rules
from myschool.exchange.models import CalendarFeed
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.people.actions import must_be_confirmed_for_others


@transaction.atomic
def make_feed(*, secret: str = "", by: Actor, at: datetime) -> str:
    """A new link for the person, in place of any before it; answers its token, which is shown this once.

    The same secret makes the same link: a form that is sent again takes no link away.

    Raises:
        Unconfirmed: the link would show others too, and nobody has checked whose account it is.
    """
    must_be_confirmed_for_others(by=by, at=at)
    token = secret or secrets.token_urlsafe(32)
    living = CalendarFeed.objects.filter(person=by.person_id, revoked_at__isnull=True)
    if living.filter(token_hash=rules.hash_of(token)).exists():
        return token
    living.update(revoked_at=at)
    feed = CalendarFeed.objects.create(person_id=by.person_id, token_hash=rules.hash_of(token), made_at=at)
    chronicle.write(facts.FeedMade(feed_id=feed.pk, **by.stamp(at)))
    return token


@transaction.atomic
def renew_feed(*, by: Actor, at: datetime) -> None:
    """Let the person's link lead on for another year from now; without one nothing happens.

    Raises:
        Unconfirmed: as for a new link.
    """
    must_be_confirmed_for_others(by=by, at=at)
    feed = access.own_feeds(by, at).select_for_update(of=("self",)).first()
    if feed:
        CalendarFeed.objects.filter(pk=feed.pk).update(renewed_at=at)
        chronicle.write(facts.FeedRenewed(feed_id=feed.pk, **by.stamp(at)))


@transaction.atomic
def revoke_feed(*, by: Actor, at: datetime) -> None:
    """Let the person's link lead nowhere; without one nothing happens."""
    feed = CalendarFeed.objects.select_for_update().filter(person=by.person_id, revoked_at__isnull=True).first()
    if feed:
        CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=at)
        chronicle.write(facts.FeedRevoked(feed_id=feed.pk, **by.stamp(at)))
