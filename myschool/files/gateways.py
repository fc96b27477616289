"""Where bytes lie: a store behind a Protocol."""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings

CHUNK = 64 * 1024


class Store(Protocol):
    """Keeps bytes under keys that it gives out itself; a key is never reused."""

    def put(self, chunks: Iterable[bytes]) -> str:
        """Store the bytes durably; answers their key."""

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes of a key, in chunks."""

    def remove(self, key: str) -> None:
        """Forget a key; nothing happens if there is none."""


class FolderStore:
    """A folder on this machine's disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, chunks: Iterable[bytes]) -> str:
        """Write beside and rename: a key never leads to half a file."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(".part")
        try:
            with draft.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        return key

    def read(self, key: str) -> Iterator[bytes]:
        """The file's bytes."""
        with self._path(key).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def remove(self, key: str) -> None:
        """Delete the file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


def store() -> Store:
    """The store in use."""
    return FolderStore(settings.FILES_FOLDER)
