"""What ЕСИА tells about a person, in our words. All but the oid may be missing; nothing prints itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from . import reading
from .failures import Cause, EsiaRefused

Gender = Literal["M", "F"]
# As long as a name part may be here (people.rules); what is longer is no name.
LONGEST_NAME = 100


class Level(StrEnum):
    """How far the account is confirmed (уровень учётной записи)."""

    UNDER_14 = "KD"
    UNCONFIRMED = "P"
    CONFIRMED = "PR"


@dataclass(frozen=True, kw_only=True, repr=False)
class Grant:
    """A person's leave to read what the scopes name, good until `expires_at`.

    `level` is unknown when ЕСИА sent no identity token; `trusted` is then false.
    `refresh_token` comes only when the settings ask for offline access.
    """

    access_token: str
    oid: str
    level: Level | None
    trusted: bool
    session: str | None
    scopes: tuple[str, ...]
    methods: tuple[str, ...]
    authenticated_at: datetime | None
    expires_at: datetime | None
    refresh_token: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class EsiaPerson:
    """A person (физическое лицо) as ЕСИА knows him; `snils` and `inn` are bare digits."""

    oid: str
    last_name: str | None = None
    first_name: str | None = None
    patronymic: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    snils: str | None = None
    inn: str | None = None
    trusted: bool | None = None
    status: str | None = None
    citizenship: str | None = None


class ContactKind(StrEnum):
    """Ways to reach a person."""

    EMAIL = "EML"
    MOBILE = "MBT"
    HOME_PHONE = "PHN"
    WORK_EMAIL = "CEM"
    WORK_PHONE = "CPH"


@dataclass(frozen=True, kw_only=True, repr=False)
class Contact:
    """An address or a number; an unverified one may belong to a stranger."""

    kind: ContactKind
    value: str
    verified: bool


@dataclass(frozen=True, kw_only=True, repr=False)
class BirthCertificate:
    """A birth certificate (свидетельство о рождении), as it is written in ЕСИА."""

    series: str | None
    number: str | None
    issued_on: date | None
    issued_by: str | None
    foreign: bool


@dataclass(frozen=True, kw_only=True, repr=False)
class EsiaFamilyCard:
    """A card in «Семья и дети»; it has an oid only when the child has an account."""

    oid: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    patronymic: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    snils: str | None = None
    birth_certificate: BirthCertificate | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class EsiaOrganisation:
    """An organisation where the person is an employee; `chief` heads it, `admin` manages its account."""

    oid: str | None
    full_name: str | None
    short_name: str | None
    ogrn: str | None
    chief: bool
    admin: bool


def grant(access_token: str, access: Mapping[str, object], identity: Mapping[str, object]) -> Grant:
    """The grant told by the verified claims of the access token and, if it came, of the identity token.

    Raises:
        EsiaRefused: the tokens name no person or two different ones.
    """
    subject = reading.mapping(identity.get("urn:esia:sbj"))
    named = (access.get("urn:esia:sbj_id"), identity.get("sub"), subject.get("urn:esia:sbj:oid"))
    oids = {oid for oid in map(reading.text, named) if oid}
    if len(oids) != 1:
        raise EsiaRefused(Cause.TOKEN_INVALID)
    level = reading.text(subject.get("urn:esia:sbj:lvl"))
    return Grant(
        access_token=access_token,
        oid=oids.pop(),
        level=Level(level) if level in set(Level) else None,
        trusted=reading.truth(subject.get("urn:esia:sbj:is_tru")) or False,
        session=reading.text(access.get("urn:esia:sid") or identity.get("urn:esia:sid")),
        scopes=_scopes(access.get("scope")),
        methods=reading.words(identity.get("amr") or identity.get("urn:esia:amd")),
        authenticated_at=reading.moment(identity.get("auth_time")),
        expires_at=reading.moment(access.get("exp")),
    )


def person(oid: str, answer: Mapping[str, object]) -> EsiaPerson:
    """The person of an answer about the oid."""
    return EsiaPerson(
        oid=oid,
        last_name=reading.text(answer.get("lastName"), limit=LONGEST_NAME),
        first_name=reading.text(answer.get("firstName"), limit=LONGEST_NAME),
        patronymic=reading.text(answer.get("middleName"), limit=LONGEST_NAME),
        birth_date=reading.day(answer.get("birthDate")),
        gender=_gender(answer.get("gender")),
        snils=reading.digits(answer.get("snils"), 11),
        inn=reading.digits(answer.get("inn"), 12),
        trusted=reading.truth(answer.get("trusted")),
        status=reading.text(answer.get("status")),
        citizenship=reading.text(answer.get("citizenship")),
    )


def contacts(elements: Iterable[Mapping[str, object]]) -> tuple[Contact, ...]:
    """The contacts of known kinds that are not empty."""
    return tuple(
        Contact(kind=ContactKind(kind), value=value, verified=element.get("vrfStu") == "VERIFIED")
        for element in elements
        if (kind := reading.text(element.get("type"))) in set(ContactKind)
        and (value := reading.text(element.get("value")))
    )


def young_person(answer: Mapping[str, object], documents: Iterable[Mapping[str, object]]) -> EsiaFamilyCard:
    """A child's card and the first birth certificate among the child's documents."""
    return EsiaFamilyCard(
        oid=reading.text(answer.get("oid")),
        last_name=reading.text(answer.get("lastName"), limit=LONGEST_NAME),
        first_name=reading.text(answer.get("firstName"), limit=LONGEST_NAME),
        patronymic=reading.text(answer.get("middleName"), limit=LONGEST_NAME),
        birth_date=reading.day(answer.get("birthDate")),
        gender=_gender(answer.get("gender")),
        snils=reading.digits(answer.get("snils"), 11),
        birth_certificate=next(_birth_certificates(documents), None),
    )


def organisations(elements: Iterable[Mapping[str, object]]) -> tuple[EsiaOrganisation, ...]:
    """The organisations of the person's roles."""
    return tuple(
        EsiaOrganisation(
            oid=reading.text(element.get("oid")),
            full_name=reading.text(element.get("fullName"), limit=1000),
            short_name=reading.text(element.get("shortName"), limit=1000),
            ogrn=reading.digits(element.get("ogrn"), 13, 15),
            chief=reading.truth(element.get("chief")) or False,
            admin=reading.truth(element.get("admin")) or False,
        )
        for element in elements
    )


_FOREIGN = {"RF_BRTH_CERT": False, "BRTH_CERT": False, "OLD_BRTH_CERT": False, "FID_BRTH_CERT": True}


def _birth_certificates(documents: Iterable[Mapping[str, object]]) -> Iterator[BirthCertificate]:
    for document in documents:
        kind = reading.text(document.get("type"))
        if kind in _FOREIGN:
            yield BirthCertificate(
                series=reading.text(document.get("series")),
                number=reading.text(document.get("number")),
                issued_on=reading.day(document.get("issueDate")),
                issued_by=reading.text(document.get("issuedBy"), limit=1000),
                foreign=_FOREIGN[kind],
            )


def _gender(value: object) -> Gender | None:
    return "M" if value == "M" else "F" if value == "F" else None


def _scopes(value: object) -> tuple[str, ...]:
    """Names of scopes; in a token most are written with the person: `fullname?oid=1000`."""
    return tuple(dict.fromkeys(word.partition("?")[0] for word in reading.words(value)))
