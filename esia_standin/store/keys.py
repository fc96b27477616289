"""The stand-in's own signing keys."""

from __future__ import annotations

from dataclasses import dataclass

from esia_standin.store.file import File


@dataclass(frozen=True)
class StoredKey:
    """One signing key; without `retires_at` it is the current one of its algorithm."""

    algorithm: str
    private: bytes
    certificate: bytes
    thumbprint: str
    retires_at: float | None = None


class Keys:
    """What signs and what still verifies."""

    def __init__(self, file: File) -> None:
        self._file = file

    def add(self, key: StoredKey, *, old_ones_retire_at: float) -> None:
        """Make this the current key of its algorithm; the one before it retires at the moment."""
        with self._file.transaction():
            self._file.write(
                "UPDATE signing_key SET retires_at = ? WHERE algorithm = ? AND retires_at IS NULL",
                old_ones_retire_at,
                key.algorithm,
            )
            self._file.write(
                "INSERT INTO signing_key (algorithm, private, certificate, thumbprint) VALUES (?, ?, ?, ?)",
                key.algorithm,
                key.private,
                key.certificate,
                key.thumbprint,
            )

    def live(self, at: float) -> list[StoredKey]:
        """Keys that still verify, newest first."""
        rows = self._file.all(
            "SELECT algorithm, private, certificate, thumbprint, retires_at FROM signing_key"
            " WHERE retires_at IS NULL OR retires_at > ? ORDER BY id DESC",
            at,
        )
        return [StoredKey(*row) for row in rows]
