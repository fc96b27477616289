"""Taking a file from a browser: its size, its real type, its name, what hides in it; the door's half of storing it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile

from myschool.files import actions
from myschool.files.gateways import CHUNK, scanner, store
from myschool.files.received import Received
from myschool.files.rules.metadata import cleaned
from myschool.files.rules.names import file_name
from myschool.files.rules.sniffing import OFFICE, UnfitFile, type_of
from myschool.kernel import clock
from myschool.kernel.errors import Refusal

MEGABYTE = 1_000_000
GIGABYTE = 1_000 * MEGABYTE


class FileRefused(Refusal):
    """The file is too big, empty, infected, or not of an accepted type; `field` is set by whoever asked for it."""

    status = 422


@dataclass(frozen=True)
class Kinds:
    """What is accepted: types by content, the size in bytes, and how to say it to people."""

    types: frozenset[str]
    limit: int
    words: str


PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
ODF = frozenset(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation"))
OFFICE_TYPES = frozenset(OFFICE.values()) | ODF
MEDIA = frozenset({"video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/x-wav", "audio/mp4"})
PAPERS = Kinds(frozenset({"application/pdf", "image/jpeg", "image/png"}), 10 * MEGABYTE, "PDF, JPEG или PNG до 10 МБ")
DOCUMENTS = Kinds(
    PICTURES
    | OFFICE_TYPES
    | MEDIA
    | {"application/pdf", "application/epub+zip", "application/zip", "text/plain", "image/svg+xml"},
    2 * GIGABYTE,
    "документ, таблица, презентация, PDF, рисунок, звук, видео, текст или архив ZIP до 2 ГБ",
)


def receive(upload: "UploadedFile[Any]", kinds: Kinds, *, field: str) -> Received:
    """Check a file by its content and store its bytes.

    Raises:
        FileRefused: saying what is accepted.
    """
    return receive_file(upload, upload.name or "", upload.size or 0, kinds, field=field)


def receive_file(file: "IO[bytes] | UploadedFile[Any]", name: str, size: int, kinds: Kinds, *, field: str) -> Received:
    """Check an open file by its content and store its bytes.

    Raises:
        FileRefused: saying what is accepted.
    """
    kind = checked_type(file, size, kinds, field=field)
    stored = store().put(cleaned(file, kind) or pieces_of(file))
    actions.note_bytes(keys=[stored.key], at=clock.now())
    return Received(key=stored.key, name=file_name(name), content_type=kind, size=stored.size)


def checked_type(file: Any, size: int, kinds: Kinds, *, field: str) -> str:
    """The type of an open file that may be taken.

    Raises:
        FileRefused: saying what is accepted, or what is wrong with it.
    """
    if size == 0:
        raise FileRefused("Файл пустой. Выберите другой.", field=field)
    if size > kinds.limit:
        raise FileRefused(f"Файл слишком большой. Подойдёт {kinds.words}.", field=field)
    try:
        kind = type_of(file)
    except UnfitFile as error:
        raise FileRefused(str(error), field=field) from error
    if kind not in kinds.types:
        raise FileRefused(f"Такой файл не подойдёт. Приложите {kinds.words}.", field=field)
    if scanner().found_in(pieces_of(file)):
        raise FileRefused("В файле найден вирус. Проверьте свой компьютер и отправьте другой файл.", field=field)
    return kind


def pieces_of(file: Any) -> Iterator[bytes]:
    """The file's bytes from its beginning, a piece at a time."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


@contextmanager
def taken(upload: "UploadedFile[Any] | None", kinds: Kinds, *, field: str) -> Iterator[Received | None]:
    """Take a file for the time of the block: bytes that get no row are swept away later.

    Raises:
        FileRefused: saying what is accepted.
    """
    yield receive(upload, kinds, field=field) if upload else None


def room_for(size: int, folder: Any) -> bool:
    """Whether the disk has room for so many bytes more and a tenth of itself besides."""
    usage = shutil.disk_usage(folder)
    return usage.free - size > usage.total // 100
