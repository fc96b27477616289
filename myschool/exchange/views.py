"""Doors of calendar links: the person's own page, and the link that programs read."""

from datetime import timedelta
from hashlib import blake2b

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.exchange import access, actions, queries, rules
from myschool.kernel import clock, pages, throttle
from myschool.kernel.actors import ActorRequest, VisitorRequest
from myschool.people.doors import for_visitors

READS_AN_HOUR = 60
ONE_HOUR = timedelta(hours=1)


@require_safe
def calendar_feed(request: ActorRequest) -> HttpResponse:
    """One's calendar link."""
    feed = access.own_feeds(request.actor, clock.now()).first()
    return pages.show(request, "exchange/feed.html", queries.feed_page(feed))


@require_POST
def make_feed(request: ActorRequest) -> HttpResponse:
    """A new link; it is shown this once."""
    at = clock.now()
    token = actions.make_feed(by=request.actor, at=at)
    address = f"{settings.SITE_URL}/calendar/feed/{token}.ics"
    feed = access.own_feeds(request.actor, at).first()
    return pages.show(request, "exchange/feed.html", queries.feed_page(feed, address))


@require_POST
def renew_feed(request: ActorRequest) -> HttpResponse:
    """Let the link lead on for another year."""
    actions.renew_feed(by=request.actor, at=clock.now())
    return redirect("calendar-feed")


@require_POST
def revoke_feed(request: ActorRequest) -> HttpResponse:
    """Let the link lead nowhere."""
    actions.revoke_feed(by=request.actor, at=clock.now())
    return redirect("calendar-feed")


@for_visitors
@require_safe
def read_feed(request: VisitorRequest, token: str) -> HttpResponse:
    """The calendar behind a link."""
    at = clock.now()
    feed = get_object_or_404(access.feeds_to_read(at), token_hash=rules.hash_of(token))
    throttle.count(f"feed:{feed.pk}", at=at, limit=READS_AN_HOUR, per=ONE_HOUR)
    calendar = queries.calendar_of(feed.person_id, at)
    tag = f'"{blake2b(calendar, digest_size=8).hexdigest()}"'
    return pages.document(request, tag, lambda: calendar, "text/calendar; charset=utf-8")
