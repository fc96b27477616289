"""Lists too long for one page.

A page is asked for by the row that ended the one before, never by its number: what comes or goes meanwhile neither hides
a row nor shows it twice, and rows of one moment are told apart by their ids.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Pager:
    """Where in the list one is; without numbers, `previous` is the list's beginning."""

    previous: str
    next: str
    summary: str


def parsed_place(text: str) -> tuple[datetime, int] | None:
    """The moment and the id of the row that `place_after` named; None for anything odd."""
    try:
        moment, last = text.split("_")
        return datetime.fromtimestamp(float(moment), UTC), int(last)
    except (ValueError, OverflowError, OSError):
        return None


def place_after(moment: datetime, row_id: int) -> str:
    """How an address names a row that ended a page."""
    return f"{moment.timestamp()}_{row_id}"


def paged(rows: QuerySet[Row], after: str, size: int) -> tuple[list[Row], Pager]:
    """The rows of a page, the latest by `at` first, and the way on; `after` is what the page before named.

    Nothing is counted: one row more than is shown tells whether there is another page.
    """
    if place := parsed_place(after):
        moment, last = place
        rows = rows.filter(Q(at__lt=moment) | Q(pk__lt=last), at__lte=moment)
    window = list(rows.order_by("-at", "-pk")[: size + 1])
    shown = window[:size]
    ended = shown[-1] if len(window) > size else None
    return shown, Pager("?" if place else "", f"?after={place_after(_moment(ended), ended.pk)}" if ended else "", "")


def _moment(row: Model) -> datetime:
    moment: datetime = row.at  # type: ignore[attr-defined] # whoever has pages of moments has this column
    return moment
