"""Log lines carry ids, never rows and never secrets.

What the database quotes of a row in its errors is left out, and an address is named by its route: a calendar link is a
key in itself.
"""

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


class WithoutAddresses(logging.Filter):
    """A filter of Django's request log: `Not Found: calendar/feed/<str:token>.ics`, not the address that was asked."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, with the route in place of the path."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "(no such address)"
            # Django writes what is no ASCII in escapes.
            shown = (path, path.encode("unicode_escape").decode("ascii"))
            record.args = tuple(route if argument in shown else argument for argument in record.args)
        return True
