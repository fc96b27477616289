"""Invented people before any database: who they are, and how the stand-in of Gosuslugi is told of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from myschool.config.demo import numbers
from myschool.config.demo.registry import SCHOOLS, SchoolPlan
from myschool.enrolment.models import EnrolmentRequest
from myschool.kernel.actors import Role
from myschool.people.esia.answers import Level
from myschool.people.models import Gender, Guardianship
from myschool.schools.rules.identifiers import shown_snils

PASSWORD = "Пароль1"  # noqa: S105 - of invented people, told to everybody
FIRST_OID = 1_000_600_000
FIRST_ORGANISATION_OID = 1_000_690_000


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """An invented person. With a `level` they have a Gosuslugi account; `came` tells whether they have used it here.

    `login` is an e-mail, or a bare word for a child's account; `administers` is what Gosuslugi says of their work;
    `note` puts them on the stand-in's front page.
    """

    number: int
    last_name: str
    first_name: str
    patronymic: str
    gender: Gender
    birth_date: date
    level: Level | None = None
    came: bool = True
    login: str = ""
    children: tuple["Citizen", ...] = ()
    administers: SchoolPlan | None = None
    note: str = ""

    @property
    def oid(self) -> str:
        """The account's number at Gosuslugi."""
        return str(FIRST_OID + self.number)

    @property
    def snils(self) -> str:
        """Eleven digits, no two people's the same."""
        return numbers.snils(numbers.FIRST_DEMO_SNILS + self.number)

    @property
    def is_trusted(self) -> bool:
        """Whether the account is a confirmed one."""
        return self.level == Level.CONFIRMED

    @property
    def shown_login(self) -> str:
        """What to type at Gosuslugi."""
        return self.login or f"person{self.number}@example.com"


@dataclass(frozen=True, kw_only=True)
class Employee:
    """Somebody on a school's staff."""

    citizen: Citizen
    role: Role


@dataclass(frozen=True, kw_only=True)
class Family:
    """A student on a school's list with their guardians.

    `asks` is how far the first guardian's own request has come; without it the school has linked them by its papers.
    """

    level: int
    letter: str
    student: Citizen
    guardians: tuple[tuple[Guardianship.Relation, Citizen], ...] = ()
    asks: EnrolmentRequest.State | None = None


def born_for(level: int, start: date, ahead: int = 100) -> date:
    """The birth date of a student of this level in the year that begins at `start`, so many days into the range."""
    return date(start.year - level - 7, 9, 1) + timedelta(days=ahead)


def organisation_oid(plan: SchoolPlan) -> str:
    """The organisation's number at Gosuslugi."""
    return str(FIRST_ORGANISATION_OID + SCHOOLS.index(plan))


def standin_record(citizen: Citizen) -> dict[str, object]:
    """The person in the form of the stand-in's `import-persons`."""
    has_mail = "@" in citizen.shown_login
    return {
        "oid": citizen.oid,
        "level": citizen.level,
        **_named(citizen),
        "login": "" if has_mail else citizen.login,
        "password": PASSWORD,
        "contacts": [{"kind": "EML", "value": citizen.shown_login}] if has_mail else [],
        "kids": [student.oid if student.level else _card(student) for student in citizen.children],
        "organisations": [_post(citizen.administers)] if citizen.administers else [],
        "note": citizen.note,
    }


def _named(citizen: Citizen) -> dict[str, object]:
    return {
        "last_name": citizen.last_name,
        "first_name": citizen.first_name,
        "patronymic": citizen.patronymic,
        "birth_date": citizen.birth_date.isoformat(),
        "gender": citizen.gender,
        "snils": shown_snils(citizen.snils),
    }


def _card(student: Citizen) -> dict[str, object]:
    certificate = {"kind": "RF_BRTH_CERT", "series": "IV-АИ", "number": f"{900_000 + student.number}"}
    return {**_named(student), "certificate": certificate}


def _post(plan: SchoolPlan) -> dict[str, object]:
    return {
        "oid": organisation_oid(plan),
        "ogrn": plan.ogrn,
        "inn": plan.inn,
        "full_name": plan.full_name,
        "short_name": plan.short_name,
        "chief": False,
        "admin": True,
    }
