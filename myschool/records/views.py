"""Pages of a supplier who connects programs to the store."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest, Role
from myschool.kernel.resends import secret_of
from myschool.records import access, actions, forms, queries

ADDRESS = f"{settings.SITE_URL}/xapi/"


def keys(request: ActorRequest) -> HttpResponse:
    """A supplier's keys; a new one, whose secret is shown this once."""
    pages.found((request.actor.role == Role.PUBLISHER and request.actor.organisation_id) or None)

    def accept(given: dict[str, Any]) -> HttpResponse:
        credential = actions.make_key(title=given["title"], secret=secret_of(request), by=request.actor, at=clock.now())
        page = queries.keys_page(request.actor, ADDRESS, credential.key.name, credential.secret)
        return pages.show(request, "records/keys.html", page)

    form = forms.NewKey(request.POST or None)
    return pages.form_page(
        request, form, "records/keys.html", lambda: queries.keys_page(request.actor, ADDRESS), accept
    )


@require_POST
def end_key(request: ActorRequest, key_id: int) -> HttpResponse:
    """Let a key open nothing any more."""
    key = get_object_or_404(access.own_keys(request.actor), pk=key_id)
    actions.end_key(key=key, by=request.actor, at=clock.now())
    return redirect("record-keys")
