"""Documents in PDF."""

from typing import IO

from myschool.files.rules.pdfs import pages_in
from myschool.files.rules.sniffing import UnfitFile
from myschool.library.rules.packages import Format

MEDIA = "application/pdf"


def look_at(file: IO[bytes]) -> None:
    """A document has pages.

    Raises:
        UnfitFile: it has none.
        BadPdf: it cannot be read.
    """
    if pages_in(file) == 0:
        raise UnfitFile("В PDF нет страниц.")


FORMAT = Format(
    code="pdf",
    title="PDF",
    order=10,
    files={MEDIA: "document.pdf"},
    looks_at=look_at,
    alone="PDF",
    media=MEDIA,
    dcmi="Text",
    is_portable=True,
)
