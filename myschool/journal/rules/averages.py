"""Averages (средний балл): weighted, exact, and aware of everything they leave out."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from myschool.journal.rules.marks import Debt, Exclusion, MarkValue, NoMark, Result


@dataclass(frozen=True)
class Excluded:
    """A result left out of an average, and why."""

    result: Result
    reason: Exclusion


@dataclass(frozen=True)
class Average:
    """A weighted average with all it was made of: each result is either counted or excluded.

    `total` is the sum of marks times weights, `weights` the sum of weights.
    """

    counted: tuple[Result, ...]
    excluded: tuple[Excluded, ...]
    total: Fraction
    weights: Fraction

    @property
    def value(self) -> Fraction | None:
        """The exact average; None when nothing counts."""
        return self.total / self.weights if self.counted else None

    @property
    def count(self) -> int:
        """How many marks count."""
        return len(self.counted)


def average(results: Iterable[Result]) -> Average:
    """The average of results: what was left out stays seen, with the reason."""
    counted: list[Result] = []
    excluded: list[Excluded] = []
    total = weights = Fraction(0)
    for result in results:
        if isinstance(worth := _worth(result), Exclusion):
            excluded.append(Excluded(result, worth))
        else:
            counted.append(result)
            total += worth * result.weight
            weights += result.weight
    return Average(tuple(counted), tuple(excluded), total, weights)


def _worth(result: Result) -> int | Exclusion:
    if result.exclusion:
        return result.exclusion
    match result.held:
        case None:
            return Exclusion.BLANK
        case Debt():
            return Exclusion.DEBT
        case NoMark():
            return Exclusion(result.held.value)
        case MarkValue(five=five):
            if five is None:
                return Exclusion.UNSCALED
            return five if result.weight else Exclusion.WEIGHTLESS
