"""What a student needs for the mark they want, by the school's real rule."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from myschool.journal.rules.averages import Average
from myschool.journal.rules.final_marks import FinalMarkRule, unsettled
from myschool.journal.rules.scales import BEST
from myschool.kernel.numbers import ONE, plain
from myschool.kernel.text import plural


@dataclass(frozen=True, kw_only=True)
class Need:
    """What brings a final mark within reach, by marks of one weight.

    `next_mark` is the lowest next mark with which the target comes out at once, None if one mark cannot do it;
    `fives` is the least number of fives in a row: 0 if the target comes out already, None if they would not
    help or more of them would be needed than the term has room for. `obstacles` are what only their own marks
    can settle.
    """

    target: int
    weight: Fraction
    next_mark: int | None
    fives: int | None
    obstacles: tuple[str, ...]


def needed(
    target: int, average: Average, rule: FinalMarkRule, *, weight: Fraction = ONE, room: int | None = None
) -> Need:
    """What a student needs for a target; `room` is how many more marks the term can bring, if that is known."""
    if weight <= 0:
        raise ValueError("Marks without weight change nothing")
    bound = rule.thresholds.bound(target)
    fives = _least_fives(bound, average, rule, weight)
    if fives is not None and room is not None and fives > room:
        fives = None
    next_mark = None if room == 0 else _lowest_next(bound, average, rule, weight)
    return Need(target=target, weight=weight, next_mark=next_mark, fives=fives, obstacles=unsettled(average, rule))


def _lowest_next(bound: Fraction, average: Average, rule: FinalMarkRule, weight: Fraction) -> int | None:
    if average.count + 1 < rule.least_marks:
        return None
    wanted = (bound * (average.weights + weight) - average.total) / weight
    lowest = rule.thresholds.steps[-1][0]
    mark = max(ceil(wanted), lowest)
    return mark if mark <= BEST else None


def _least_fives(bound: Fraction, average: Average, rule: FinalMarkRule, weight: Fraction) -> int | None:
    lacking = bound * average.weights - average.total
    for_count = max(rule.least_marks - average.count, 0)
    if lacking <= 0:
        return for_count
    if bound >= BEST:
        return None
    return max(ceil(lacking / ((BEST - bound) * weight)), for_count)


def need_in_words(need: Need) -> str:
    """The need in one or two Russian sentences, with what else stands in the way."""
    return " ".join((_way(need), *need.obstacles))


def _way(need: Need) -> str:
    target, weight = f"«{need.target}»", "" if need.weight == ONE else f" с весом {plain(need.weight)}"
    if need.fives == 0:
        keeps = "" if need.next_mark is None else _keeping(need.next_mark, weight)
        least = target if need.target == BEST else f"не ниже {target}"
        return f"По среднему баллу уже выходит отметка {least}.{keeps}"
    if need.next_mark is not None:
        least = f"«{BEST}»" if need.next_mark == BEST else f"не ниже «{need.next_mark}»"
        return f"Чтобы вышла {target}, следующая отметка{weight} нужна {least}."
    if need.fives is not None:
        marks = plural(need.fives, "отметку", "отметки", "отметок")
        return f"Чтобы вышла {target}, нужно получить подряд {need.fives} {marks} «{BEST}»{weight}."
    return f"Отметками{weight} в этом периоде {target} уже не получить."


def _keeping(mark: int, weight: str) -> str:
    return f" Так и останется, если следующая отметка{weight} будет не ниже «{mark}»."
