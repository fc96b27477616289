"""Doors of those who watch over the platform's own machinery."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.config import access, actions, queries
from myschool.enrolment.access import authority_to_act_for
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest


@require_safe
def followers(request: ActorRequest) -> HttpResponse:
    """How far each follower is behind, and what was set aside."""
    get_object_or_404(authority_to_act_for(request.actor))
    return pages.show(request, "config/followers.html", queries.followers_page(request.actor, clock.now()))


@require_POST
def follow_again(request: ActorRequest, aside_id: int) -> HttpResponse:
    """Try again what was set aside."""
    aside = get_object_or_404(access.asides_to_watch(request.actor), pk=aside_id)
    actions.try_again(aside=aside, by=request.actor, at=clock.now())
    return redirect("followers")
