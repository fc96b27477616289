"""Numbers of organisations, people and papers: ИНН, ОГРН, СНИЛС and their kin.

A number has one stored form: `normalised_…` makes it from what was typed, `valid_…` judges that form alone.
"""

import re
from enum import StrEnum

from stdnum.ru import inn

DIGITS = "0123456789"

# Numbers up to this one were given out before СНИЛС had check digits.
LAST_UNCHECKED_SNILS = 1_001_998

_INN = re.compile(r"(?!00)(?:[0-9]{10}|[0-9]{12})")
_OGRN = re.compile(r"[15][0-9]{12}")
_OGRNIP = re.compile(r"3[0-9]{14}")
_SNILS = re.compile(r"[0-9]{11}")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_OKPO = re.compile(r"[0-9]{8}|[0-9]{10}")
_OKTMO = re.compile(r"[0-9]{8}|[0-9]{11}")
_BIRTH_CERTIFICATE = re.compile(r"(?!-)C?(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})-[А-ЯЁ]{2} [0-9]{6}")

_SPACING = re.compile(r"[\s\xad\u200b-\u200f\u2060\ufeff\-‐‑‒–—―−]")
_TYPED_CERTIFICATE = re.compile(r"([^-]+?)-?([A-ZА-ЯЁ]{2})-?(?:№|N[O°º]?)?-?([0-9]{6})")
# Keyboards lack Roman digits: people type what looks like them.
_ROMAN = str.maketrans({"1": "I", "І": "I", "Ӏ": "I", "|": "I", "П": "II", "Ш": "III", "У": "V", "Х": "X", "С": "C"})
_SERIES = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")


class NumberFault(StrEnum):
    """Why a number cannot be right."""

    NOT_DIGITS = "В номере бывают только цифры."
    WRONG_LENGTH = "В номере не хватает цифр или есть лишние."
    MISPRINT = "В номере опечатка: он не проходит проверку контрольной цифры."


def normalised_number(text: str) -> str:
    """A number without spaces and dashes, letters capital: the stored form of all but certificates."""
    return _SPACING.sub("", text).upper()


def valid_inn(number: str) -> bool:
    """An organisation's (10 digits) or a person's (12 digits) tax number (ИНН)."""
    return _INN.fullmatch(number) is not None and inn.is_valid(number)


def valid_ogrn(number: str) -> bool:
    """An organisation's main registration number (ОГРН)."""
    return _OGRN.fullmatch(number) is not None and _last_digit_is_remainder(number, 11)


def valid_ogrnip(number: str) -> bool:
    """A sole trader's registration number (ОГРНИП)."""
    # python-stdnum forgets the second remainder and refuses true numbers, so both checks are ours.
    return _OGRNIP.fullmatch(number) is not None and _last_digit_is_remainder(number, 13)


def _last_digit_is_remainder(number: str, modulus: int) -> bool:
    return int(number[:-1]) % modulus % 10 == int(number[-1])


def valid_snils(number: str) -> bool:
    """A person's insurance number (СНИЛС), eleven digits; the oldest numbers have no checksum."""
    # Zeros fill an empty column: were they a number, strangers would become one person.
    if _SNILS.fullmatch(number) is None or int(number[:9]) == 0:
        return False
    if int(number[:9]) <= LAST_UNCHECKED_SNILS:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=False))
    return total % 101 % 100 == int(number[9:])


def shown_snils(number: str) -> str:
    """A stored СНИЛС as people write it: «112-233-445 95»."""
    return f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"


def valid_kpp(number: str) -> bool:
    """A code of the reason for registration (КПП): it tells branches of one ИНН apart."""
    return _KPP.fullmatch(number) is not None


def valid_okpo(number: str) -> bool:
    """A number in the statistical register (ОКПО)."""
    if _OKPO.fullmatch(number) is None:
        return False
    remainder = _okpo_remainder(number, first_weight=1)
    if remainder == 10:
        remainder = _okpo_remainder(number, first_weight=3) % 10
    return remainder == int(number[-1])


def _okpo_remainder(number: str, *, first_weight: int) -> int:
    weights = ((first_weight - 1 + place) % 10 + 1 for place in range(len(number) - 1))
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11


def valid_oktmo(number: str) -> bool:
    """A code of a municipality (8 digits) or a settlement in it (11 digits) (ОКТМО)."""
    return _OKTMO.fullmatch(number) is not None


def inn_fault(number: str) -> NumberFault | None:
    """What is wrong with an ИНН; None when it passes."""
    return _fault(number, lengths=(10, 12), valid=valid_inn(number))


def ogrn_fault(number: str) -> NumberFault | None:
    """What is wrong with an ОГРН; None when it passes."""
    return _fault(number, lengths=(13,), valid=valid_ogrn(number))


def _fault(number: str, *, lengths: tuple[int, ...], valid: bool) -> NumberFault | None:
    if number.strip(DIGITS):
        return NumberFault.NOT_DIGITS
    if len(number) not in lengths:
        return NumberFault.WRONG_LENGTH
    return None if valid else NumberFault.MISPRINT


def likely_inns(number: str) -> tuple[str, ...]:
    """What a misprinted ИНН may have been: valid numbers one digit or one swap of neighbours away.

    Nothing for a number that passes, or that no single slip can mend.
    """
    if inn_fault(number) is not NumberFault.MISPRINT:
        return ()
    places = range(len(number))
    changed = {number[:place] + digit + number[place + 1 :] for place in places for digit in DIGITS}
    swapped = {number[:place] + number[place : place + 2][::-1] + number[place + 2 :] for place in places}
    return tuple(sorted(filter(valid_inn, changed | swapped)))


def valid_birth_certificate(number: str) -> bool:
    """A Russian birth certificate (свидетельство о рождении): Roman number, two letters, six digits."""
    return _BIRTH_CERTIFICATE.fullmatch(number) is not None


def normalised_birth_certificate(text: str) -> str:
    """A birth certificate as «IV-АИ 123456», whatever letters and dashes it was typed with.

    What does not resemble one comes back without its spaces, and is not valid.
    """
    typed = re.sub(r"\s", "", text).upper()
    typed = re.sub("[‐‑‒–—―−]", "-", typed)
    parts = _TYPED_CERTIFICATE.fullmatch(typed)
    if parts is None:
        return typed
    roman, series, digits = parts.groups()
    return f"{roman.translate(_ROMAN)}-{series.translate(_SERIES)} {digits}"
