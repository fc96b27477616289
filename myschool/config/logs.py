"""Log lines carry ids, never rows: what the database quotes of a row in its errors is left out."""

import logging
import re
from types import TracebackType

DETAIL = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|QUERY):.*$", re.MULTILINE)
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutRows(logging.Formatter):
    """A formatter whose tracebacks hold no values of rows."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the name logging calls
        """The traceback without the database's quotations."""
        return DETAIL.sub(r"\1: (left out)", super().formatException(ei))
