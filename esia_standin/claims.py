"""What the tokens of all kinds have in common."""

from __future__ import annotations

import hashlib
from typing import Any

from esia_standin.persons import Person
from esia_standin.store.clients import Client
from esia_standin.store.permits import Permit


def subject(client: Client, person: Person) -> dict[str, Any]:
    """Who the person is to the client: oid and level, never a name."""
    claims: dict[str, Any] = {
        "urn:esia:sbj:lvl": person.level,
        "urn:esia:sbj:typ": "P",
        "urn:esia:sbj:oid": client.faults.oid(person.oid),
        "urn:esia:sbj:nam": f"OID.{person.oid}",
    }
    return claims | {"urn:esia:sbj:is_tru": True} if person.is_trusted else claims


def scope_with_oid(permit: Permit) -> str:
    """The scopes, each with the oid it is opened for."""
    if permit.oid is None:
        return permit.scope
    listed = permit.scope.split()
    return " ".join(each if each == "openid" or "?" in each else f"{each}?oid={permit.oid}" for each in listed)


def permit_id(token: str) -> str:
    """Under what id the store keeps what a token stands for: the token itself is not kept."""
    return hashlib.sha256(token.encode()).hexdigest()
