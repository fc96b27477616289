"""Asking for a code (ac): the request is checked, the person judged, the browser sent back with an answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from esia_standin import tokens
from esia_standin.checks import Generation, Parameters, client_of, scope_of, signed_message, state_of, timestamp_of
from esia_standin.claims import permit_id, scope_with_oid, subject
from esia_standin.pages import refused_page
from esia_standin.persons import Level, Person
from esia_standin.refusals import Refused
from esia_standin.signatures import BrokenSignature, decode
from esia_standin.standin import Standin, log, standin_of
from esia_standin.store.browsers import Browser
from esia_standin.store.clients import Client
from esia_standin.store.permits import Permit

CODE_LIVES = timedelta(seconds=240)


class Permission(Struct, frozen=True):
    """A consent of the digital profile that the client asks for along with the login."""

    sysname: str
    minutes: int


class Asked(Struct, frozen=True):
    """A checked request for a code."""

    mnemonic: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    org_scopes: tuple[str, ...] = ()
    offline: bool = False
    code_challenge: str = ""
    permissions: tuple[Permission, ...] = ()


async def authorise_v1(request: Request) -> Response:
    """GET /aas/oauth2/ac"""
    return _authorise(request, "v1")


async def authorise_v2(request: Request) -> Response:
    """GET /aas/oauth2/v2/ac"""
    return _authorise(request, "v2")


def _authorise(request: Request, generation: Generation) -> Response:
    standin = standin_of(request)
    params = Parameters(request.query_params.multi_items())
    try:
        client = client_of(standin, params)
        redirect_uri = _redirect_uri(client, params)
    except Refused as refusal:
        log.warning("ac client=%r: ESIA-%s, %s", params.first("client_id"), refusal.code, refusal.cause)
        return refused_page(request, refusal)
    try:
        if client.faults.ac_error:
            raise Refused(client.faults.ac_error, "включено в /faults")
        checked = _examine(standin, client, params, redirect_uri, generation)
    except Refused as refusal:
        return turn_away(client.mnemonic, redirect_uri, params.first("state"), refusal)
    asked_id = standin.store.permits.keep_asked(msgspec.json.encode(checked), standin.now)
    log.info("ac %s client=%s: asked for %s", generation, client.mnemonic, " ".join(checked.scopes))
    return RedirectResponse("/login?" + urlencode({"request": asked_id}), 302)


def turn_away(mnemonic: str, redirect_uri: str, state: str, refusal: Refused) -> Response:
    """Send the browser back to the client with a refusal."""
    log.warning("ac client=%s: ESIA-%s, %s", mnemonic, refusal.code, refusal.cause)
    answer = {"error": refusal.error, "error_description": refusal.description, "state": state}
    return RedirectResponse(_with_query(redirect_uri, answer), 302)


def _redirect_uri(client: Client, asked: Parameters) -> str:
    redirect_uri = asked.wanted("redirect_uri")
    if not client.may_return_to(redirect_uri):
        raise Refused("007023", "адреса нет среди зарегистрированных: " + ", ".join(client.redirects))
    return redirect_uri


def _examine(standin: Standin, client: Client, asked: Parameters, redirect_uri: str, generation: Generation) -> Asked:
    if asked.wanted("response_type") != "code":
        raise Refused("007009", "response_type не code")
    scope = scope_of(client, asked)
    timestamp = timestamp_of(standin, client, asked)
    state = state_of(asked)
    access_type = asked.wanted("access_type")
    if access_type not in ("online", "offline"):
        raise Refused("007003", "access_type не online и не offline")
    org_scope = asked.optional("scope_org")
    signed = {
        "v1": scope + timestamp + client.mnemonic + state,
        "v2": client.mnemonic + scope + org_scope + timestamp + state + redirect_uri,
    }
    signed_message(standin, client, asked, generation, [signed[generation]])
    return Asked(
        mnemonic=client.mnemonic,
        redirect_uri=redirect_uri,
        state=state,
        scopes=tuple(scope.split()),
        org_scopes=tuple(org_scope.split()),
        offline=access_type == "offline",
        code_challenge=_code_challenge(asked),
        permissions=_permissions(client, asked.optional("permissions")),
    )


def _code_challenge(asked: Parameters) -> str:
    challenge = asked.optional("code_challenge")
    if challenge and asked.optional("code_challenge_method") not in ("", "S256"):
        raise Refused("007038", "code_challenge_method не S256")
    return challenge


def _permissions(client: Client, sent: str) -> tuple[Permission, ...]:
    if not sent:
        return ()
    try:
        wanted = json.loads(decode(sent))
        return tuple(_permission(client, each) for each in wanted)
    except (BrokenSignature, ValueError, TypeError, AttributeError) as strange:
        raise Refused("007003", "permissions — не base64url от массива JSON") from strange


def _permission(client: Client, wanted: dict[str, Any]) -> Permission:
    if not wanted.get("sysname"):
        raise Refused("036700", "в permissions нет sysname")
    if any(each.get("sysname") not in client.scopes for each in wanted.get("scopes", [])):
        raise Refused("036703", "в permissions область доступа, которой нет у системы")
    if not wanted.get("actions"):
        raise Refused("036705", "в permissions нет actions")
    if not wanted.get("purposes"):
        raise Refused("036707", "в permissions нет purposes")
    minutes = wanted.get("expire")
    if not isinstance(minutes, int) or minutes <= 0:
        raise Refused("036716", "в permissions expire не положительное число минут")
    return Permission(str(wanted["sysname"]), minutes)


def judge(client: Client, asked: Asked, person: Person) -> None:
    """See whether this person may enter this client at all.

    Raises:
        Refused: 007055, the account is not confirmed enough; 007046, no second factor; 007194, no employee.
    """
    if client.level == Level.CONFIRMED and person.level != Level.CONFIRMED:
        raise Refused("007055", f"уровень записи {person.level}, система требует PR")
    if set(asked.scopes) & set(client.otp_scopes) and not person.otp:
        raise Refused("007046", "область доступа требует одноразового кода, у записи он выключен")
    if asked.org_scopes and not person.organisations:
        raise Refused("007194", "запрошены области доступа организации, пользователь не сотрудник")


def issue_code(standin: Standin, client: Client, asked: Asked, person: Person, browser: Browser) -> Response:
    """Send the browser back to the client with a code."""
    at = standin.client_clock(client)
    permit = Permit(
        mnemonic=client.mnemonic,
        scope=" ".join(asked.scopes),
        oid=person.oid,
        sid=browser.sid,
        methods=browser.methods,
        logged_in_at=browser.logged_in_at,
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        offline=asked.offline,
    )
    key = standin.signing_key(client.token_alg)
    claims = {
        "iss": standin.issuer,
        "urn:esia:client:state": asked.state,
        "auth_mthd": "PWD",
        "urn:esia:sbj": subject(client, person),
        "params": {},
        "client_id": client.mnemonic,
        "nbf": int(at.timestamp()),
        "iat": int(at.timestamp()),
        "exp": int((at + CODE_LIVES).timestamp()),
        "auth_time": int(permit.logged_in_at),
        "urn:esia:sid": permit.sid,
        "scope": scope_with_oid(permit),
    }
    if "OTP" in browser.methods:
        claims["acr"] = {"2fa": "otp"}
    code = tokens.sign("authorization_code", client.faults.maim("code", claims), key, **{"x5t#St256": key.thumbprint})
    expires_at = (standin.clock() + CODE_LIVES).timestamp()
    standin.store.permits.keep(permit_id(code), "code", permit, expires_at=expires_at)
    log.info("ac client=%s oid=%s: code issued", client.mnemonic, person.oid)
    return RedirectResponse(_with_query(asked.redirect_uri, {"code": code, "state": asked.state}), 302)


def _with_query(address: str, pairs: dict[str, str]) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(pairs)
