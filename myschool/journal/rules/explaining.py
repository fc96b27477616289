"""Averages and final marks explained in Russian: the same numbers that the journal counts with."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from myschool.journal.rules.averages import Average
from myschool.journal.rules.final_marks import FinalMarkRule, proposed_term_mark
from myschool.journal.rules.marks import Debt, Exclusion, MarkValue, Result
from myschool.journal.rules.scales import Thresholds
from myschool.kernel.numbers import PLACES, plain, rounded, shown
from myschool.kernel.text import date_in_words, day_month

# Blank works are left out too, but a work not yet done needs no explanation.
REASONS = {
    Exclusion.DEBT: "Не учтены долги («точки»)",
    Exclusion.EXCUSED: "Не учтены работы, от которых ученик освобождён",
    Exclusion.NOT_ATTESTED: "Не учтено, потому что ученик не аттестован",
    Exclusion.UNSCALED: "Не учтено, потому что не переводится в пять баллов",
    Exclusion.WEIGHTLESS: "Не учтены работы с весом 0",
    Exclusion.BEFORE_TRANSFER: "Не учтено, потому что получено до перевода",
    Exclusion.DROPPED: "Не учтено, потому что урок снят с расписания",
}


def explained(average: Average, rule: FinalMarkRule) -> list[str]:
    """How an average came about, what was left out and why, and the mark that the rule makes of it.

    For a year give `rule.for_year`.
    """
    return [*_formula(average, rule), *_converted(average), *_left_out(average), *_outcome(average, rule)]


def shown_average(average: Average, rule: FinalMarkRule) -> str:
    """An average as it is shown: «4,33», or «—» where nothing counts."""
    return "—" if average.value is None else shown_apart(average.value, rule.thresholds)


def shown_apart(value: Fraction, thresholds: Thresholds) -> str:
    """A number with two decimals, or with so many more that it is on its own side of every threshold.

    4,597 must not be shown as «4,60» beside a threshold of 4,60 that it has missed.
    """
    return shown(value, _places_apart(value, thresholds))


def _places_apart(value: Fraction, thresholds: Thresholds) -> int:
    places = PLACES
    while thresholds.mark(rounded(value, places)) != thresholds.mark(value):
        places += 1
    return places


def _formula(average: Average, rule: FinalMarkRule) -> Iterable[str]:
    if average.value is None:
        yield "Среднего балла пока нет: нет отметок, которые в нём учитываются."
        return
    by_weight: dict[Fraction, list[int]] = defaultdict(list)
    for result in average.counted:
        by_weight[result.weight].append(_five(result))
    total, weights = average.total, average.weights
    if len(by_weight) == 1:
        total, weights = average.value * average.count, Fraction(average.count)
        (marks,) = by_weight.values()
        upper, lower = _sum(marks), plain(weights)
    else:
        ordered = sorted(by_weight.items())
        upper = "(" + " + ".join(f"{plain(weight)}·{_sum(marks)}" for weight, marks in ordered) + ")"
        lower = "(" + " + ".join(f"{plain(weight)}·{len(marks)}" for weight, marks in ordered) + ")"
    places = _places_apart(average.value, rule.thresholds)
    equal = "=" if rounded(average.value, places) == average.value else "≈"
    quotients = dict.fromkeys((f"{upper} ÷ {lower}", f"{plain(total)} ÷ {plain(weights)}"))
    yield f"Средний балл: {' = '.join(quotients)} {equal} {shown(average.value, places)}."
    if len(by_weight) > 1:
        yield "Множитель перед отметками — вес работ."


def _sum(marks: list[int]) -> str:
    return f"({' + '.join(map(str, marks))})" if len(marks) > 1 else str(marks[0])


def _five(result: Result) -> int:
    match result.held:
        case MarkValue(five=int(five)):
            return five
    raise ValueError("Only marks count in an average")


def _converted(average: Average) -> Iterable[str]:
    pairs = {
        f"{result.held.origin} — это «{result.held.five}»": None
        for result in average.counted
        if isinstance(result.held, MarkValue) and result.held.origin != str(result.held.five)
    }
    if pairs:
        yield f"Переведено в пять баллов: {', '.join(pairs)}."


def _left_out(average: Average) -> Iterable[str]:
    for reason, words in REASONS.items():
        names = [_named(left_out.result) for left_out in average.excluded if left_out.reason == reason]
        if names:
            yield f"{words}: {'; '.join(names)}."


def _named(result: Result) -> str:
    if isinstance(result.held, Debt):
        return f"{result.name} (сдать до {day_month(result.held.due)})"
    return result.name


def _outcome(average: Average, rule: FinalMarkRule) -> Iterable[str]:
    *upper, (lowest, _) = rule.thresholds.steps
    steps = ", ".join(f"«{mark}» — от {shown(bound)}" for mark, bound in upper)
    yield f"{_declared(rule.from_date)}: {steps}, иначе «{lowest}»."
    proposed = proposed_term_mark(average, rule)
    if proposed.mark is None:
        yield " ".join(("Итоговая отметка пока не выходит.", *proposed.obstacles))
    else:
        yield f"Выходит «{proposed.mark}»."


def _declared(day: date) -> str:
    if day == date.min:
        return "Школа не объявила своего правила, поэтому отметка округляется"
    return f"Правило школы, действует с {date_in_words(day)}"
