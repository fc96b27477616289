"""ЕСИА behind a Protocol: the real one over HTTP and a scripted one for tests."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

import httpx

from . import answers, reading, signing, tokens
from .answers import Contact, EsiaFamilyCard, EsiaOrganisation, EsiaPerson, Grant, Level
from .failures import Cause, EsiaRefused
from .settings import EsiaSettings
from .transport import Transport

_AUTHORISATION_PATH = {"v1": "/aas/oauth2/ac", "v2": "/aas/oauth2/v2/ac"}
_TOKEN_PATH = {"v1": "/aas/oauth2/te", "v2": "/aas/oauth2/v3/te"}
_LATER_THAN_V1 = frozenset(
    {"client_certificate_hash", "scope_org", "code_challenge", "code_challenge_method", "code_verifier"}
)
_UNKNOWN = {"v1": _LATER_THAN_V1, "v2": frozenset[str]()}
_MOST_ELEMENTS = 100


class Esia(Protocol):
    """Gosuslugi (ЕСИА) as the house needs it.

    Every method that asks ЕСИА raises `EsiaRefused`, whose code has a text in `failures`.
    The `scopes` and the `verifier` of an exchange are those of its authorisation.
    """

    def authorisation_url(self, *, state: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> str:
        """Where to send the browser to sign in and to let us read what the scopes name."""

    def exchange(self, *, code: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> Grant:
        """The grant for the code that the browser brought back."""

    def refresh(self, *, refresh_token: str, scopes: tuple[str, ...], at: datetime) -> Grant:
        """A new grant without the person's presence, where offline access was asked for."""

    def person(self, grant: Grant) -> EsiaPerson:
        """The person's particulars."""

    def contacts(self, grant: Grant) -> tuple[Contact, ...]:
        """The person's addresses and numbers."""

    def children(self, grant: Grant) -> tuple[EsiaFamilyCard, ...]:
        """The cards in the person's «Семья и дети»."""

    def organisations(self, grant: Grant) -> tuple[EsiaOrganisation, ...]:
        """The organisations where the person is an employee."""

    def logout_url(self, *, redirect_url: str) -> str:
        """Where to send the browser, once our own session is ended, to sign out of ЕСИА too."""


class HttpEsia:
    """ЕСИА itself, or its stand-in, by configuration alone. One object serves all threads.

    Raises:
        SigningUnavailable: the certificate or the key cannot be used.
    """

    def __init__(self, settings: EsiaSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._signer = signing.signer(settings)
        self._keys = tokens.TrustedKeys(settings.trusted_keys)
        self._transport = Transport(settings, by=transport)

    def authorisation_url(self, *, state: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> str:
        own = self._settings
        fields = {
            **self._fields(state, scopes, at),
            "response_type": "code",
            "access_type": "offline" if own.offline else "online",
            "code_challenge": signing.base64url(sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        query = self._signed(fields, signing.AUTHORISATION[own.generation])
        return f"{own.host}{_AUTHORISATION_PATH[own.generation]}?{urlencode(query, quote_via=quote)}"

    def exchange(self, *, code: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> Grant:
        fields = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return self._grant(fields, signing.CODE[self._settings.generation], scopes, at)

    def refresh(self, *, refresh_token: str, scopes: tuple[str, ...], at: datetime) -> Grant:
        own = self._settings
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._grant(fields, signing.REFRESH[own.generation, own.refresh_signs], scopes, at)

    def person(self, grant: Grant) -> EsiaPerson:
        return answers.person(grant.oid, self._read(grant, _path(grant)))

    def contacts(self, grant: Grant) -> tuple[Contact, ...]:
        return answers.contacts(self._collection(grant, "ctts"))

    def children(self, grant: Grant) -> tuple[EsiaFamilyCard, ...]:
        return tuple(
            answers.young_person(card, self._elements(grant, card.get("documents")))
            for card in self._collection(grant, "kids")
        )

    def organisations(self, grant: Grant) -> tuple[EsiaOrganisation, ...]:
        return answers.organisations(self._collection(grant, "roles"))

    def logout_url(self, *, redirect_url: str) -> str:
        query = {"client_id": self._settings.mnemonic, "redirect_url": redirect_url}
        return f"{self._settings.host}/idp/ext/Logout?{urlencode(query, quote_via=quote)}"

    def _fields(self, state: str, scopes: tuple[str, ...], at: datetime) -> dict[str, str]:
        return {
            "client_id": self._settings.mnemonic,
            "client_certificate_hash": self._signer.certificate_hash,
            "scope": " ".join(dict.fromkeys(scopes)),
            "scope_org": "",
            "timestamp": signing.timestamp(at),
            "state": state,
            "redirect_uri": self._settings.redirect_uri,
        }

    def _signed(self, fields: dict[str, str], signed: tuple[str, ...]) -> dict[str, str]:
        secret = signing.client_secret(self._settings, self._signer, fields, signed)
        unknown = _UNKNOWN[self._settings.generation]
        params = {name: value for name, value in fields.items() if name not in unknown}
        return {**params, "client_secret": secret}

    def _grant(self, fields: dict[str, str], signed: tuple[str, ...], scopes: tuple[str, ...], at: datetime) -> Grant:
        sent = {**self._fields(str(uuid4()), scopes, at), **fields, "token_type": "Bearer"}
        answer = self._transport.post(_TOKEN_PATH[self._settings.generation], self._signed(sent, signed))
        if answer.get("state") != sent["state"]:
            raise EsiaRefused(Cause.ANSWER_MISMATCH)
        access_token, id_token = answer.get("access_token"), answer.get("id_token")
        access = self._claims(access_token, "access", at)
        identity = self._claims(id_token, "id", at) if id_token else {}
        grant = answers.grant(str(access_token), access, identity)
        return replace(grant, refresh_token=reading.text(answer.get("refresh_token"), limit=10_000))

    def _claims(self, token: object, kind: tokens.Kind, at: datetime) -> Mapping[str, object]:
        own = self._settings
        return tokens.verified(token, kind, keys=self._keys, issuer=own.issuer, mnemonic=own.mnemonic, at=at)

    def _read(self, grant: Grant, path: str) -> Mapping[str, object]:
        return self._transport.get(path, grant.access_token)

    def _collection(self, grant: Grant, name: str) -> Iterator[Mapping[str, object]]:
        return self._elements(grant, self._read(grant, f"{_path(grant)}/{name}?embed=(elements)"))

    def _elements(self, grant: Grant, collection: object) -> Iterator[Mapping[str, object]]:
        """The elements of a collection, whether they came inline or as links."""
        elements = reading.mapping(collection).get("elements")
        for element in islice(elements if isinstance(elements, list) else [], _MOST_ELEMENTS):
            if isinstance(element, str):
                yield self._read(grant, _path_of_link(element))
            else:
                yield reading.mapping(element)


def _path(grant: Grant) -> str:
    return f"/rs/prns/{quote(grant.oid, safe='')}"


def _path_of_link(link: str) -> str:
    # Only the path of a link is followed, on the configured host: a token is shown to nobody else.
    try:
        address = urlsplit(link)
    except ValueError:
        raise EsiaRefused(Cause.BAD_ANSWER) from None
    if not address.path.startswith("/rs/"):
        raise EsiaRefused(Cause.BAD_ANSWER)
    return f"{address.path}?{address.query}" if address.query else address.path


@dataclass(frozen=True, kw_only=True)
class _Scripted:
    person: EsiaPerson
    level: Level | None
    trusted: bool
    contacts: tuple[Contact, ...]
    children: tuple[EsiaFamilyCard, ...]
    organisations: tuple[EsiaOrganisation, ...]


class FakeEsia:
    """ЕСИА for tests: scripted persons, codes good once, and only what the granted scopes name."""

    host = "https://esia.example"

    def __init__(self) -> None:
        self._scripted: dict[str, _Scripted] = {}
        self._codes: dict[str, str] = {}
        self._refusal: str | None = None

    def add(
        self,
        person: EsiaPerson,
        *,
        level: Level | None = Level.CONFIRMED,
        trusted: bool = True,
        contacts: tuple[Contact, ...] = (),
        children: tuple[EsiaFamilyCard, ...] = (),
        organisations: tuple[EsiaOrganisation, ...] = (),
    ) -> None:
        """Script a person, or script the person anew."""
        self._scripted[person.oid] = _Scripted(
            person=person,
            level=level,
            trusted=trusted,
            contacts=contacts,
            children=children,
            organisations=organisations,
        )

    def sign_in(self, oid: str) -> str:
        """The person has signed in: the code that the browser brings back."""
        code = secrets.token_urlsafe(16)
        self._codes[code] = oid
        return code

    def refuse_next(self, code: str) -> None:
        """The next exchange is refused with the code."""
        self._refusal = code

    def authorisation_url(self, *, state: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> str:
        query = {"state": state, "scope": " ".join(scopes), "timestamp": signing.timestamp(at)}
        return f"{self.host}/aas/oauth2/v2/ac?{urlencode(query, quote_via=quote)}"

    def exchange(self, *, code: str, scopes: tuple[str, ...], at: datetime, verifier: str) -> Grant:
        refusal, self._refusal = self._refusal, None
        oid = self._codes.pop(code, None)
        if refusal or oid is None:
            raise EsiaRefused(refusal or "007011")
        return self._grant(oid, scopes, at)

    def refresh(self, *, refresh_token: str, scopes: tuple[str, ...], at: datetime) -> Grant:
        if refresh_token not in self._scripted:
            raise EsiaRefused("007011")
        return self._grant(refresh_token, scopes, at)

    def person(self, grant: Grant) -> EsiaPerson:
        return self._scripted[grant.oid].person

    def contacts(self, grant: Grant) -> tuple[Contact, ...]:
        _require(grant, "contacts", "email", "mobile")
        return self._scripted[grant.oid].contacts

    def children(self, grant: Grant) -> tuple[EsiaFamilyCard, ...]:
        _require(grant, "kid_fullname")
        return self._scripted[grant.oid].children

    def organisations(self, grant: Grant) -> tuple[EsiaOrganisation, ...]:
        _require(grant, "usr_org")
        return self._scripted[grant.oid].organisations

    def logout_url(self, *, redirect_url: str) -> str:
        return f"{self.host}/idp/ext/Logout?{urlencode({'redirect_url': redirect_url}, quote_via=quote)}"

    def _grant(self, oid: str, scopes: tuple[str, ...], at: datetime) -> Grant:
        scripted = self._scripted[oid]
        return Grant(
            access_token=secrets.token_urlsafe(16),
            oid=oid,
            level=scripted.level,
            trusted=scripted.trusted,
            session=str(uuid4()),
            scopes=scopes,
            methods=("PWD",),
            authenticated_at=at,
            expires_at=at + timedelta(hours=1),
            refresh_token=oid,
        )


def _require(grant: Grant, *scopes: str) -> None:
    if not set(scopes) & set(grant.scopes):
        raise EsiaRefused(Cause.NOT_GRANTED)
