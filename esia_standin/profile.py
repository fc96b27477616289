"""The person's own page: what the account holds and who has been let in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from esia_standin.pages import form_of, go, person_of, show, typed
from esia_standin.standin import log, standin_of


async def profile(request: Request) -> Response:
    """GET /profile"""
    person = person_of(request)
    if person is None:
        return go(request, "/login")
    consents = standin_of(request).store.permits.consents_of(person.oid)
    return show(request, "profile.html", person=person, consents=consents)


async def withdraw(request: Request) -> Response:
    """POST /profile/withdraw"""
    form = await form_of(request)
    person = person_of(request)
    if person is None:
        return go(request, "/login")
    mnemonic = typed(form, "mnemonic")
    standin_of(request).store.permits.withdraw(person.oid, mnemonic)
    log.info("consent client=%r oid=%s: withdrawn", mnemonic, person.oid)
    return go(request, "/profile")
