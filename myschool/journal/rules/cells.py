"""A cell of the journal as text: what a teacher types into it, and what stands in it afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from myschool.journal.rules.attendance import Meaning
from myschool.journal.rules.marks import Debt, Held, written_cell
from myschool.journal.rules.scales import Scale, UnfitMark
from myschool.kernel.text import in_cyrillic, plural

DEBT_SIGNS = frozenset({".", "•", "·"})
MOST_PARTS = 3
LONGEST_LATENESS = 240

_CODE = re.compile(r"([^\W\d_]+)([0-9]*)")


@dataclass(frozen=True)
class Cell:
    """What one student's cell of a lesson holds: an attendance code with minutes, and one work's marks in order."""

    code: str = ""
    minutes: int = 0
    works: tuple[Held, ...] = ()

    @property
    def text(self) -> str:
        """«Н 4», «О10», «5/4», «•»; empty for an empty cell."""
        return written_cell(self.works, f"{self.code}{self.minutes or ''}")


def parsed_cell(text: str, scale: Scale, codes: Mapping[str, Meaning], due: date | None) -> Cell:
    """The cell that a teacher typed: «5», «5/4», «н», «О10» for ten minutes late, «Н 4», «.» for a debt up to `due`.

    Codes are those of the region; Latin letters that look like Cyrillic ones are taken for them.

    Raises:
        UnfitMark: a part is neither a mark of the scale nor a code; the message names what may be written.
    """
    words = text.split()
    code, minutes, rest = "", 0, []
    for word in words:
        absence = None if code else _coded(word, codes)
        if absence is None:
            rest.append(word)
        else:
            code, minutes = absence
    return Cell(code, minutes, _works(" ".join(rest), scale, codes, due))


def _coded(word: str, codes: Mapping[str, Meaning]) -> tuple[str, int] | None:
    parts = _CODE.fullmatch(word)
    code = in_cyrillic(parts[1].upper()) if parts else ""
    if parts is None or code not in codes:
        return None
    if not parts[2]:
        return code, 0
    if codes[code] != Meaning.LATE:
        raise UnfitMark(f"Минуты пишут только у опоздания. Отметку отделите пробелом: «{code} {parts[2]}».")
    minutes = int(parts[2][:4])
    if not 0 < minutes <= LONGEST_LATENESS:
        raise UnfitMark(f"Опоздание бывает от 1 до {LONGEST_LATENESS} минут.")
    return code, minutes


def _works(text: str, scale: Scale, codes: Mapping[str, Meaning], due: date | None) -> tuple[Held, ...]:
    if text in DEBT_SIGNS:
        if due is None:
            raise UnfitMark("Укажите, до какого дня ученик должен сдать работу.")
        return (Debt(due),)
    try:
        works = scale.parsed(text)
    except UnfitMark as unfit:
        raise UnfitMark(f"{unfit} Или посещаемость: {', '.join(codes)}; «.» — долг.") from None
    if len(works) > MOST_PARTS:
        marks = plural(MOST_PARTS, "отметки", "отметок", "отметок")
        raise UnfitMark(f"За одну работу ставят не больше {MOST_PARTS} {marks}.")
    return works
