"""People as the stand-in knows them: the same shape in the import file, in the store and in the code."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Level(StrEnum):
    """How well an account is confirmed: a child's (KD), simplified or standard (P), confirmed (PR)."""

    KID = "KD"
    PLAIN = "P"
    CONFIRMED = "PR"


class CardState(StrEnum):
    """How far a card of a child (карточка ребёнка) has come."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to reach the person: EML, MBT, PHN, CEM or CPH."""

    kind: Literal["EML", "MBT", "PHN", "CEM", "CPH"]
    value: str
    verified: bool = True


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A document: passport, birth certificate and others, by ЕСИА's codes of kinds."""

    kind: Literal[
        "RF_PASSPORT",
        "RF_DRIVING_LICENSE",
        "FID_DOC",
        "RF_BRTH_CERT",
        "BRTH_CERT",
        "FID_BRTH_CERT",
        "MDCL_PLCY",
        "FRGN_PASS",
    ]
    number: str
    series: str = ""
    issued_on: date | None = None
    issued_by: str = ""
    issue_code: str = ""
    verified: bool = True


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the person is registered (PRG) or lives (PLV)."""

    kind: Literal["PRG", "PLV"]
    text: str
    zip_code: str = ""
    fias_code: str = ""


class Post(Struct, frozen=True, forbid_unknown_fields=True):
    """The person's place in an organisation."""

    oid: str
    ogrn: str
    inn: str
    full_name: str
    short_name: str
    chief: bool = False
    admin: bool = False


class KidCard(Struct, frozen=True, forbid_unknown_fields=True):
    """What a parent writes about a child in «Семья и дети»."""

    last_name: str
    first_name: str
    patronymic: str = ""
    birth_date: date | None = None
    gender: Literal["M", "F", ""] = ""
    certificate: Document | None = None
    snils: str = ""
    inn: str = ""
    state: CardState = CardState.CHECKED

    @property
    def full_name(self) -> str:
        """Surname, name and patronymic in one line."""
        return " ".join(filter(None, [self.last_name, self.first_name, self.patronymic]))

    @property
    def is_foreign(self) -> bool:
        """Whether the birth certificate was issued abroad."""
        return self.certificate is not None and self.certificate.kind == "FID_BRTH_CERT"


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """An account of ЕСИА and its invented owner. An empty string means the account does not have it."""

    oid: str
    level: Level
    last_name: str
    first_name: str
    password: str
    patronymic: str = ""
    trusted: bool | None = None
    birth_date: date | None = None
    birth_place: str = ""
    gender: Literal["M", "F", ""] = ""
    citizenship: str = "RUS"
    snils: str = ""
    inn: str = ""
    login: str = ""
    contacts: list[Contact] = []
    addresses: list[Address] = []
    documents: list[Document] = []
    otp: bool = False
    kids: list[str | KidCard] = []
    organisations: list[Post] = []
    status: Literal["REGISTERED", "DELETED"] = "REGISTERED"
    note: str = ""

    @property
    def is_trusted(self) -> bool:
        """Whether the person's identity is confirmed; follows the level unless said otherwise."""
        return self.level == Level.CONFIRMED if self.trusted is None else self.trusted

    @property
    def full_name(self) -> str:
        """Surname, name and patronymic in one line."""
        return " ".join(filter(None, [self.last_name, self.first_name, self.patronymic]))

    @property
    def logins(self) -> set[str]:
        """Everything the person may log in with, in the form that `readings` gives."""
        phones = {"phone:" + _digits(each.value)[-10:] for each in self.contacts if each.kind == "MBT"}
        mails = {"name:" + _folded(each.value) for each in self.contacts if each.kind == "EML"}
        snils = {"snils:" + _digits(self.snils)} if self.snils else set()
        login = {"name:" + _folded(self.login)} if self.login else set()
        return phones | mails | snils | login


def readings(typed: str) -> set[str]:
    """What a typed login may mean: eleven bare digits may be a phone as well as a СНИЛС."""
    if re.search(r"[^\d\s()+.\-–—]", typed):
        return {"name:" + _folded(typed)}
    digits = _digits(typed)
    meant = set()
    if len(digits) == 10 or (len(digits) == 11 and digits[0] in "78"):
        meant.add("phone:" + digits[-10:])
    if len(digits) == 11:
        meant.add("snils:" + digits)
    return meant


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def same_text(one: str, other: str) -> bool:
    """Whether two passwords are the same letters, whichever way the keyboard composed them."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
