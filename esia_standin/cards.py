"""What becomes of a child's card: its check, and whether an account can be made from it."""

from __future__ import annotations

from datetime import date

from esia_standin.identifiers import snils_check
from esia_standin.personas import years_before
from esia_standin.persons import CardState, KidCard, Person
from esia_standin.standin import Standin, log


def obstacle(card: KidCard, today: date) -> str:
    """Why a child's account cannot be made from the card; empty when it can."""
    if card.is_foreign:
        return "Детская запись создаётся только по российскому свидетельству о рождении."
    if card.birth_date and card.birth_date <= years_before(today, 14):
        return "С 14 лет ребёнок регистрируется сам, по своему паспорту."
    return ""


def finish_checks(standin: Standin, parent: Person) -> None:
    """Bring to an end every check of the parent's cards whose time has come.

    A child who has an account already is tied to the parent then.
    """
    for kid in standin.store.kids.of(parent.oid):
        due_at = (kid.submitted_at or 0) + standin.check_takes.total_seconds()
        if kid.state == CardState.CHECKING and standin.now >= due_at:
            owner = standin.store.people.by_snils(kid.card.snils)
            stranger = owner is not None and owner.birth_date != kid.card.birth_date
            state = CardState.REFUSED if stranger else CardState.CHECKED
            standin.store.kids.move(kid, state, snils=kid.card.snils or _found_snils(kid.id))
            if owner and not stranger:
                standin.store.kids.link(kid, owner.oid)
            log.info("family card=%d: %s", kid.id, state)


def _found_snils(card_id: int) -> str:
    """What the automatic search finds for a card without СНИЛС: an invented number, one for each card."""
    number = f"{900_300_000 + card_id:09d}"
    return f"{number[:3]}-{number[3:6]}-{number[6:]} {snils_check(number)}"
