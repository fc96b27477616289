"""Accounts: their owners, what they log in with and how often they have mistyped."""

from __future__ import annotations

import msgspec

from esia_standin.persons import Person, readings
from esia_standin.store.file import File

FIRST_FREE_OID = 1_000_500_001


class Conflict(ValueError):
    """What was brought contradicts what is already here."""


class People:
    """Whoever may log in."""

    def __init__(self, file: File) -> None:
        self._file = file

    def write(self, person: Person) -> None:
        """Add an account or replace it.

        Raises:
            Conflict: another account is logged in to with the same.
        """
        self._file.write(
            "INSERT INTO person (oid, body) VALUES (?, ?) ON CONFLICT (oid) DO UPDATE SET body = excluded.body",
            person.oid,
            msgspec.json.encode(person),
        )
        self._file.write("DELETE FROM login WHERE oid = ?", person.oid)
        for key in person.logins:
            owner = self._file.one("SELECT oid FROM login WHERE key = ?", key)
            if owner:
                both = f"{owner['oid']} и {person.oid}"
                raise Conflict(f"У записей {both} одинаковый телефон, почта, СНИЛС или логин.")
            self._file.write("INSERT INTO login VALUES (?, ?)", key, person.oid)

    def find(self, oid: str) -> Person | None:
        """The account with this oid, deleted or not."""
        row = self._file.one("SELECT body FROM person WHERE oid = ?", oid)
        return msgspec.json.decode(row["body"], type=Person) if row else None

    def noted(self) -> list[Person]:
        """Accounts with a note, by oid: those offered on the front page."""
        rows = self._file.all("SELECT body FROM person WHERE body ->> '$.note' <> '' ORDER BY oid")
        return [msgspec.json.decode(row["body"], type=Person) for row in rows]

    def by_login(self, typed: str) -> Person | None:
        """Whoever logs in with what was typed."""
        for key in readings(typed):
            row = self._file.one("SELECT oid FROM login WHERE key = ?", key)
            if row:
                return self.find(row["oid"])
        return None

    def by_snils(self, snils: str) -> Person | None:
        """The account with this СНИЛС."""
        return self.by_login(snils) if snils else None

    def new_oid(self) -> str:
        """An oid nobody has."""
        row = self._file.one("SELECT max(CAST(oid AS INTEGER)) + 1 AS next FROM person")
        return str(max(row["next"] or 0 if row else 0, FIRST_FREE_OID))

    def wrong_try(self, oid: str) -> int:
        """Count a wrong password and say how many there have been."""
        row = self._file.one("UPDATE person SET wrong_tries = wrong_tries + 1 WHERE oid = ? RETURNING wrong_tries", oid)
        return int(row["wrong_tries"]) if row else 0

    def lock(self, oid: str, *, until: float) -> None:
        """Close the account until the moment, or open it by giving a past one; the count starts anew."""
        self._file.write("UPDATE person SET wrong_tries = 0, locked_until = ? WHERE oid = ?", until, oid)

    def locked_until(self, oid: str) -> float:
        """When the lock-out of the account ends."""
        row = self._file.one("SELECT locked_until FROM person WHERE oid = ?", oid)
        return float(row["locked_until"]) if row else 0
