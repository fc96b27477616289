"""Numbers as people read them: rounded once, half up, with a comma."""

from decimal import Decimal
from fractions import Fraction

import pytest

from myschool.kernel.numbers import plain, shown, size_in_words, whole_percent


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 Б"),
        (999, "999 Б"),
        (1_000, "1 кБ"),
        (1_049, "1 кБ"),
        (1_050, "1,1 кБ"),
        (1_500_000, "1,5 МБ"),
        (2_000_000_000, "2 ГБ"),
        (123_456_789, "123 МБ"),
        (100_500_000, "101 МБ"),
    ],
)
def test_a_size_is_said_in_words(size, words):
    assert size_in_words(size) == words


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 8, 13), (3, 8, 38), (5, 8, 63), (1, 40, 3), (0, 0, 0), (Decimal("0.845"), 1, 85), (Decimal("-0.005"), 1, -1)],
)
def test_a_half_of_a_percent_goes_up_and_never_to_the_even_neighbour(part, whole, percent):
    assert whole_percent(part, whole) == percent


def test_hours_have_the_decimals_they_have():
    hours = ("1", "1.50", "0.25", "34.00", "100")
    assert [plain(Decimal(one)) for one in hours] == ["1", "1,5", "0,25", "34", "100"]
    assert [plain(Fraction(one, 2)) for one in (1, 2, 3)] == ["0,5", "1", "1,5"]
    assert [shown(Fraction(one, 2), 0) for one in (1, 3, 5, -1)] == ["1", "2", "3", "−1"]
