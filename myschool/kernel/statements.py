"""Statements that are asked thousands of times: read by the driver once, and prepared by the database at once.

The driver's ordinary cursor reads the text of a statement anew at each execution where it is longer than it cares to
remember, which costs more than most statements take.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from django.db import connection
from psycopg import RawCursor

PLACE = re.compile(r"%\((\w+)\)s")


@cache
def _shape(columns: tuple[str, ...]) -> Callable[..., Any]:
    # Columns that have no name, or that of another, are read by their place.
    build: Callable[..., Any] = namedtuple("Row", columns, rename=True)._make  # type: ignore[attr-defined]
    return build


def named(cursor: Any) -> Callable[..., Any]:
    """How the driver makes a row whose columns are read by name; a connection of one's own takes it as its factory of rows."""
    return _shape(tuple(column.name for column in cursor.description or ()))


class Statement:
    """SQL with places named `%(name)s`; a callable makes the text when it is first asked."""

    def __init__(self, text: str | Callable[[], str]) -> None:
        self.given = text
        self._row: Callable[..., Any] | None = None

    @cached_property
    def text(self) -> str:
        """The text with its named places."""
        return self.given if isinstance(self.given, str) else self.given()

    @cached_property
    def _numbered(self) -> tuple[str, list[str]]:
        names = list(dict.fromkeys(PLACE.findall(self.text)))
        numbers = {name: number for number, name in enumerate(names, start=1)}
        return PLACE.sub(lambda place: f"${numbers[place[1]]}", self.text).replace("%%", "%"), names

    def rows(self, arguments: Mapping[str, Any]) -> list[Any]:
        """What the statement answers for these arguments, each row with its columns by name.

        What the statement does not name of the arguments is left aside.
        """
        if connection.queries_logged or connection.execute_wrappers:
            # Who counts or looks at statements does so at Django's own cursor.
            with connection.cursor() as cursor:
                cursor.execute(self.text, arguments)
                return self._answered(cursor)
        numbered, names = self._numbered
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors, RawCursor(connection.connection) as raw:
            raw.execute(numbered, [arguments[name] for name in names], prepare=True)
            return self._answered(raw)

    def _answered(self, cursor: Any) -> list[Any]:
        # The columns of a statement are always the same: the driver takes longer to tell them than to fetch a row.
        if self._row is None:
            if cursor.description is None:
                return []
            self._row = named(cursor)
        return [*map(self._row, cursor.fetchall())]

    def row(self, arguments: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        return next(iter(self.rows(arguments)), None)
