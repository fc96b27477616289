"""What the home page and the copy of one's data are made of."""

from dataclasses import dataclass
from datetime import datetime

from myschool.chat.queries import copy as chat
from myschool.enrolment import queries as enrolment
from myschool.folders import queries as folders
from myschool.involvement import queries as involvement
from myschool.journal.queries import copy as journal
from myschool.kernel import clock
from myschool.kernel.actors import Actor
from myschool.library.queries import pages as library
from myschool.notices import queries as notices
from myschool.people import queries as people
from myschool.people.models import Person
from myschool.timetable import queries as timetable


@dataclass(frozen=True)
class Welcome:
    """The page before the login."""

    title: str


def home(actor: Actor, at: datetime) -> enrolment.CabinetPage | None:
    """The cabinet, or None for somebody who has yet to choose a profile."""
    if not people.is_registered(actor, at):
        return None
    return enrolment.cabinet(actor, clock.latest_day(at))


def export(person: Person) -> dict[str, object]:
    """Everything the platform keeps of a person, in Russian words."""
    parts = (people, enrolment, timetable, journal, library, folders, chat, involvement, notices)
    return {title: rows for part in parts for title, rows in part.export_of(person).items()}
