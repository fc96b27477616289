"""Exchanging (te): a code, a refresh token or the client's own name for tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from esia_standin import tokens
from esia_standin.checks import Generation, Parameters, client_of, scope_of, signed_message, state_of, timestamp_of
from esia_standin.claims import permit_id, scope_with_oid, subject
from esia_standin.faults import strike
from esia_standin.persons import Person
from esia_standin.refusals import Refused
from esia_standin.standin import Standin, log, standin_of
from esia_standin.store.clients import Client
from esia_standin.store.permits import Permit

TOKEN_LIVES = timedelta(seconds=3600)
REFRESH_LIVES = timedelta(days=365)
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")


async def exchange_v1(request: Request) -> Response:
    """POST /aas/oauth2/te"""
    return await _exchange(request, "v1")


async def exchange_v3(request: Request) -> Response:
    """POST /aas/oauth2/v3/te"""
    return await _exchange(request, "v2")


async def _exchange(request: Request, generation: Generation) -> Response:
    standin = standin_of(request)
    sent = Parameters((await request.form()).multi_items())
    client = standin.store.clients.find(sent.first("client_id"))
    trouble = await strike(client.faults, "te") if client else None
    if trouble:
        return trouble
    try:
        answer = _tokens(standin, sent, generation)
    except Refused as refusal:
        log.warning("te client=%r: ESIA-%s, %s", sent.first("client_id"), refusal.code, refusal.cause)
        body = {"error": refusal.error, "error_description": refusal.description, "state": sent.first("state")}
        if client and client.faults.plain_text_errors:
            return PlainTextResponse(json.dumps(body, ensure_ascii=False), 400)
        return JSONResponse(body, 400)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _tokens(standin: Standin, sent: Parameters, generation: Generation) -> dict[str, Any]:
    client = client_of(standin, sent)
    if client.faults.te_error:
        raise Refused(client.faults.te_error, "включено в /faults")
    grant_type = sent.wanted("grant_type")
    if grant_type not in GRANT_TYPES:
        raise Refused("007012", f"grant_type {grant_type!r}")
    scope = scope_of(client, sent)
    timestamp = timestamp_of(standin, client, sent)
    state = state_of(sent)
    if sent.wanted("token_type") != "Bearer":
        raise Refused("007003", "token_type не Bearer")
    redirect_uri = sent.optional("redirect_uri")
    org_scope = sent.optional("scope_org")
    refresh_token = sent.wanted("refresh_token") if grant_type == "refresh_token" else ""
    code = sent.wanted("code") if grant_type == "authorization_code" else ""
    start = client.mnemonic + scope
    orders = {
        "authorization_code": [start + org_scope + timestamp + state + redirect_uri + code],
        "refresh_token": [
            start + org_scope + timestamp + state + redirect_uri,
            start + timestamp + state + refresh_token,
        ],
        "client_credentials": [start + timestamp + state + redirect_uri],
    }
    messages = orders[grant_type] if generation == "v2" else [scope + timestamp + client.mnemonic + state]
    order = signed_message(standin, client, sent, generation, messages)
    if grant_type == "client_credentials":
        permit = Permit(mnemonic=client.mnemonic, scope=scope)
    elif grant_type == "refresh_token":
        if generation == "v2":
            signed = ("redirect_uri", "refresh_token")[order]
            log.info("te client=%s: refresh signed over %s", client.mnemonic, signed)
        permit = _spend(standin, client, refresh_token, "refresh")
    else:
        permit = _spend(standin, client, code, "code")
        if permit.redirect_uri != redirect_uri:
            raise Refused("007011", "redirect_uri не тот, с которым запрошен код")
        _check_verifier(permit, sent.optional("code_verifier"))
    return _answer(standin, client, permit, state, with_id=grant_type == "authorization_code")


def _spend(standin: Standin, client: Client, token: str, kind: str) -> Permit:
    permit = standin.store.permits.find(permit_id(token), kind, standin.now)
    if permit and permit.mnemonic != client.mnemonic:
        raise Refused("007011", f"{kind} выдан другой системе")
    if permit is None or not standin.store.permits.spend(permit_id(token)):
        raise Refused("007011", f"{kind}: неизвестен, просрочен, отозван или уже использован")
    return permit


def _check_verifier(permit: Permit, verifier: str) -> None:
    if not permit.code_challenge:
        if verifier:
            raise Refused("007039", "code_verifier есть, а code_challenge не было")
        return
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not secrets.compare_digest(digest.encode(), permit.code_challenge.rstrip("=").encode()):
        raise Refused("007040", "code_verifier не подходит к code_challenge")


def _answer(standin: Standin, client: Client, permit: Permit, state: str, *, with_id: bool) -> dict[str, Any]:
    """The JSON with the tokens."""
    at = standin.client_clock(client)
    key = standin.signing_key(client.token_alg)
    times = {"nbf": int(at.timestamp()), "iat": int(at.timestamp()), "exp": int((at + TOKEN_LIVES).timestamp())}
    claims: dict[str, Any] = {
        "iss": standin.issuer,
        "urn:esia:sid": permit.sid or str(uuid4()),
        "client_id": client.mnemonic,
        "scope": scope_with_oid(permit),
        **times,
    }
    person = standin.store.people.find(permit.oid) if permit.oid else None
    if person:
        claims["urn:esia:sbj_id"] = client.faults.oid(person.oid)
    access_token = tokens.sign("access", client.faults.maim("access", claims), key)
    expires_at = (standin.clock() + TOKEN_LIVES).timestamp()
    standin.store.permits.keep(permit_id(access_token), "access", permit, expires_at=expires_at)
    lives = int(TOKEN_LIVES.total_seconds())
    answer: dict[str, Any] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": str(lives) if client.faults.expires_in_as_string else lives,
        "state": state,
    }
    if person and with_id and "openid" in permit.scope.split() and not client.faults.without_id_token:
        id_claims = _id_claims(standin, client, permit, person) | times
        answer["id_token"] = tokens.sign("id", client.faults.maim("id", id_claims), key)
    if permit.offline:
        refresh_token = answer["refresh_token"] = str(uuid4())
        expires_at = (standin.clock() + REFRESH_LIVES).timestamp()
        standin.store.permits.keep(permit_id(refresh_token), "refresh", permit, expires_at=expires_at)
    log.info("te client=%s oid=%s: tokens issued", client.mnemonic, permit.oid)
    return client.faults.maim("token", answer)


def _id_claims(standin: Standin, client: Client, permit: Permit, person: Person) -> dict[str, Any]:
    return {
        "iss": standin.issuer,
        "aud": client.mnemonic,
        "sub": client.faults.oid(person.oid),
        "auth_time": int(permit.logged_in_at),
        "amr": "PWD",
        "urn:esia:amd": "PWD",
        "urn:esia:sid": permit.sid,
        "urn:esia:sbj": subject(client, person),
    }
