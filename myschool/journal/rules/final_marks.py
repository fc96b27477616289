"""Final marks (итоговые): what the school's declared rule proposes; the teacher decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from myschool.journal.rules.averages import Average, Excluded, average
from myschool.journal.rules.marks import Debt, Exclusion, Held, MarkValue, NoMark, Result
from myschool.journal.rules.scales import HALF_UP, Thresholds
from myschool.kernel.text import day_month, plural

SHORTEST_REASON = 10


@dataclass(frozen=True, kw_only=True)
class FinalMarkRule:
    """How a school proposes final marks, until a rule with a later `from_date` takes over.

    `year_thresholds` None means the same as for a term.
    """

    from_date: date = date.min
    thresholds: Thresholds = HALF_UP
    year_thresholds: Thresholds | None = None
    least_marks: int = 1
    control_works_needed: bool = False
    debt_blocks: bool = True

    def __post_init__(self) -> None:
        if self.least_marks < 1:
            raise ValueError("A final mark needs at least one mark")

    @property
    def for_year(self) -> "FinalMarkRule":
        """The rule for the year's mark: every term must hold one."""
        thresholds = self.year_thresholds or self.thresholds
        return replace(self, thresholds=thresholds, least_marks=1, control_works_needed=True)


UNDECLARED_RULE = FinalMarkRule()


@dataclass(frozen=True)
class ProposedMark:
    """A proposal with the average it comes from; without a mark the obstacles say why, in Russian."""

    average: Average
    mark: int | None
    obstacles: tuple[str, ...] = ()


def rule_on(rules: Iterable[FinalMarkRule], day: date) -> FinalMarkRule:
    """The rule in force on a day; rounding half up where the school has declared none."""
    in_force = (rule for rule in rules if rule.from_date <= day)
    return max(in_force, key=lambda rule: rule.from_date, default=UNDECLARED_RULE)


def proposed_term_mark(average: Average, rule: FinalMarkRule) -> ProposedMark:
    """The mark that the rule gives for an average, unless something is in the way."""
    obstacles = unsettled(average, rule)
    if average.count < rule.least_marks:
        marks = plural(rule.least_marks, "отметки", "отметок", "отметок")
        obstacles = (f"Нужно не меньше {rule.least_marks} {marks}, а учитывается {average.count}.", *obstacles)
    if average.value is None or obstacles:
        return ProposedMark(average, None, obstacles)
    return ProposedMark(average, rule.thresholds.mark(average.value))


def proposed_year_mark(terms: Mapping[str, Held], rule: FinalMarkRule) -> ProposedMark:
    """The year's mark from the marks of its terms, named as «1 четверть»."""
    results = [Result(work=term, held=mark, required=True) for term, mark in terms.items()]
    return proposed_term_mark(average(results), rule.for_year)


def unsettled(average: Average, rule: FinalMarkRule) -> tuple[str, ...]:
    """What only its own mark can settle, in Russian: debts and required works without a mark."""
    return tuple(filter(None, (_obstacle(left_out, rule) for left_out in average.excluded)))


def _obstacle(left_out: Excluded, rule: FinalMarkRule) -> str | None:
    result = left_out.result
    needed = result.required and rule.control_works_needed
    match left_out.reason, result.held:
        case Exclusion.DEBT, Debt(due=due) if needed or rule.debt_blocks:
            return f"Есть долг: {result.name}, сдать до {day_month(due)}."
        case Exclusion.BLANK | Exclusion.NOT_ATTESTED, _ if needed:
            return f"Нет отметки: {result.name}."
    return None


def deviation_fault(given: MarkValue | NoMark, proposed: ProposedMark, reason: str) -> str | None:
    """Why a final mark cannot stand without a word on it; None when it follows the proposal or is explained.

    A mark without five points («зачёт») has no proposal to follow.
    """
    follows = isinstance(given, MarkValue) and given.five in (None, proposed.mark)
    if follows or len(reason.strip()) >= SHORTEST_REASON:
        return None
    return (
        "Итоговая отметка отличается от той, что выходит по правилу школы. "
        f"Объясните причину: не меньше {SHORTEST_REASON} знаков."
    )
