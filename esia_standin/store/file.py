"""The SQLite file: its tables, its transactions and the plain asking of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS client (
    mnemonic TEXT PRIMARY KEY, level TEXT NOT NULL, token_alg TEXT NOT NULL, scopes TEXT NOT NULL,
    otp_scopes TEXT NOT NULL, redirects TEXT NOT NULL, faults TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS client_certificate (
    hash TEXT NOT NULL, mnemonic TEXT NOT NULL REFERENCES client, octets BLOB NOT NULL,
    active INTEGER NOT NULL, PRIMARY KEY (hash, mnemonic));
CREATE TABLE IF NOT EXISTS person (
    oid TEXT PRIMARY KEY, body BLOB NOT NULL, wrong_tries INTEGER NOT NULL DEFAULT 0,
    locked_until REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS login (key TEXT PRIMARY KEY, oid TEXT NOT NULL REFERENCES person);
CREATE TABLE IF NOT EXISTS kid_card (
    id INTEGER PRIMARY KEY, parent_oid TEXT NOT NULL REFERENCES person, child_oid TEXT REFERENCES person,
    ref TEXT NOT NULL, body BLOB, state TEXT NOT NULL, submitted_at REAL, UNIQUE (parent_oid, ref));
CREATE TABLE IF NOT EXISTS signing_key (
    id INTEGER PRIMARY KEY, algorithm TEXT NOT NULL, private BLOB NOT NULL, certificate BLOB NOT NULL,
    thumbprint TEXT NOT NULL, retires_at REAL);
CREATE TABLE IF NOT EXISTS browser (
    id TEXT PRIMARY KEY, csrf TEXT NOT NULL, seen_at REAL NOT NULL, oid TEXT, sid TEXT,
    methods TEXT NOT NULL DEFAULT '', logged_in_at REAL, awaiting_oid TEXT, otp_code TEXT);
CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY, body BLOB NOT NULL, asked_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS consent (
    oid TEXT NOT NULL, mnemonic TEXT NOT NULL, scope TEXT NOT NULL, given_at REAL NOT NULL,
    PRIMARY KEY (oid, mnemonic, scope));
CREATE TABLE IF NOT EXISTS permit (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, oid TEXT, mnemonic TEXT NOT NULL, body BLOB NOT NULL,
    expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
"""


class File:
    """The one connection of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            folder / "standin.sqlite3", isolation_level=None, check_same_thread=False, timeout=10
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        # Nothing here is worth waiting for the disk.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested, the outermost one counts."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of the answer."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of the answer."""
        return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, *values: Any) -> int:
        """Write, and say how many rows it concerned."""
        return self._db.execute(sql, values).rowcount

    def write_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Write the same for each."""
        self._db.executemany(sql, rows)
