"""Scales (шкалы): which marks there are, and what each is worth in five points."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from myschool.journal.rules.marks import MarkValue, NoMark
from myschool.kernel.numbers import is_kept_exactly
from myschool.kernel.text import shortened

BEST = 5

_ABBREVIATIONS = {"зач": "зачет", "незач": "незачет"}
_NO_MARK = {"осв": NoMark.EXCUSED, "на": NoMark.NOT_ATTESTED}
_NOT_ATTESTED = re.compile(r"н\s*/\s*а(?!\w)")


class UnfitMark(ValueError):
    """Text that is no mark of the scale; the message tells its author which there are."""


@dataclass(frozen=True)
class Thresholds:
    """From which value on each five-point mark is given; «2» has no threshold unless «1» exists."""

    five: Fraction
    four: Fraction
    three: Fraction
    two: Fraction | None = None

    def __post_init__(self) -> None:
        bounds = [bound for _, bound in self.steps]
        if bounds != sorted(set(bounds), reverse=True):
            raise ValueError("A better mark begins at a higher value")
        if not all(map(is_kept_exactly, bounds)):
            raise ValueError("A threshold has no more than two decimals")

    @property
    def steps(self) -> tuple[tuple[int, Fraction], ...]:
        """Marks, the best first, with the value at which each begins."""
        upper = ((BEST, self.five), (4, self.four), (3, self.three))
        lower = ((2, Fraction(0)),) if self.two is None else ((2, self.two), (1, Fraction(0)))
        return upper + lower

    def mark(self, value: Fraction) -> int:
        """The five-point mark that a value gives."""
        return next(mark for mark, bound in self.steps if value >= bound)

    def bound(self, mark: int) -> Fraction:
        """The value at which a five-point mark begins."""
        return dict(self.steps)[mark]


HALF_UP = Thresholds(Fraction(9, 2), Fraction(7, 2), Fraction(5, 2))


@dataclass(frozen=True)
class Scale:
    """Marks by their spelling, the lowest first, with their worth in five points; None counts in no average."""

    code: str
    title: str
    worth: Mapping[str, int | None] = field(hash=False)

    def value(self, origin: str) -> MarkValue:
        """A stored mark with its worth by this scale."""
        return MarkValue(origin, self.worth[origin])

    def parsed(self, text: str) -> tuple[MarkValue | NoMark, ...]:
        """What a teacher typed into a cell: «5», «5/4» for two marks, «осв», «н/а»; nothing for an empty text.

        Signs are no part of a mark: «4-» is refused, because nobody can say what it is worth.

        Raises:
            UnfitMark: a part of the text is no mark of this scale.
        """
        if not text.strip():
            return ()
        folded = _NOT_ATTESTED.sub("на", _folded(text))
        return tuple(self._one(part.strip(), text.strip()) for part in folded.split("/"))

    def _one(self, folded: str, text: str) -> MarkValue | NoMark:
        word = re.sub(r"(?<=[а-я])\.$", "", folded)
        if word in _NO_MARK:
            return _NO_MARK[word]
        for origin in self.worth:
            if _folded(origin) == _ABBREVIATIONS.get(word, word):
                return self.value(origin)
        raise UnfitMark(f"Отметки «{shortened(folded or text, 20)}» в шкале нет. Можно поставить: {self._choice()}.")

    def _choice(self) -> str:
        marks = list(self.worth)
        return ", ".join(marks) if len(marks) <= 5 else f"от {marks[0]} до {marks[-1]}"


def _folded(text: str) -> str:
    return text.strip().casefold().replace("ё", "е")


def five_point(*, lowest: int = 2) -> Scale:
    """The usual scale from 2 to 5; a school may allow 1."""
    return Scale("five", "пятибалльная", {str(mark): mark for mark in range(lowest, BEST + 1)})


def ten_point(thresholds: Thresholds) -> Scale:
    """From 1 to 10, turned into five points by the thresholds that the school has declared."""
    return Scale("ten", "десятибалльная", _by_thresholds(range(1, 11), thresholds))


def hundred_point(thresholds: Thresholds) -> Scale:
    """From 0 to 100, turned into five points by the thresholds that the school has declared."""
    return Scale("hundred", "стобалльная", _by_thresholds(range(101), thresholds))


def _by_thresholds(values: range, thresholds: Thresholds) -> dict[str, int | None]:
    return {str(value): thresholds.mark(Fraction(value)) for value in values}


FIVE_POINT = five_point()
PASS_FAIL = Scale("pass_fail", "зачёт или незачёт", {"незачёт": None, "зачёт": None})
