"""Lists too long for one page."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
LAST_PAGE = 1000


@dataclass(frozen=True)
class Pager:
    """Where in the list one is."""

    previous: str
    next: str
    summary: str


def paged(rows: QuerySet[Row], page: int, size: int) -> tuple[list[Row], Pager]:
    """The rows of a page, the first being 1, and the way to its neighbours.

    Nothing is counted: one row more than is shown tells whether there is another page.
    """
    page = max(1, min(page, LAST_PAGE))
    start = (page - 1) * size
    found = list(rows[start : start + size + 1])
    shown = found[:size]
    return shown, Pager(
        f"?page={page - 1}" if page > 1 else "",
        f"?page={page + 1}" if len(found) > size and page < LAST_PAGE else "",
        f"{start + 1}–{start + len(shown)}" if shown else "",
    )
