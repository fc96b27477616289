"""What the home page and the copy of one's data are made of."""

from dataclasses import dataclass
from datetime import datetime

from myschool.enrolment.queries import cabinet
from myschool.kernel import clock, subjects
from myschool.kernel.actors import Actor
from myschool.people import queries as people
from myschool.people.access import rows_of
from myschool.people.models import Person


@dataclass(frozen=True)
class Welcome:
    """The page before the login."""

    title: str


def home(actor: Actor, at: datetime) -> cabinet.CabinetPage | None:
    """The cabinet, or None for somebody who has yet to choose a profile."""
    if not people.is_registered(actor, at):
        return None
    return cabinet.cabinet(actor, clock.latest_day(at))


def export(person: Person) -> dict[str, object]:
    """Everything the platform keeps of a person, in Russian words."""
    others = [row.pk for row in rows_of(person) if row.pk != person.pk]
    return subjects.copy([person.pk, *others])
