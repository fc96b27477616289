"""Archives (ZIP) that strangers send: which are opened at all, and under which names their files are kept."""

import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

MOST_ENTRIES = 10_000
MOST_BYTES = 4_000_000_000
# Text packs 20 : 1, a bomb 1,000 : 1; small files may be as empty as they like.
MOST_RATIO, SMALL = 200, 1_000_000
UTF8_NAME, ENCRYPTED = 0x800, 0x1
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class BadArchive(ValueError):
    """An archive that is not opened; the message tells its sender why."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive, under the path it is kept by: relative, with slashes, composed letters."""

    path: str
    size: int
    record: ZipInfo


def entries_of(file: IO[bytes]) -> list[Entry]:
    """The files of an archive, if every one of them may be kept.

    Raises:
        BadArchive: broken, encrypted, a bomb, or with names that lead elsewhere or mean two files at once.
    """
    with opened(file) as archive:
        records = archive.infolist()
    if len(records) > MOST_ENTRIES:
        raise BadArchive(f"В архиве больше {MOST_ENTRIES} файлов. Разделите его на части.")
    if sum(record.file_size for record in records) > MOST_BYTES:
        raise BadArchive("Распакованный архив занял бы больше 4 ГБ. Разделите его на части.")
    _apart(records)
    entries = [
        Entry(_path(record), record.file_size, record)
        for record in records
        if not _is_harmless_folder(record)
    ]
    _distinct([entry.path for entry in entries])
    return entries


def opened(file: IO[bytes]) -> ZipFile:
    """The archive.

    Raises:
        BadArchive: it is broken.
    """
    try:
        return ZipFile(file)
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BadArchive("Архив повреждён и не открывается. Соберите его заново.") from error


def chunks_of(archive: ZipFile, entry: Entry, size: int) -> Iterator[bytes]:
    """An entry's bytes.

    Raises:
        BadArchive: they do not unpack, or there are more than was told.
    """
    try:
        left = entry.size
        with archive.open(entry.record) as packed:
            while chunk := packed.read(size):
                left -= len(chunk)
                if left < 0:
                    raise BadArchive(f"Файл «{entry.path}» в архиве больше, чем заявлено.")
                yield chunk
    except (BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise BadArchive(f"Файл «{entry.path}» в архиве повреждён.") from error


def _is_harmless_folder(record: ZipInfo) -> bool:
    if record.is_dir():
        _path(record)
        return True
    return False


def _apart(records: list[ZipInfo]) -> None:
    end = 0
    for record in sorted(records, key=lambda one: one.header_offset):
        # Entries that share packed bytes unpack to far more than the archive holds.
        if record.header_offset < end:
            raise BadArchive(
                "Архив собран так, что его файлы накладываются друг на друга. Соберите его заново."
            )
        end = record.header_offset + record.compress_size


def _path(record: ZipInfo) -> str:
    name = _name(record)
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)[:100]
    if record.flag_bits & ENCRYPTED:
        raise BadArchive("Архив защищён паролем. Отправьте его без пароля.")
    if stat.S_ISLNK(record.external_attr >> 16):
        raise BadArchive(f"В архиве есть ссылка вместо файла: «{shown}». Положите в архив сам файл.")
    if record.file_size > SMALL and record.file_size > MOST_RATIO * max(record.compress_size, 1):
        raise BadArchive(f"Файл «{shown}» распаковался бы в сотни раз. Такие архивы мы не открываем.")
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or NOT_IN_NAMES.search(name) or any(part in ("", ".", "..") for part in parts):
        raise BadArchive(f"Недопустимый путь в архиве: «{shown}». Пути должны вести внутрь архива.")
    if any(DEVICES.fullmatch(part) or part.endswith((".", " ")) for part in parts) or len(name) > 300:
        raise BadArchive(f"Недопустимое имя файла в архиве: «{shown}». Переименуйте файл.")
    return unicodedata.normalize("NFC", name.rstrip("/"))


def _name(record: ZipInfo) -> str:
    # Archives made in Russian Windows carry names in cp866 and do not say so.
    if record.flag_bits & UTF8_NAME or record.orig_filename.isascii():
        return record.orig_filename
    try:
        return record.orig_filename.encode("cp437").decode("cp866")
    except UnicodeError:
        return record.orig_filename


def _distinct(paths: list[str]) -> None:
    seen: dict[str, str] = {}
    folders = {
        str(parent).casefold()
        for path in paths
        for parent in PurePosixPath(path).parents
        if str(parent) != "."
    }
    for path in paths:
        folded = path.casefold()
        if folded in seen or folded in folders:
            raise BadArchive(f"Имя «{path}» встречается в архиве дважды. Переименуйте один из файлов.")
        seen[folded] = path
