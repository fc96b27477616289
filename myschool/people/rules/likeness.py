"""How alike two records of people are. Ranks only: whether they are one person, a person decides."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from myschool.people.rules.names import name_part_key


class Likeness(StrEnum):
    """How one field of two records compares. ABSENT: one of them has none, so nothing is known."""

    SAME = "same"
    NEAR = "near"
    DIFFERS = "differs"
    ABSENT = "absent"


class Rank(IntEnum):
    """How strongly two records seem to be one person."""

    UNLIKE = 0
    SIMILAR = 1
    SAME_NAME_AND_BIRTH_DATE = 2
    SAME_SNILS = 3


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a person is recognised by; `snils` in its stored form, empty when unknown."""

    last_name: str
    first_name: str
    patronymic: str = ""
    birth_date: date | None = None
    snils: str = ""


@dataclass(frozen=True, kw_only=True)
class Closeness:
    """Two records compared field by field, and the rank that follows."""

    last_name: Likeness
    first_name: Likeness
    patronymic: Likeness
    birth_date: Likeness
    snils: Likeness

    @property
    def rank(self) -> Rank:
        """The strongest ground there is. SIMILAR: all is the same but for one slip or one unknown."""
        if self.snils is Likeness.SAME:
            return Rank.SAME_SNILS
        fields = (self.last_name, self.first_name, self.patronymic, self.birth_date)
        odd = [field for field in fields if field is not Likeness.SAME]
        if not odd:
            return Rank.SAME_NAME_AND_BIRTH_DATE
        return Rank.SIMILAR if len(odd) == 1 and odd[0] is not Likeness.DIFFERS else Rank.UNLIKE


def closeness(a: Identity, b: Identity) -> Closeness:
    """Compare two records; the order does not matter."""
    return Closeness(
        last_name=_name_likeness(a.last_name, b.last_name),
        first_name=_name_likeness(a.first_name, b.first_name),
        patronymic=_name_likeness(a.patronymic, b.patronymic),
        birth_date=_birth_date_likeness(a.birth_date, b.birth_date),
        snils=_snils_likeness(a.snils, b.snils),
    )


def _name_likeness(a: str, b: str) -> Likeness:
    a, b = name_part_key(a), name_part_key(b)
    if a == b:  # two people without a patronymic have the same one: none
        return Likeness.SAME
    if not a or not b:
        return Likeness.ABSENT
    return Likeness.NEAR if _one_slip_apart(a, b) else Likeness.DIFFERS


def _one_slip_apart(a: str, b: str) -> bool:
    """One letter lost, added or changed, or two neighbours swapped."""
    shorter = min(len(a), len(b))
    start = next((place for place in range(shorter) if a[place] != b[place]), shorter)
    a, b = a[start:], b[start:]
    swapped = b[1::-1] + b[2:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or a == swapped


def _birth_date_likeness(a: date | None, b: date | None) -> Likeness:
    if a is None or b is None:
        return Likeness.ABSENT
    if a == b:
        return Likeness.SAME
    day_and_month_swapped = (a.year, a.month, a.day) == (b.year, b.day, b.month)
    other_digits = sum(x != y for x, y in zip(f"{a.year:04}", f"{b.year:04}", strict=True))
    one_digit_off = (a.month, a.day) == (b.month, b.day) and other_digits == 1
    return Likeness.NEAR if day_and_month_swapped or one_digit_off else Likeness.DIFFERS


def _snils_likeness(a: str, b: str) -> Likeness:
    if not a or not b:
        return Likeness.ABSENT
    return Likeness.SAME if a == b else Likeness.DIFFERS
