"""Doors of calendar links: the person's own page, and the link that programs read."""

from datetime import timedelta
from hashlib import blake2b

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from myschool.exchange import access, actions, queries, rules
from myschool.kernel import clock, pages, throttle
from myschool.kernel.actors import ActorRequest, VisitorRequest
from myschool.kernel.resends import secret_of
from myschool.people.doors import for_visitors

COOKIE = "calendar-link"
READS_AN_HOUR = 60
ONE_HOUR = timedelta(hours=1)


@require_safe
def calendar_feed(request: ActorRequest) -> HttpResponse:
    """One's calendar link; its address too for who has just made it here."""
    at = clock.now()
    token = rules.opened(request.COOKIES.get(COOKIE, ""), key=_key(request), at=at)
    return pages.show(request, "exchange/feed.html", queries.feed_page(request.actor, token, at))


@require_POST
def make_feed(request: ActorRequest) -> HttpResponse:
    """A new link; the page shows it for some minutes, in this browser and login alone."""
    at = clock.now()
    token = actions.make_feed(secret=secret_of(request), by=request.actor, at=at)
    response = pages.back(request, "calendar-feed", said="Ссылка создана.")
    response.set_cookie(
        COOKIE,
        rules.sealed(token, key=_key(request), at=at),
        max_age=rules.SHOWN_FOR,
        path=reverse("calendar-feed"),
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
    return response


@require_POST
def renew_feed(request: ActorRequest) -> HttpResponse:
    """Let the link lead on for another year."""
    at = clock.now()
    actions.renew_feed(by=request.actor, at=at)
    return pages.back(request, "calendar-feed", said=queries.until_words(request.actor, at))


@require_POST
def revoke_feed(request: ActorRequest) -> HttpResponse:
    """Let the link lead nowhere."""
    actions.revoke_feed(by=request.actor, at=clock.now())
    return pages.back(request, "calendar-feed", said="Ссылка отозвана: она больше никуда не ведёт.")


def _key(request: ActorRequest) -> str:
    """Whose browser and which login a new link is shown to."""
    return f"{settings.SECRET_KEY} {COOKIE} {request.actor.session_id}"


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
