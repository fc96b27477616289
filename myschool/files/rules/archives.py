"""Archives (ZIP) that strangers send: the one place where they are opened, and the limits on what is read of them.

Nothing of an archive is believed. Its entries are counted before any is parsed, what they would unpack to is judged
against the bytes that were really sent, and an entry is read piece by piece, never further than was asked for.
"""

import re
import stat
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo
from zlib import error as BadDeflate  # noqa: N812 - it is a class

from myschool.kernel.text import is_seen_whole

MOST_ENTRIES = 10_000
MOST_BYTES = 4_000_000_000
# Text packs 20 : 1, a bomb 1,000 : 1; small archives may be as empty as they like.
MOST_RATIO, SMALL = 100, 1_000_000
# The list of entries at an archive's end: a name of 300 signs and what programs add to it, ten thousand times.
LARGEST_DIRECTORY = 8_000_000
LONGEST_PATH, DEEPEST = 300, 20
PIECE = 64 * 1024
UTF8_NAME, ENCRYPTED = 0x800, 0x1
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# The records at the end of an archive that lead to its list of entries, and an entry of the list (APPNOTE 4.3).
END, END_64, LOCATOR_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
LISTED_BYTES, LENGTHS_AT, LENGTHS = 46, 28, struct.Struct("<3H")
LONGEST_COMMENT = 0xFFFF
NewArchive = ZipFile


class BadArchive(ValueError):
    """An archive that is not opened; the message tells its sender why."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive, under the path it is kept by: relative, with slashes, composed letters."""

    path: str
    size: int
    record: ZipInfo


@dataclass(frozen=True)
class Archive:
    """An archive every file of which may be kept, by its path."""

    entries: Mapping[str, Entry]
    file: ZipFile

    def chunks(self, path: str) -> Iterator[bytes]:
        """A file's bytes, piece by piece.

        Raises:
            BadArchive: they do not unpack.
        """
        try:
            with self.file.open(self.entries[path].record) as packed:
                while chunk := packed.read(PIECE):
                    yield chunk
        except (BadZipFile, BadDeflate, NotImplementedError, EOFError, RuntimeError, OSError) as error:
            raise BadArchive(f"Файл «{path}» в архиве повреждён.") from error

    def head(self, path: str, limit: int) -> bytes:
        """The beginning of a file: no more than that is unpacked.

        Raises:
            BadArchive: it does not unpack.
        """
        read = bytearray()
        for chunk in self.chunks(path):
            read += chunk
            if len(read) >= limit:
                break
        return bytes(read[:limit])


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Archive]:
    """The archive, if every one of its files may be kept.

    Raises:
        BadArchive: broken, encrypted, a bomb, or with names that lead elsewhere or mean two files at once.
    """
    size = file.seek(0, 2)
    _count(file, size)
    with _parsed(file) as archive:
        entries = _entries(archive.infolist(), size)
        yield Archive({entry.path: entry for entry in entries}, archive)


def new_archive(file: IO[bytes]) -> NewArchive:
    """An archive of our own, to be written."""
    return ZipFile(file, "w", ZIP_DEFLATED)


def _broken() -> BadArchive:
    return BadArchive("Архив повреждён и не открывается. Соберите его заново.")


def _count(file: IO[bytes], size: int) -> None:
    """Count the entries before a parser makes an object of each, whatever number the archive itself names."""
    start, length = _directory(file, size)
    if start < 0:
        raise _broken()
    if length > LARGEST_DIRECTORY:
        raise BadArchive(
            f"В архиве больше {MOST_ENTRIES} файлов, или его оглавление слишком велико. Разделите его на части."
        )
    file.seek(start)
    listed = file.read(length)
    place = count = 0
    while place + LISTED_BYTES <= len(listed):
        count += 1
        if count > MOST_ENTRIES:
            raise BadArchive(f"В архиве больше {MOST_ENTRIES} файлов. Разделите его на части.")
        place += LISTED_BYTES + sum(LENGTHS.unpack_from(listed, place + LENGTHS_AT))


def _directory(file: IO[bytes], size: int) -> tuple[int, int]:
    """Where the list of entries begins and its length in bytes, found as the parser finds them."""
    file.seek(max(0, size - END.size - LONGEST_COMMENT))
    tail = file.read()
    place = len(tail) - END.size
    if not (tail[place:].startswith(b"PK\x05\x06") and tail.endswith(b"\0\0")):
        place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < END.size:
        raise _broken()
    length = END.unpack_from(tail, place)[5]
    end = size - len(tail) + place
    locator, record = place - LOCATOR_64.size, place - LOCATOR_64.size - END_64.size
    if record >= 0 and tail.startswith(b"PK\x06\x07", locator) and tail.startswith(b"PK\x06\x06", record):
        return end - LOCATOR_64.size - END_64.size - (long := END_64.unpack_from(tail, record)[8]), long
    return end - length, length


def _parsed(file: IO[bytes]) -> ZipFile:
    try:
        return ZipFile(file)
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise _broken() from error


def _entries(records: list[ZipInfo], size: int) -> list[Entry]:
    unpacked = sum(record.file_size for record in records)
    if unpacked > MOST_BYTES:
        raise BadArchive("Распакованный архив занял бы больше 4 ГБ. Разделите его на части.")
    if unpacked > SMALL and unpacked > MOST_RATIO * size:
        raise BadArchive("Архив распаковался бы в сотни раз. Такие архивы мы не открываем.")
    _apart(records)
    paths = [(_path(record), record) for record in records]
    entries = [Entry(path, record.file_size, record) for path, record in paths if not record.is_dir()]
    _distinct([entry.path for entry in entries])
    return entries


def _apart(records: list[ZipInfo]) -> None:
    end = 0
    for record in sorted(records, key=lambda one: one.header_offset):
        # Entries that share packed bytes unpack to far more than the archive holds.
        if record.header_offset < end:
            raise BadArchive("Архив собран так, что его файлы накладываются друг на друга. Соберите его заново.")
        end = record.header_offset + record.compress_size


def _path(record: ZipInfo) -> str:
    name = _name(record)
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)[:100]
    if record.flag_bits & ENCRYPTED:
        raise BadArchive("Архив защищён паролем. Отправьте его без пароля.")
    # Others unpack to what they like in memory, whatever piece is asked for.
    if record.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadArchive("Архив сжат необычным способом. Соберите его заново как обычный ZIP.")
    if stat.S_IFMT(record.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadArchive(f"В архиве есть ссылка вместо файла: «{shown}». Положите в архив сам файл.")
    if not is_fit_path(name.removesuffix("/")):
        raise BadArchive(
            f"Недопустимое имя в архиве: «{shown}». Путь должен вести внутрь архива, имя — состоять из видимых знаков."
        )
    return unicodedata.normalize("NFC", name.removesuffix("/"))


def is_fit_path(path: str) -> bool:
    """Whether a path leads to a file inside a package on every system, and is what it looks like."""
    parts = path.split("/")
    return (
        len(path) <= LONGEST_PATH
        and len(parts) <= DEEPEST
        and not NOT_IN_NAMES.search(path)
        and is_seen_whole(path)
        and not any(part in ("", ".", "..") or part.endswith((".", " ")) or DEVICES.fullmatch(part) for part in parts)
    )


def _name(record: ZipInfo) -> str:
    # What does not say how its name is written comes from Russian Windows, in cp866, or from macOS and Info-ZIP, in UTF-8:
    # no two Russian letters of cp866 are valid UTF-8.
    if record.flag_bits & UTF8_NAME or record.orig_filename.isascii():
        return record.orig_filename
    for encoding in ("utf-8", "cp866"):
        with suppress(UnicodeError):
            return record.orig_filename.encode("cp437").decode(encoding)
    return record.orig_filename


def _distinct(paths: list[str]) -> None:
    names: set[str] = set()
    folders = {str(parent).casefold() for path in paths for parent in PurePosixPath(path).parents if str(parent) != "."}
    for path in paths:
        folded = path.casefold()
        if folded in names or folded in folders:
            raise BadArchive(f"Имя «{path}» встречается в архиве дважды. Переименуйте один из файлов.")
        names.add(folded)
