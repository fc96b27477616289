"""Checks and forms of the identifiers people type: СНИЛС and the birth certificate."""

from __future__ import annotations

import re

UNCHECKED_BELOW = 1_001_998
_LATIN_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_ROMAN_LOOKALIKES = str.maketrans({"1": "I", "П": "II", "Ш": "III", "Х": "X", "У": "V", "С": "C", "І": "I"})
_CERTIFICATE = re.compile(r"^(?=[IVXLC])(C?(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))-([А-ЯЁ]{2})\s*№?\s*(\d{6})$")


def snils_check(number: str) -> str:
    """The two check digits of nine digits."""
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True))
    return f"{total % 101 % 100:02d}"


def format_snils(typed: str) -> str | None:
    """The СНИЛС as `000-000-000 00`, or nothing when it is not one.

    Numbers up to 001-001-998 bear no check digits.
    """
    digits = re.sub(r"[\s\-–]", "", typed)
    if not re.fullmatch(r"\d{11}", digits):
        return None
    number, check = digits[:9], digits[9:]
    if int(number) > UNCHECKED_BELOW and check != snils_check(number):
        return None
    return f"{number[:3]}-{number[3:6]}-{number[6:]} {check}"


def birth_certificate(typed: str) -> tuple[str, str] | None:
    """Series and number of a Russian birth certificate, or nothing; look-alike letters are forgiven."""
    text = re.sub(r"\s*[-–—]\s*", "-", typed.strip().upper())
    roman, dash, rest = text.partition("-")
    roman = roman.replace(" ", "").translate(_ROMAN_LOOKALIKES)
    matched = _CERTIFICATE.match(roman + dash + rest.translate(_LATIN_TO_CYRILLIC))
    return (f"{matched[1]}-{matched[2]}", matched[3]) if matched else None
