"""Faults a developer may switch on for one client: what the real ЕСИА does on a bad day."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from msgspec import Struct, field
from starlette.responses import HTMLResponse, Response

Place = Literal["te", "rs"]


class Faults(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything is off by default.

    `ac_error` and `te_error` are codes of the catalogue. `places` says where slowness, 502 and HTML strike:
    the token endpoint, the REST endpoints or both. `drop`, `null` and `empty` name fields: `document.field`,
    for example `id.urn:esia:sbj` or `person.snils`; the documents are code, access, id (the tokens), token
    (the answer that carries them), person, contacts, documents, addresses, kids, roles, org, collection.
    """

    ac_error: str = ""
    te_error: str = ""
    clock_skew_seconds: int = 0
    places: list[Place] = field(default_factory=lambda: ["te", "rs"])
    slow_seconds: float = 0
    bad_gateway: bool = False
    html: bool = False
    plain_text_errors: bool = False
    expires_in_as_string: bool = False
    oid_as_string: bool = False
    without_id_token: bool = False
    collections_as_links: bool = False
    drop: list[str] = []
    null: list[str] = []
    empty: list[str] = []

    def maim(self, document: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The document with the named fields dropped, null or empty."""
        left = {name: value for name, value in fields.items() if f"{document}.{name}" not in self.drop}
        left |= {name: None for name in left if f"{document}.{name}" in self.null}
        left |= {name: "" for name in left if f"{document}.{name}" in self.empty}
        return left

    def oid(self, oid: str) -> int | str:
        """An oid as a number, as ЕСИА usually writes it, or as a string."""
        return oid if self.oid_as_string else int(oid)


async def strike(faults: Faults, place: Place) -> Response | None:
    """Let the bad day begin: be slow, and answer with a 502 or with HTML where JSON is awaited."""
    if place not in faults.places:
        return None
    if faults.slow_seconds:
        await asyncio.sleep(faults.slow_seconds)
    if faults.bad_gateway:
        return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
    if faults.html:
        return HTMLResponse("<html><body><h1>Сервис временно недоступен</h1></body></html>")
    return None
