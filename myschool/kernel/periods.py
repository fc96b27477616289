"""Half-open periods in QuerySets: the published SQL word `kernel_lasts`, asked by its name."""

from datetime import date

from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import Combinable


def lasts_on(day: date | Combinable) -> Func:
    """Whether a row's period, `from_date` included and `to_date` excluded, holds that day; it may be an outer column."""
    expression = day if isinstance(day, Combinable) else Value(day)
    return Func(F("from_date"), F("to_date"), expression, function="kernel_lasts", output_field=BooleanField())
