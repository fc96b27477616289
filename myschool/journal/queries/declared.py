"""What a school has declared: its scale, its rules of marks, its codes, and the terms its groups study by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from django.db.models import DateField, DecimalField, Expression, F, Func, Value
from django.db.models.functions import Cast

from myschool.journal.models import AttendanceCode, FinalRule, GroupScale, JournalRules, WorkKind
from myschool.journal.rules import final_marks, scales
from myschool.schools.models import School, Term
from myschool.timetable.models import GroupClass, TeachingGroup


@dataclass(frozen=True)
class Declared:
    """A school's rules of marks, as rows and ready to count with."""

    journal: JournalRules
    final_rules: tuple[final_marks.FinalMarkRule, ...]

    def final_rule(self, day: date) -> final_marks.FinalMarkRule:
        """The rule of final marks in force on a day."""
        return final_marks.rule_on(self.final_rules, day)

    def scale(self, code: str = "") -> scales.Scale:
        """The school's scale, or the one with that code by the school's thresholds."""
        chosen = code or self.journal.scale
        # What a school has declared turns the points of its own scale into five, and of no other.
        own = self.journal if chosen == self.journal.scale else JournalRules()
        match chosen:
            case "pass_fail":
                return scales.PASS_FAIL
            case "ten":
                return scales.ten_point(_thresholds(own, 8, 6, 4))
            case "hundred":
                return scales.hundred_point(_thresholds(own, 85, 70, 50))
            case _:
                return scales.five_point(lowest=self.journal.lowest_mark)


def _thresholds(own: JournalRules, five: int, four: int, three: int) -> scales.Thresholds:
    return scales.Thresholds(*map(Fraction, (own.five or five, own.four or four, own.three or three)))


def declared(school_id: int) -> Declared:
    """What a school has declared; the usual rules where it has declared nothing."""
    row = JournalRules.objects.filter(school=school_id).first()
    finals = FinalRule.objects.filter(school=school_id).order_by("from_date")
    return Declared(row or JournalRules(school_id=school_id), tuple(map(_final_rule, finals)))


def _final_rule(row: FinalRule) -> final_marks.FinalMarkRule:
    year = None
    if row.year_five is not None and row.year_four is not None and row.year_three is not None:
        year = scales.Thresholds(Fraction(row.year_five), Fraction(row.year_four), Fraction(row.year_three))
    return final_marks.FinalMarkRule(
        from_date=row.from_date,
        thresholds=scales.Thresholds(
            Fraction(row.five),
            Fraction(row.four),
            Fraction(row.three),
            Fraction(row.two) if row.two is not None else None,
        ),
        year_thresholds=year,
        least_marks=row.least_marks,
        control_works_needed=row.control_works_needed,
        debt_blocks=row.debt_blocks,
    )


def kinds_on(school_id: int, day: date) -> list[tuple[WorkKind, Decimal]]:
    """The school's kinds of work in the order in which they were made, each with its weight on the day."""
    rows = WorkKind.objects.filter(school=school_id, closed_at__isnull=True).annotate(
        on_day=kind_weight(F("pk"), Value(day))
    )
    return [(row, row.on_day) for row in rows.order_by("pk")]


def weight_on(kind: WorkKind, day: date) -> Decimal:
    """The weight of a kind of work on a day."""
    weights = WorkKind.objects.filter(pk=kind.pk).values_list(kind_weight(F("pk"), Value(day)))
    return Decimal(weights.get()[0])


def kind_weight(kind: Expression | F, day: Expression | F) -> Func:
    """The weight of a kind of work on a day, inside a statement."""
    return Func(
        kind,
        Cast(day, DateField()),
        function="journal_kind_weight",
        output_field=DecimalField(max_digits=4, decimal_places=2),
    )


def scale_code_of(teaching_group: TeachingGroup) -> str:
    """The code of the group's own scale; empty where it is the school's."""
    codes = GroupScale.objects.filter(teaching_group=teaching_group).values_list("scale", flat=True)
    return codes.first() or ""


def codes_of(school: School) -> list[AttendanceCode]:
    """The attendance codes of the school's region, in their order."""
    return list(AttendanceCode.objects.filter(region=school.organisation.region_id).order_by("position"))


def terms_of(teaching_group: TeachingGroup) -> list[Term]:
    """The terms a group studies by: those of its class that was made first; none until it follows a scheme."""
    first = GroupClass.objects.filter(teaching_group=teaching_group, school_class__term_scheme__isnull=False).order_by(
        "school_class"
    )
    terms = Term.objects.filter(scheme__in=first.values("school_class__term_scheme")[:1])
    return list(terms.select_related("scheme").order_by("number"))


class Begins(Protocol):
    """What begins on a day: a term, as a row or as a page has it."""

    @property
    def from_date(self) -> date:
        """The first day."""


T = TypeVar("T", bound=Begins)


def term_on(terms: Sequence[T], day: date) -> T | None:
    """The term that holds a day, or in a holiday the one before it; the first, before the year."""
    begun = [term for term in terms if term.from_date <= day]
    return begun[-1] if begun else (terms[0] if terms else None)
