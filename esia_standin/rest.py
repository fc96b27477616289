"""The REST part (/rs): a person and what belongs to the person, as far as the granted scopes reach."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from esia_standin import scopes, tokens
from esia_standin.cards import finish_checks
from esia_standin.claims import permit_id
from esia_standin.faults import strike
from esia_standin.persons import CardState, Document, Person
from esia_standin.standin import Standin, standin_of
from esia_standin.store.clients import Client
from esia_standin.store.kids import Kid

UPDATED_ON = 1_750_000_000


class Denied(Exception):
    """The answer is a status and a word."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(status, word)
        self.status = status
        self.word = word


@dataclass(frozen=True, kw_only=True)
class Granted:
    """Who asks about whom and what has been opened."""

    standin: Standin
    client: Client
    person: Person
    scopes: frozenset[str]
    root: str

    def address(self, *steps: str | int) -> str:
        """The absolute address of something of the person."""
        return "/".join([f"{self.root}rs/prns/{self.person.oid}", *map(str, steps)])


Fields = dict[str, Any]
# The number of an element and its fields.
Elements = list[tuple[str, Fields]]


def _contacts(granted: Granted) -> Elements:
    kinds = set().union(*(scopes.CONTACTS[each] for each in granted.scopes & scopes.CONTACTS.keys()))
    return [
        (
            str(number),
            {
                "stateFacts": ["Identifiable"],
                "id": number,
                "type": each.kind,
                "vrfStu": "VERIFIED" if each.verified else "NOT_VERIFIED",
                "value": each.value,
            },
        )
        for number, each in enumerate(granted.person.contacts, 1)
        if each.kind in kinds
    ]


def _documents(granted: Granted) -> Elements:
    kinds = set().union(*(scopes.DOCUMENTS[each] for each in granted.scopes & scopes.DOCUMENTS.keys()))
    return [
        (str(number), _document(number, each))
        for number, each in enumerate(granted.person.documents, 1)
        if each.kind in kinds
    ]


def _document(number: int, document: Document, *, verified: bool = True) -> Fields:
    return _filled(
        {
            "stateFacts": ["EntityRoot"],
            "id": number,
            "type": document.kind,
            "vrfStu": "VERIFIED" if document.verified and verified else "NOT_VERIFIED",
            "series": document.series,
            "number": document.number,
            "issueDate": _day(document.issued_on),
            "issueId": document.issue_code,
            "issuedBy": document.issued_by,
        }
    )


def _addresses(granted: Granted) -> Elements:
    return [
        (
            str(number),
            _filled(
                {
                    "stateFacts": ["Identifiable"],
                    "id": number,
                    "type": each.kind,
                    "addressStr": each.text,
                    "zipCode": each.zip_code,
                    "fiasCode": each.fias_code,
                    "countryId": "RUS",
                }
            ),
        )
        for number, each in enumerate(granted.person.addresses, 1)
    ]


def _kids(granted: Granted) -> Elements:
    finish_checks(granted.standin, granted.person)
    return [(str(kid.id), _kid(granted, kid)) for kid in granted.standin.store.kids.of(granted.person.oid)]


def _kid(granted: Granted, kid: Kid) -> Fields:
    card, open_to = kid.card, granted.scopes
    checked = kid.state == CardState.CHECKED
    fields: Fields = {"stateFacts": ["EntityRoot"], "id": kid.id, "trusted": checked}
    if kid.account:
        fields["oid"] = granted.client.faults.oid(kid.account.oid)
    if "kid_fullname" in open_to:
        fields |= {"firstName": card.first_name, "lastName": card.last_name, "middleName": card.patronymic}
    if "kid_birthdate" in open_to:
        fields["birthDate"] = _day(card.birth_date)
    fields |= {
        name: value
        for name, value in (("gender", card.gender), ("snils", card.snils), ("inn", card.inn))
        if f"kid_{name}" in open_to
    }
    if "kid_birth_cert_doc" in open_to and card.certificate:
        certificate = _document(1, card.certificate, verified=checked)
        fields["documents"] = {"stateFacts": ["hasSize"], "size": 1, "elements": [certificate]}
    return _filled(fields)


def _roles(granted: Granted) -> Elements:
    return [
        (
            each.oid,
            {
                "stateFacts": ["Identifiable"],
                "oid": granted.client.faults.oid(each.oid),
                "prnOid": granted.client.faults.oid(granted.person.oid),
                "fullName": each.full_name,
                "shortName": each.short_name,
                "ogrn": each.ogrn,
                "type": "LEGAL",
                "chief": each.chief,
                "admin": each.admin,
                "active": True,
            },
        )
        for each in granted.person.organisations
    ]


def _organisations(granted: Granted) -> Elements:
    return [
        (
            each.oid,
            {
                "stateFacts": ["EntityRoot"],
                "oid": granted.client.faults.oid(each.oid),
                "fullName": each.full_name,
                "shortName": each.short_name,
                "type": "LEGAL",
                "ogrn": each.ogrn,
                "inn": each.inn,
            },
        )
        for each in granted.person.organisations
    ]


def _vehicles(granted: Granted) -> Elements:
    return []


@dataclass(frozen=True)
class Collection:
    """One collection of a person: its name in `embed`, its name for faults, what opens it, what it holds."""

    embed: str
    fault_name: str
    opened_by: frozenset[str]
    elements: Callable[[Granted], Elements]


COLLECTIONS = {
    "ctts": Collection("contacts", "contacts", frozenset(scopes.CONTACTS), _contacts),
    "docs": Collection("documents", "documents", frozenset(scopes.DOCUMENTS), _documents),
    "addrs": Collection("addresses", "addresses", frozenset({"addresses"}), _addresses),
    "kids": Collection("kids", "kids", frozenset(each for each in scopes.TITLES if each[:4] == "kid_"), _kids),
    "roles": Collection("roles", "roles", frozenset({"usr_org"}), _roles),
    "orgs": Collection("organizations", "org", frozenset({"usr_org"}), _organisations),
    "vhls": Collection("vehicles", "vehicles", frozenset({"vehicles"}), _vehicles),
}


def _person(granted: Granted, embedded: set[str]) -> Fields:
    person, open_to = granted.person, granted.scopes
    fields: Fields = {
        "stateFacts": ["EntityRoot"],
        "trusted": person.is_trusted,
        "status": person.status,
        "verifying": False,
        "updatedOn": UPDATED_ON,
        "containsUpCfmCode": False,
    }
    if "fullname" in open_to:
        fields |= {"firstName": person.first_name, "lastName": person.last_name, "middleName": person.patronymic}
    by_scope = {
        "birthdate": ("birthDate", _day(person.birth_date)),
        "birthplace": ("birthPlace", person.birth_place),
        "gender": ("gender", person.gender),
        "snils": ("snils", person.snils),
        "inn": ("inn", person.inn),
        "citizenship": ("citizenship", person.citizenship),
    }
    fields |= {name: value for scope, (name, value) in by_scope.items() if scope in open_to}
    passports = [number for number, each in enumerate(person.documents, 1) if each.kind == "RF_PASSPORT"]
    if "id_doc" in open_to and passports:
        fields |= {"rIdDoc": passports[0], "citizenship": person.citizenship}
    for name, collection in COLLECTIONS.items():
        if collection.embed in embedded and collection.opened_by & open_to:
            inline = f"{collection.embed}.elements" in embedded
            fields[collection.embed] = _collected(granted, name, inline=inline)
    return _with_etag(granted.client.faults.maim("person", _filled(fields)))


def _collected(granted: Granted, name: str, *, inline: bool) -> Fields:
    collection, faults = COLLECTIONS[name], granted.client.faults
    elements = collection.elements(granted)
    shown: list[Fields | str]
    if inline and not faults.collections_as_links:
        shown = [_with_etag(faults.maim(collection.fault_name, fields)) for _, fields in elements]
    else:
        shown = [_link(granted, name, number) for number, _ in elements]
    fields = {"stateFacts": ["hasSize"], "size": len(shown), "elements": shown}
    return _with_etag(faults.maim("collection", fields))


def _link(granted: Granted, name: str, number: str) -> str:
    return f"{granted.root}rs/orgs/{number}" if name == "orgs" else granted.address(name, number)


# Endpoints


async def person(request: Request, granted: Granted) -> Fields:
    """GET /rs/prns/{oid}"""
    return _person(granted, _embedded(request))


async def collection(request: Request, granted: Granted) -> Fields:
    """GET /rs/prns/{oid}/{name}"""
    name = _opened_name(request, granted)
    return _collected(granted, name, inline="elements" in _embedded(request))


async def element(request: Request, granted: Granted) -> Fields:
    """GET /rs/prns/{oid}/{name}/{number}"""
    return _element(granted, _opened_name(request, granted), request.path_params["number"])


async def organisation(request: Request, granted: Granted) -> Fields:
    """GET /rs/orgs/{oid}"""
    if "usr_org" not in granted.scopes:
        raise Denied(403, "no grant")
    return _element(granted, "orgs", request.path_params["org_oid"])


def _element(granted: Granted, name: str, number: str) -> Fields:
    collection = COLLECTIONS[name]
    fields = dict(collection.elements(granted)).get(number)
    if fields is None:
        raise Denied(404, "not found")
    return _with_etag(granted.client.faults.maim(collection.fault_name, fields))


def _opened_name(request: Request, granted: Granted) -> str:
    name: str = request.path_params["name"]
    if name not in COLLECTIONS:
        raise Denied(404, "not found")
    if not COLLECTIONS[name].opened_by & granted.scopes:
        raise Denied(403, "no grant")
    return name


def _embedded(request: Request) -> set[str]:
    """What `embed=(a.elements,b)` names, and every step on the way there."""
    wanted = re.sub(r"[()\s]", "", request.query_params.get("embed", "")).split(",")
    return {".".join(path.split(".")[:depth]) for path in wanted for depth in (1, 2)} - {""}


def _granted(request: Request) -> Granted:
    standin = standin_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise Denied(401, "Unauthorized")
        tokens.check(token.strip(), "access", standin.store.keys.live(standin.now))
    except tokens.Untrusted as untrusted:
        raise Denied(401, "Unauthorized") from untrusted
    permit = standin.store.permits.find(permit_id(token.strip()), "access", standin.now)
    client = standin.store.clients.find(permit.mnemonic) if permit else None
    person = standin.store.people.find(permit.oid) if permit and permit.oid else None
    if permit is None or client is None or person is None or person.status == "DELETED":
        raise Denied(401, "Unauthorized")
    granted = {scopes.bare(each) for each in permit.scope.split()}
    granted &= standin.store.permits.opened(person.oid, client.mnemonic)
    asked_oid = request.path_params.get("oid", person.oid)
    if not granted or asked_oid != person.oid:
        raise Denied(403, "no grant")
    return Granted(
        standin=standin,
        client=client,
        person=person,
        scopes=frozenset(scopes.opened(granted)),
        root=str(request.base_url),
    )


def _guarded(endpoint: Callable[[Request, Granted], Awaitable[Fields]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            granted = _granted(request)
            trouble = await strike(granted.client.faults, "rs")
            return trouble or JSONResponse(await endpoint(request, granted), headers={"Cache-Control": "no-store"})
        except Denied as denied:
            return JSONResponse({"code": str(denied.status), "message": denied.word}, denied.status)

    return answer


routes = [
    Route("/rs/prns/{oid}", _guarded(person)),
    Route("/rs/prns/{oid}/{name}", _guarded(collection)),
    Route("/rs/prns/{oid}/{name}/{number}", _guarded(element)),
    Route("/rs/orgs/{org_oid}", _guarded(organisation)),
]


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _filled(fields: Fields) -> Fields:
    """Without what the account does not have: ЕСИА leaves such fields out."""
    return {name: value for name, value in fields.items() if value != ""}


def _with_etag(fields: Fields) -> Fields:
    etag = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:40].upper()
    return {**fields, "eTag": etag}
