"""Terms of a school year: what is wrong with them, and what people call them."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

MOST_TERMS = 8
_NAMES = {"quarter": "{}-я четверть", "trimester": "{}-й триместр", "half_year": "{}-е полугодие"}


class Span(NamedTuple):
    """Days from `from_date` on and before `to_date`."""

    from_date: date
    to_date: date


def term_title(kind: str, number: int) -> str:
    """«2-я четверть», «1-е полугодие»."""
    return _NAMES.get(kind, "{}-й период").format(number)


def terms_fault(terms: Sequence[Span], year: Span) -> str | None:
    """What is wrong with the terms of a year, in words; None when they can be used.

    They stand in order inside the year and do not overlap; there may be days between them.
    """
    if not terms:
        return "Укажите даты хотя бы одного периода."
    if len(terms) > MOST_TERMS:
        return f"Периодов не может быть больше {MOST_TERMS}."
    for number, term in enumerate(terms, 1):
        if term.to_date <= term.from_date:
            return f"Период {number}: последний день раньше первого."
        if not within(term, year):
            return f"Период {number} выходит за учебный год."
    for number, (before, after) in enumerate(pairwise(terms), 2):
        if after.from_date < before.to_date:
            return f"Период {number} начинается раньше, чем кончается период {number - 1}."
    return None


def within(span: Span, year: Span) -> bool:
    """The days all belong to the year."""
    return year.from_date <= span.from_date and span.to_date <= year.to_date
