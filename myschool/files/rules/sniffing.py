"""What a file is, by its content: the name's ending and the browser's word are only claims."""

import re
from typing import IO

import filetype

from myschool.files.rules.archives import BadArchive, opened

HEAD = 8192
LONGEST_TYPE = 100
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# The first entry of these archives is their type itself.
TYPED = re.compile(r"application/(epub\+zip|vnd\.oasis\.opendocument\.(text|spreadsheet|presentation|graphics))")
MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
ACTIVE_SVG = re.compile(
    rb"<(script|foreignObject|iframe|embed|object|handler)\b|\son\w+\s*=|javascript:|data:text/html|<!ENTITY",
    re.IGNORECASE,
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UnfitFile(ValueError):
    """A file that is never taken, whatever for; the message tells its sender why."""


def type_of(file: IO[bytes]) -> str:
    """The media type by content; empty when it is none we know.

    Raises:
        UnfitFile: it is broken, encrypted, or carries macros or scripts.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLE):
        raise UnfitFile(
            "Файл старого формата или под паролем. Снимите пароль и сохраните его как DOCX, XLSX, PPTX или PDF."
        )
    if head.startswith(b"PK\x03\x04"):
        return _archive_type(file)
    if head.startswith(b"%PDF-"):
        return _pdf_type(file)
    guessed = filetype.guess_mime(head)
    if guessed:
        return str(guessed)
    return _text_type(file, head)


def _pdf_type(file: IO[bytes]) -> str:
    end = file.seek(0, 2)
    file.seek(max(0, end - 4096))
    tail = file.read()
    if b"/Encrypt" in tail:
        raise UnfitFile("PDF защищён паролем. Сохраните его без защиты и отправьте снова.")
    return "application/pdf"


def _archive_type(file: IO[bytes]) -> str:
    try:
        with opened(file) as archive:
            paths = frozenset(archive.entries)
            declared = archive.head("mimetype", LONGEST_TYPE) if "mimetype" in paths else b""
    except BadArchive as error:
        raise UnfitFile(str(error)) from error
    media_type = declared.decode("ascii", "replace").strip()
    if any(path.lower().endswith("vbaproject.bin") or path.startswith("Basic/") for path in paths):
        raise UnfitFile("В документе есть макросы. Сохраните его без макросов и отправьте снова.")
    if TYPED.fullmatch(media_type):
        return media_type
    if "[Content_Types].xml" in paths:
        return next(
            (mime for folder, mime in OFFICE.items() if any(path.startswith(folder) for path in paths)),
            "application/zip",
        )
    return "application/zip"


def _text_type(file: IO[bytes], head: bytes) -> str:
    if MARKUP.search(head):
        if b"<svg" not in head:
            return "text/html"
        file.seek(0)
        # A picture that is drawn by a program is a program.
        if ACTIVE_SVG.search(file.read(4_000_000)):
            raise UnfitFile("В рисунке SVG есть программа. Сохраните его как PNG или уберите из него скрипты.")
        return "image/svg+xml"
    if not head or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", head):
        return ""
    try:
        head[:-4].decode() if len(head) == HEAD else head.decode()
    except UnicodeDecodeError:
        if not re.search(rb"[\xc0-\xff]{3}", head):
            return ""
    return "text/plain"
