"""A QuerySet compiled once: a door that is asked thousands of times a second pays for its SQL, not for building it.

The permission stays one definition, the QuerySet; only its text is kept, and may stand inside a larger statement.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from myschool.kernel.statements import Statement

# Values nobody has: they show in the compiled statement where each argument goes.
FIRST_ID = 9_000_000_000_000_000_000
FIRST_DAY = date(9999, 1, 1)


class Prepared:
    """A question with named arguments, each an id (int) or a day (date).

    `build` gets the arguments in their order and makes a QuerySet; it may compare with them, but count nothing from them.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Any]],
        **kinds: type[int] | type[date],
    ) -> None:
        self._build, self._kinds = build, kinds

    @property
    def statement(self) -> str:
        """The SQL, with its arguments as `%(name)s`."""
        return self._compiled[0]

    def arguments(self, **given: int | date | None) -> dict[str, Any]:
        """All that the statement is executed with, for these arguments."""
        return {**self._compiled[1], **given}

    def rows(self, **given: int | date | None) -> list[tuple[Any, ...]]:
        """The rows for these arguments, in one statement."""
        return self._asked.rows(self.arguments(**given))

    @cached_property
    def _asked(self) -> Statement:
        return Statement(self.statement)

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        markers: dict[object, str] = {
            (FIRST_ID + number if kind is int else FIRST_DAY.replace(day=1 + number)): name
            for number, (name, kind) in enumerate(self._kinds.items())
        }
        text, params = self._build(*markers).query.sql_with_params()
        constants: dict[str, Any] = {}
        pieces = text.split("%s")
        statement = pieces[0]
        for number, (param, piece) in enumerate(zip(params, pieces[1:], strict=True)):
            name = markers.get(param) or f"constant_{number}"
            if param not in markers:
                constants[name] = param
            statement += f"%({name})s{piece}"
        return statement, constants
