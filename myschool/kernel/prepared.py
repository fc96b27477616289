"""A QuerySet compiled once: a door that is asked thousands of times a second pays for its SQL, not for building it.

The permission stays one definition, the QuerySet; only its text is kept, and may stand inside a larger statement.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from myschool.kernel.statements import Statement

# Values nobody has: they show in the compiled statement where each argument goes.
FIRST_ID = 9_000_000_000_000_000_000
FIRST_DAY = date(9999, 1, 1)
FIRST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)
Argument = int | date | datetime | str | None


class Prepared:
    """A question with named arguments, each an id (int), a day (date), a moment (datetime) or a text (str).

    `build` gets the arguments in their order and makes a QuerySet; it may compare with them, but count nothing from them.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], **kinds: type[int] | type[date] | type[datetime] | type[str]
    ) -> None:
        self._build, self._kinds = build, kinds

    @property
    def statement(self) -> str:
        """The SQL, with its arguments as `%(name)s`."""
        return self._compiled[0]

    def arguments(self, **given: Argument) -> dict[str, Any]:
        """All that the statement is executed with, for these arguments."""
        return {**self._compiled[1], **given}

    def rows(self, **given: Argument) -> list[Any]:
        """The rows for these arguments, in one statement."""
        return self._asked.rows(self.arguments(**given))

    @cached_property
    def _asked(self) -> Statement:
        return Statement(self.statement)

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        markers: dict[object, str] = {
            _marker(kind, number): name for number, (name, kind) in enumerate(self._kinds.items())
        }
        try:
            text, params = self._build(*markers).query.sql_with_params()
        except EmptyResultSet:
            # Nobody in this role may see any row.
            text, params = "SELECT WHERE false", ()
        constants: dict[str, Any] = {}
        pieces = text.split("%s")
        statement = pieces[0]
        for number, (param, piece) in enumerate(zip(params, pieces[1:], strict=True)):
            name = markers.get(param) or f"constant_{number}"
            if param not in markers:
                constants[name] = param
            statement += f"%({name})s{piece}"
        return statement, constants


def _marker(kind: type[Any], number: int) -> Argument:
    if kind is int:
        return FIRST_ID + number
    if kind is str:
        return f"\ue000{number}"
    return (FIRST_MOMENT if kind is datetime else FIRST_DAY).replace(day=1 + number)
