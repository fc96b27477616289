"""Big files in parts (tus 1.0.0): where the parts lie until the last byte, and what becomes of what nobody uses."""

import base64
import binascii
import fcntl
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from myschool.files import access, actions
from myschool.files.gateways import CHUNK, Stored, store
from myschool.files.models import Upload
from myschool.files.received import Received
from myschool.files.receiving import FileRefused, Kinds, checked_type, room_for
from myschool.files.rules.metadata import cleaned
from myschool.files.rules.names import file_name
from myschool.files.stored import StoredBytes
from myschool.kernel import clock
from myschool.kernel.actors import Actor
from myschool.kernel.errors import ChangedMeanwhile, Refusal

if TYPE_CHECKING:
    from hashlib import _Hash

PIECE = 1_000_000
LONGEST_METADATA = 2000
# Digits of a number of bytes that a column can hold.
LONGEST_NUMBER = 18
HASHES_KEPT, HASHED_AT_ONCE = 200, 4


class Body(Protocol):
    """What brings bytes: a request, or a file."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; empty at the end."""


class BadUpload(Refusal):
    """A request that is not what tus describes."""

    status = 400


class FileTooLong(FileRefused):
    """More bytes are announced than any file of this kind may have."""

    status = 413


class NoRoom(Refusal):
    """The disk has no room for so much."""

    status = 507


def begin(length: str, metadata: str, *, purpose: str, kinds: Kinds, left: int, by: Actor) -> Upload:
    """Expect a file; `length` and `metadata` are the headers' own words, `left` the bytes the person may still send.

    Raises:
        BadUpload: they cannot be read.
        FileRefused: the file is empty.
        FileTooLong: it is too big.
        NoSpaceLeft: it does not fit into what is left to the person.
        TooManyUploads: as many are under way already.
        NoRoom: the disk is nearly full, or will be when all has come that is on its way.
    """
    if not length.isdecimal() or len(length) > LONGEST_NUMBER:
        raise BadUpload("Не указана длина файла.")
    if len(metadata) > LONGEST_METADATA or not (metadata.isascii() and metadata.isprintable()):
        raise BadUpload("Сведения о файле слишком длинные или не читаются.")
    if int(length) == 0:
        raise FileRefused(f"Файл пустой. Подойдёт {kinds.words}.")
    if int(length) > kinds.limit:
        raise FileTooLong(f"Файл слишком большой. Подойдёт {kinds.words}.")
    folder = settings.UPLOADS_FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not room_for(access.bytes_on_their_way() + int(length), folder):
        raise NoRoom("На сервере мало места для такого файла. Сообщите администратору платформы.")
    upload = actions.begin_upload(
        purpose=purpose,
        name=file_name(_told(metadata)),
        metadata=metadata,
        length=int(length),
        left=left,
        by=by,
        at=clock.now(),
    )
    _part(upload).touch(mode=0o600)
    return upload


def _told(metadata: str) -> str:
    """The file's name in tus's words: `filename <base64>, …`."""
    for pair in metadata.split(","):
        word, _, value = pair.strip().partition(" ")
        if word == "filename":
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as error:
                raise BadUpload("Имя файла не читается.") from error
    return ""


def arrived(upload: Upload) -> int:
    """How many bytes are here."""
    return upload.length if upload.key else _size(upload)


def append(upload: Upload, offset: int, body: Body) -> int:
    """Add what the body holds at the offset; answers how many bytes are here now, also if the body breaks off.

    Raises:
        ChangedMeanwhile: the offset is not where the file ends, or somebody else is sending it.
        BadUpload: more bytes than were announced.
    """
    if upload.key:
        raise ChangedMeanwhile("Файл уже загружен.")
    with _part(upload).open("r+b") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ChangedMeanwhile("Этот файл уже загружается из другого окна.") from error
        here = part.seek(0, os.SEEK_END)
        if here != offset:
            raise ChangedMeanwhile("Загрузка продолжается не с того места.", details={"offset": here})
        digest = _hashed_so_far(upload, offset)
        while chunk := body.read(PIECE):
            here += len(chunk)
            if here > upload.length:
                part.truncate(offset)
                raise BadUpload("Прислано больше байтов, чем заявлено.")
            # Both let other threads work: the bytes are hashed while they are written.
            hashing = _hashing.submit(digest.update, chunk) if digest else None
            part.write(chunk)
            if hashing:
                hashing.result()
        part.flush()
        if here == upload.length:
            os.fsync(part.fileno())
            _finish(upload, digest.hexdigest() if digest else _hash_of(_part(upload)))
        elif digest:
            _keep_hash(upload, here, digest)
    return here


# Hashes of what has come so far, by upload: parts that come to the same process in order are read only once.
_hashes: "OrderedDict[str, tuple[int, _Hash]]" = OrderedDict()
_hashing = ThreadPoolExecutor(HASHED_AT_ONCE)


def _hashed_so_far(upload: Upload, offset: int) -> "_Hash | None":
    """The hash of all before the offset; None if this process has not seen it and the file must be read again."""
    if offset == 0:
        return sha256()
    at, digest = _hashes.pop(upload.token, (-1, sha256()))
    return digest if at == offset else None


def _keep_hash(upload: Upload, here: int, digest: "_Hash") -> None:
    _hashes[upload.token] = (here, digest)
    while len(_hashes) > HASHES_KEPT:
        _hashes.popitem(last=False)


def _finish(upload: Upload, key: str) -> None:
    actions.note_bytes(keys=[key], at=clock.now())
    store().take(_part(upload), key)
    actions.finish_upload(upload=upload, key=key)


def _hash_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def drop(upload: Upload) -> None:
    """The sender has changed their mind."""
    actions.drop_upload(upload=upload)
    _part(upload).unlink(missing_ok=True)


def take(token: str, kinds: Kinds, *, purpose: str, field: str, by: Actor) -> Received:
    """The file of a finished upload, checked by its content; the upload is there until the action that keeps it.

    Raises:
        FileRefused: it has not arrived in full, or is not of an accepted kind.
    """
    upload = access.own_uploads(by).filter(token=token, purpose=purpose).exclude(key="").first()
    if upload is None:
        raise FileRefused("Файл ещё не загружен до конца. Дождитесь окончания загрузки.", field=field)
    with StoredBytes(upload.key, upload.length) as file:
        kind = checked_type(file, upload.length, kinds, field=field)
        pieces = cleaned(file, kind)
        stored = store().put(pieces) if pieces else Stored(upload.key, upload.length)
    actions.note_bytes(keys={upload.key, stored.key}, at=clock.now())
    return Received(key=stored.key, name=upload.name, content_type=kind, size=stored.size, token=token)


def sweep(*, at: datetime) -> None:
    """Remove what nobody has claimed in a day: bytes without a row, uploads left half-way."""
    for key in actions.take_unclaimed(at=at):
        store().remove(key)
    for token in actions.take_old_uploads(at=at):
        (settings.UPLOADS_FOLDER / token).unlink(missing_ok=True)
    _sweep_parts(at)


def _sweep_parts(at: datetime) -> None:
    """Remove parts that no upload knows: their rows went with their person, or with a process that died."""
    folder: Path = settings.UPLOADS_FOLDER
    old = (at - 2 * actions.UNCLAIMED_FOR).timestamp()
    stale = {path.name: path for path in folder.glob("*") if path.stat().st_mtime < old}
    for token in stale.keys() - access.tokens_among(stale):
        stale[token].unlink(missing_ok=True)


def _part(upload: Upload) -> Path:
    path: Path = settings.UPLOADS_FOLDER / upload.token
    return path


def _size(upload: Upload) -> int:
    part = _part(upload)
    return part.stat().st_size if part.exists() else 0
