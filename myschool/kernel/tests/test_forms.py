"""Fields that take what people type."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from myschool.kernel.forms import Day


def test_a_day_is_taken_the_browsers_way_and_the_russian_way():
    assert Day().clean("2026-09-01") == Day().clean("01.09.2026") == date(2026, 9, 1)


@pytest.mark.parametrize("typed", ["9999-12-31", "0001-01-01", "31.12.1899", "2200-01-01"])
def test_a_day_from_the_ends_of_the_calendar_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Проверьте год"):
        Day().clean(typed)
