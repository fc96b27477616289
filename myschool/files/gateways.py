"""Where bytes lie and who looks them over: a store and a scanner, each behind a Protocol."""

import os
import secrets
import shutil
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from myschool.kernel import transactions

CHUNK = 256 * 1024
# Bytes that were put again a moment ago may be about to get their row.
FRESH_SECONDS = 3600


@dataclass(frozen=True)
class Stored:
    """Bytes in the store: their key is the SHA-256 of their content, so the same bytes lie there once."""

    key: str
    size: int


class Store(Protocol):
    """Keeps bytes under the hash of their content."""

    def put(self, chunks: Iterable[bytes]) -> Stored:
        """Store the bytes durably; answers their key."""

    def take(self, path: Path, key: str) -> None:
        """Make a file of this machine, whose hash is known, a stored one; it is gone from its place afterwards."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a key, or a part of them, in chunks."""

    def remove(self, key: str) -> None:
        """Forget a key, unless it was put just now; nothing happens if there is none."""


class FolderStore:
    """A folder on this machine's disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, chunks: Iterable[bytes]) -> Stored:
        """Write beside and rename: a key never leads to half a file."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f"{secrets.token_hex(16)}.part"
        digest, size = sha256(), 0
        try:
            with draft.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            self.take(draft, digest.hexdigest())
        finally:
            draft.unlink(missing_ok=True)
        return Stored(digest.hexdigest(), size)

    def take(self, path: Path, key: str) -> None:
        """Rename it, or carry it over from another disk."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(path, target)
        os.utime(target)

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The file's bytes."""
        left = length
        with self._path(key).open("rb") as file:
            file.seek(start)
            while left is None or left > 0:
                chunk = file.read(CHUNK if left is None else min(CHUNK, left))
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk

    def remove(self, key: str) -> None:
        """Delete the file, unless it is fresh."""
        path = self._path(key)
        if path.exists() and time.time() - path.stat().st_mtime > FRESH_SECONDS:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


class S3Store:
    """A bucket of any server that speaks S3: `s3://bucket/prefix`, the rest from the usual AWS_… variables."""

    def __init__(self, url: str) -> None:
        # Only those who keep files in a bucket need it loaded.
        from obstore.store import S3Store as Bucket

        place = urlsplit(url)
        self.bucket = Bucket(place.netloc, prefix=place.path.strip("/") or None, **settings.S3_OPTIONS)

    def put(self, chunks: Iterable[bytes]) -> Stored:
        """Send the bytes under a passing name, then copy them to their hash: a key never leads to half a file."""
        import obstore

        digest, size = sha256(), 0

        def told() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        draft = f"drafts/{secrets.token_hex(16)}"
        obstore.put(self.bucket, draft, told())
        obstore.copy(self.bucket, draft, digest.hexdigest())
        obstore.delete(self.bucket, draft)
        return Stored(digest.hexdigest(), size)

    def take(self, path: Path, key: str) -> None:
        """Send it, in parts if it is big."""
        import obstore

        obstore.put(self.bucket, key, path)
        path.unlink()

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The object's bytes."""
        import obstore

        if length == 0:
            return
        options: Any = {"range": {"offset": start} if length is None else (start, start + length)}
        response = obstore.get(self.bucket, key, options=options if start or length is not None else None)
        yield from (bytes(chunk) for chunk in response.stream(min_chunk_size=CHUNK))

    def remove(self, key: str) -> None:
        """Delete the object, unless it is fresh."""
        import obstore

        try:
            written_at = obstore.head(self.bucket, key)["last_modified"].timestamp()
        except FileNotFoundError:
            return
        if time.time() - written_at > FRESH_SECONDS:
            obstore.delete(self.bucket, key)


def store() -> Store:
    """The store in use, for whoever has no transaction open."""
    transactions.demand_none()
    return S3Store(settings.FILES_BUCKET) if settings.FILES_BUCKET else FolderStore(settings.FILES_FOLDER)


class Scanner(Protocol):
    """Looks bytes over for what must not spread."""

    def found_in(self, chunks: Iterable[bytes]) -> str:
        """The name of what was found; empty when the bytes are clean."""


class ScannerIsAway(RuntimeError):
    """The scanner that the settings name did not answer: nothing is taken unscanned."""


# The industry's agreed test sign, in two halves so that this very file is not taken for it.
TEST_SIGN = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class SignScanner:
    """Knows the test sign only: what stands in where no scanner is configured."""

    def found_in(self, chunks: Iterable[bytes]) -> str:
        """The test sign, also across two chunks."""
        tail = b""
        for chunk in chunks:
            if TEST_SIGN in tail + chunk:
                return "Eicar-Test-Signature"
            tail = chunk[-len(TEST_SIGN) :]
        return ""


class ClamScanner:
    """ClamAV's daemon, by its INSTREAM command; `address` is a socket's path or host:port."""

    def __init__(self, address: str) -> None:
        self.address = address

    def found_in(self, chunks: Iterable[bytes]) -> str:
        """The name of what the daemon has found.

        Raises:
            ScannerIsAway: the daemon does not answer, or not as it should.
        """
        try:
            with closing(self._connected()) as wire:
                wire.sendall(b"zINSTREAM\0")
                for chunk in chunks:
                    wire.sendall(struct.pack("!L", len(chunk)) + chunk)
                wire.sendall(struct.pack("!L", 0))
                answer = _line(wire)
        except OSError as error:
            raise ScannerIsAway(str(error)) from error
        if answer.endswith("FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        if answer == "stream: OK":
            return ""
        raise ScannerIsAway(answer)

    def _connected(self) -> socket.socket:
        if "/" in self.address:
            wire = socket.socket(socket.AF_UNIX)
            wire.settimeout(60)
            wire.connect(self.address)
            return wire
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=60)


def _line(wire: socket.socket) -> str:
    line = b""
    while piece := wire.recv(4096):
        line += piece
    return line.rstrip(b"\0\n").decode("utf-8", "replace")


def scanner() -> Scanner:
    """The scanner in use, for whoever has no transaction open."""
    transactions.demand_none()
    return ClamScanner(settings.CLAMD) if settings.CLAMD else SignScanner()
