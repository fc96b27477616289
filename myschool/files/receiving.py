"""Taking a file from a browser: its size, its real type, its name; the door's half of storing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any

import filetype
from django.core.files.uploadedfile import UploadedFile

from myschool.files.gateways import store
from myschool.files.models import StoredFile
from myschool.files.received import Received
from myschool.kernel import text
from myschool.kernel.errors import Refusal

MEGABYTE = 1_000_000


class FileRefused(Refusal):
    """The file is too big, empty, or not of an accepted type; `field` is set by whoever asked for it."""

    status = 422


@dataclass(frozen=True)
class Kinds:
    """What is accepted: types by content, the size in bytes, and how to say it to people."""

    types: frozenset[str]
    limit: int
    words: str


PAPERS = Kinds(
    frozenset({"application/pdf", "image/jpeg", "image/png"}), 10 * MEGABYTE, "PDF, JPEG или PNG до 10 МБ"
)


def receive(upload: "UploadedFile[Any]", kinds: Kinds, *, field: str) -> Received:
    """Check a file by its content and store its bytes.

    Raises:
        FileRefused: saying what is accepted.
    """
    size = upload.size or 0
    if size == 0:
        raise FileRefused("Файл пустой. Выберите другой.", field=field)
    if size > kinds.limit:
        raise FileRefused(f"Файл слишком большой. Подойдёт {kinds.words}.", field=field)
    head = upload.read(4096)
    upload.seek(0)
    kind = filetype.guess_mime(head)
    # The name's ending and the browser's word are only claims; the content decides.
    if kind not in kinds.types:
        raise FileRefused(f"Такой файл не подойдёт. Приложите {kinds.words}.", field=field)
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return Received(store().put(upload.chunks()), _name(upload.name or ""), kind, size, digest.hexdigest())


@contextmanager
def taken(upload: "UploadedFile[Any] | None", kinds: Kinds, *, field: str) -> Iterator[Received | None]:
    """Take a file for the time of the block: its bytes stay only if a row was written for them.

    Raises:
        FileRefused: saying what is accepted.
    """
    received = receive(upload, kinds, field=field) if upload else None
    try:
        yield received
    finally:
        if received and not StoredFile.objects.filter(key=received.key).exists():
            store().remove(received.key)


def _name(told: str) -> str:
    """The name without folders and signs that could mislead, never empty."""
    try:
        name = text.cleaned(PurePath(told.replace("\\", "/")).name, limit=200)
    except ValueError:
        name = ""
    return name.lstrip(".") or "файл"
