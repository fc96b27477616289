"""Terms in days, each with the act it comes from; an operator changes them in settings, not in code."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Deadline:
    """So many days, and by what act; working days unless the use says otherwise."""

    days: int
    source: str


def deadline(name: str) -> Deadline:
    """A term by its name in settings.DEADLINES."""
    return Deadline(*settings.DEADLINES[name])
