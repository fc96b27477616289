"""«Предоставление прав доступа»: the person opens the scopes to the client, or refuses."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from esia_standin.codes import Asked, issue_code, judge, turn_away
from esia_standin.pages import browser_of, form_of, go, person_of, show, typed
from esia_standin.refusals import Refused
from esia_standin.standin import log, standin_of


async def consent(request: Request) -> Response:
    """GET and POST /consent"""
    standin = standin_of(request)
    form = await form_of(request) if request.method == "POST" else None
    asked_id = typed(form, "request") if form else request.query_params.get("request", "")
    payload = standin.store.permits.asked(asked_id)
    if payload is None:
        raise HTTPException(404, "Запрос входа не найден или устарел. Начните вход заново на сайте системы.")
    access_request = msgspec.json.decode(payload, type=Asked)
    client = standin.store.clients.find(access_request.mnemonic)
    person = person_of(request)
    if client is None or person is None:
        return go(request, "/login?" + urlencode({"request": asked_id}))
    try:
        judge(client, access_request, person)
        if form and typed(form, "decision") == "refuse":
            raise Refused("007004", "пользователь нажал «Отказать»")
    except Refused as refusal:
        return turn_away(client.mnemonic, access_request.redirect_uri, access_request.state, refusal)
    wanted = [*access_request.scopes, *access_request.org_scopes]
    if form:
        standin.store.permits.open(person.oid, client.mnemonic, wanted, standin.now)
        log.info("consent client=%s oid=%s: given", client.mnemonic, person.oid)
    elif access_request.permissions or not set(wanted) <= standin.store.permits.opened(person.oid, client.mnemonic):
        return show(
            request,
            "consent.html",
            asked_id=asked_id,
            asked=access_request,
            client=client,
            person=person,
            wanted=wanted,
        )
    return issue_code(standin, client, access_request, person, browser_of(request))
