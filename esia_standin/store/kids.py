"""Cards of children in «Семья и дети» and the accounts they are tied to."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from esia_standin.persons import CardState, KidCard, Person
from esia_standin.store.file import File
from esia_standin.store.people import Conflict, People


@dataclass(frozen=True, kw_only=True)
class Kid:
    """A child in a parent's «Семья и дети»."""

    id: int
    card: KidCard
    state: CardState
    submitted_at: float | None
    account: Person | None


class Kids:
    """Whose children are whose."""

    def __init__(self, file: File, people: People) -> None:
        self._file = file
        self._people = people

    def add_card(self, parent_oid: str, card: KidCard) -> None:
        """Write a card, or write it anew: the same name and birth date are the same child."""
        ref = f"{card.full_name}|{card.birth_date}".casefold()
        self._file.write(
            "INSERT INTO kid_card (parent_oid, ref, body, state) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (parent_oid, ref) DO UPDATE SET body = excluded.body, state = excluded.state",
            parent_oid,
            ref,
            msgspec.json.encode(card),
            card.state,
        )

    def add_account(self, parent_oid: str, kid_oid: str) -> None:
        """Tie a child's account to the parent's.

        Raises:
            Conflict: there is no such account.
        """
        if self._people.find(kid_oid) is None:
            raise Conflict(f"У записи {parent_oid} указан ребёнок {kid_oid}, которого нет.")
        self._file.write(
            "INSERT INTO kid_card (parent_oid, child_oid, ref, state) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (parent_oid, ref) DO NOTHING",
            parent_oid,
            kid_oid,
            kid_oid,
            CardState.CHECKED,
        )

    def of(self, parent_oid: str) -> list[Kid]:
        """The children of a parent, in the order in which they were added."""
        rows = self._file.all("SELECT * FROM kid_card WHERE parent_oid = ? ORDER BY id", parent_oid)
        return [self._kid(row) for row in rows]

    def one(self, parent_oid: str, card_id: int) -> Kid | None:
        """One of the parent's children."""
        row = self._file.one("SELECT * FROM kid_card WHERE parent_oid = ? AND id = ?", parent_oid, card_id)
        return self._kid(row) if row else None

    def move(self, kid: Kid, state: CardState, *, submitted_at: float | None = None, snils: str = "") -> None:
        """Bring the card to another state, with the СНИЛС the check has found."""
        card = msgspec.structs.replace(kid.card, snils=snils or kid.card.snils)
        self._file.write(
            "UPDATE kid_card SET state = ?, submitted_at = ?, body = ? WHERE id = ?",
            state,
            submitted_at,
            msgspec.json.encode(card),
            kid.id,
        )

    def link(self, kid: Kid, kid_oid: str) -> None:
        """Tie the card to the child's account."""
        self._file.write("UPDATE kid_card SET child_oid = ? WHERE id = ?", kid_oid, kid.id)

    def _kid(self, row: sqlite3.Row) -> Kid:
        account = self._people.find(row["child_oid"]) if row["child_oid"] else None
        written = msgspec.json.decode(row["body"], type=KidCard) if row["body"] else None
        card = written or _card_of(account)
        return Kid(
            id=row["id"], card=card, state=CardState(row["state"]), submitted_at=row["submitted_at"], account=account
        )


def _card_of(account: Person | None) -> KidCard:
    if account is None:
        raise LookupError("a card with neither a body nor an account")
    return KidCard(
        last_name=account.last_name,
        first_name=account.first_name,
        patronymic=account.patronymic,
        birth_date=account.birth_date,
        gender=account.gender,
        snils=account.snils,
        inn=account.inn,
        certificate=next((each for each in account.documents if "BRTH_CERT" in each.kind), None),
    )
