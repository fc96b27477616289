"""Statements that are asked thousands of times: read by the driver once, and prepared by the database at once.

The driver's ordinary cursor reads the text of a statement anew at each execution where it is longer than it cares to
remember, which costs more than most statements take.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from psycopg import RawCursor

PLACE = re.compile(r"%\((\w+)\)s")


class Statement:
    """SQL with places named `%(name)s`; a callable makes the text when it is first asked."""

    def __init__(self, text: str | Callable[[], str]) -> None:
        self.given = text

    @cached_property
    def text(self) -> str:
        """The text with its named places."""
        return self.given if isinstance(self.given, str) else self.given()

    @cached_property
    def _numbered(self) -> tuple[str, list[str]]:
        names = list(dict.fromkeys(PLACE.findall(self.text)))
        numbers = {name: number for number, name in enumerate(names, start=1)}
        return PLACE.sub(lambda place: f"${numbers[place[1]]}", self.text).replace("%%", "%"), names

    def rows(self, arguments: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What the statement answers for these arguments; what it does not name is left aside."""
        if connection.queries_logged or connection.execute_wrappers:
            # Who counts or looks at statements does so at Django's own cursor.
            with connection.cursor() as cursor:
                cursor.execute(self.text, arguments)
                return list(cursor.fetchall())
        numbered, names = self._numbered
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
            cursor.execute(numbered, [arguments[name] for name in names], prepare=True)
            return cursor.fetchall()

    def row(self, arguments: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        return next(iter(self.rows(arguments)), None)
