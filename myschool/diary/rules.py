"""The trend of marks as a plot: points and words, asking nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from myschool.kernel.numbers import shown

WIDTH, HEIGHT, EDGE = 320, 96, 8
LOWEST, BEST = 1, 5


@dataclass(frozen=True)
class Trend:
    """A line of averages after each mark: the points of a polyline, and the same in words."""

    points: str
    last_x: int
    last_y: int
    words: str


def trend(marks: Sequence[tuple[date, int, Fraction]]) -> Trend | None:
    """How the weighted average went with each mark (day, five-point mark, weight); None for fewer than two."""
    total = weights = Fraction(0)
    averages: list[Fraction] = []
    for _, mark, weight in marks:
        total += mark * weight
        weights += weight
        if weights:
            averages.append(total / weights)
    if len(averages) < 2:
        return None
    step = Fraction(WIDTH - 2 * EDGE, len(averages) - 1)
    places = [(round(EDGE + step * number), _height(value)) for number, value in enumerate(averages)]
    return Trend(" ".join(f"{x},{y}" for x, y in places), *places[-1], _words(averages))


def _height(value: Fraction) -> int:
    return round(HEIGHT - EDGE - (value - LOWEST) / (BEST - LOWEST) * (HEIGHT - 2 * EDGE))


def _words(averages: Sequence[Fraction]) -> str:
    first, last = shown(averages[0]), shown(averages[-1])
    if averages[-1] > averages[0]:
        return f"Средний балл вырос с {first} до {last}."
    if averages[-1] < averages[0]:
        return f"Средний балл снизился с {first} до {last}."
    return f"Средний балл держится: {last}."
