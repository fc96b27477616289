"""What clients have asked, what people have opened to them and what was issued upon it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from esia_standin.store.file import File

ASKED_LIVES = timedelta(hours=12).total_seconds()


class Permit(msgspec.Struct, frozen=True):
    """What a code, an access token or a refresh token stands for; a system's own token has no oid."""

    mnemonic: str
    scope: str
    oid: str | None = None
    sid: str = ""
    methods: tuple[str, ...] = ()
    logged_in_at: float = 0
    redirect_uri: str = ""
    code_challenge: str = ""
    offline: bool = False


class Permits:
    """Requests, consents and permits."""

    def __init__(self, file: File) -> None:
        self._file = file

    def keep_asked(self, body: bytes, at: float) -> str:
        """Keep a checked request for a code until the person has decided; says under which id."""
        self._file.write("DELETE FROM asked WHERE asked_at < ?", at - ASKED_LIVES)
        asked_id = secrets.token_urlsafe(16)
        self._file.write("INSERT INTO asked VALUES (?, ?, ?)", asked_id, body, at)
        return asked_id

    def asked(self, asked_id: str) -> bytes | None:
        """The request kept under the id."""
        row = self._file.one("SELECT body FROM asked WHERE id = ?", asked_id)
        return bytes(row["body"]) if row else None

    def opened(self, oid: str, mnemonic: str) -> set[str]:
        """The scopes the person has opened to the client."""
        rows = self._file.all("SELECT scope FROM consent WHERE oid = ? AND mnemonic = ?", oid, mnemonic)
        return {row["scope"] for row in rows}

    def open(self, oid: str, mnemonic: str, scopes: Sequence[str], at: float) -> None:
        """Open the scopes to the client."""
        self._file.write_many(
            "INSERT OR IGNORE INTO consent VALUES (?, ?, ?, ?)", [(oid, mnemonic, scope, at) for scope in scopes]
        )

    def consents_of(self, oid: str) -> dict[str, tuple[float, list[str]]]:
        """By client: when the person first consented and to what."""
        consents: dict[str, tuple[float, list[str]]] = {}
        for row in self._file.all("SELECT * FROM consent WHERE oid = ? ORDER BY given_at, scope", oid):
            consents.setdefault(row["mnemonic"], (row["given_at"], []))[1].append(row["scope"])
        return consents

    def withdraw(self, oid: str, mnemonic: str) -> None:
        """Close everything to the client: its refresh tokens die, its access tokens open nothing."""
        with self._file.transaction():
            self._file.write("DELETE FROM consent WHERE oid = ? AND mnemonic = ?", oid, mnemonic)
            self._file.write(
                "UPDATE permit SET used = 1 WHERE oid = ? AND mnemonic = ? AND kind <> 'access'", oid, mnemonic
            )

    def keep(self, permit_id: str, kind: str, permit: Permit, *, expires_at: float) -> None:
        """Remember what was issued under the id."""
        self._file.write(
            "INSERT OR REPLACE INTO permit (id, kind, oid, mnemonic, body, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            permit_id,
            kind,
            permit.oid,
            permit.mnemonic,
            msgspec.json.encode(permit),
            expires_at,
        )

    def find(self, permit_id: str, kind: str, at: float) -> Permit | None:
        """What was issued under the id, unless it is spent or its time is over."""
        row = self._file.one(
            "SELECT body FROM permit WHERE id = ? AND kind = ? AND used = 0 AND expires_at > ?", permit_id, kind, at
        )
        return msgspec.json.decode(row["body"], type=Permit) if row else None

    def spend(self, permit_id: str) -> bool:
        """Use it up; says whether it was whole until now."""
        return self._file.write("UPDATE permit SET used = 1 WHERE id = ? AND used = 0", permit_id) == 1
