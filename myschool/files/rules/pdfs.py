"""PDF that strangers send: the one place where it is parsed, inside a sandbox, for nothing else ends a loop in it."""

from typing import IO

from pypdf import PdfReader
from pypdf.errors import PyPdfError


class BadPdf(ValueError):
    """A PDF that does not open; the message tells its sender why."""


def pages_in(file: IO[bytes]) -> int:
    """How many pages it has.

    Raises:
        BadPdf: it is broken.
    """
    try:
        return len(PdfReader(file).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise BadPdf("PDF повреждён и не открывается. Сохраните его заново.") from error
