"""Numbers as people write them: exact inside, rounded once, where they are shown, and nowhere else (half up)."""

import re
from decimal import Decimal
from fractions import Fraction

from myschool.kernel.text import plural

ONE = Fraction(1)
PLACES = 2
NOTHING = "—"
UNITS = ((1_000_000_000, "ГБ"), (1_000_000, "МБ"), (1_000, "кБ"))

_NUMBER = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]+))?")


class UnfitNumber(ValueError):
    """Text that is no number we can be sure of; the message tells its author why."""


def parsed_number(text: str, *, places: int = PLACES) -> Fraction:
    """The number that a person wrote with a comma or a point: «4,5», «4.5» and «4,50» are one number.

    Decimals are counted in the text itself, so «4,500» has three.

    Raises:
        UnfitNumber: it is not a number, or has more decimals than `places`; «1,234» may mean a thousand.
    """
    parts = _NUMBER.fullmatch(text.strip())
    if parts is None:
        raise UnfitNumber(f"«{text.strip()}» — не число. Напишите его цифрами, например 4 или 4,5.")
    decimals = parts[2] or ""
    if len(decimals) > places:
        doubt = " Так пишут и тысячи, и дроби." if len(decimals) == 3 else ""
        signs = plural(places, "знака", "знаков", "знаков")
        raise UnfitNumber(f"В числе «{parts[0]}» больше {places} {signs} после запятой.{doubt}")
    return Fraction(f"{parts[1]}.{decimals or 0}")


def rounded(value: Fraction, places: int = 0) -> Fraction:
    """The nearest number with so many decimals; a half goes away from zero, never to the even neighbour."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def shown(value: Fraction | None, places: int = PLACES) -> str:
    """A number with all its decimals, «4,50»; a dash where there is none."""
    if value is None:
        return NOTHING
    units = int(rounded(value, places) * 10**places)
    digits = f"{abs(units):0{places + 1}}"
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("−" if units < 0 else "") + whole + ("," + decimals if decimals else "")


def plain(value: Fraction | Decimal, places: int = PLACES) -> str:
    """A number with the decimals it has, «25,5», «60»; of those we keep, none has more than two."""
    return _without_zeros(shown(Fraction(value), places))


def percent(share: Fraction | None, places: int = 1) -> str:
    """A share as «66,7 %», «40 %»; a dash where there is none."""
    return NOTHING if share is None else _without_zeros(shown(share * 100, places)) + "\xa0%"


def whole_percent(part: float | Decimal, whole: float | Decimal = 1) -> int:
    """A part as a whole number of hundredths; 0 of nothing."""
    return int(rounded(Fraction(part) * 100 / Fraction(whole))) if whole else 0


def size_in_words(size: int) -> str:
    """Bytes as «340 Б», «1,5 МБ», «2 ГБ»."""
    for unit, name in UNITS:
        if size >= unit:
            value = Fraction(size, unit)
            return f"{plain(value, 0 if value >= 100 else 1)} {name}"
    return f"{size} Б"


def _without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(",") if "," in number else number


def is_kept_exactly(value: Fraction) -> bool:
    """Whether two decimals hold the number: a weight or a threshold that cannot be shown explains nothing."""
    return rounded(value, PLACES) == value
