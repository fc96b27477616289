"""Browsers that have come: who is logged in there and how."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from esia_standin.store.file import File

BROWSER_LIVES = timedelta(hours=12).total_seconds()


@dataclass(frozen=True, kw_only=True)
class Browser:
    """One browser, known by its cookie; `csrf` is the token of its forms, `sid` the session for clients."""

    id: str
    csrf: str
    oid: str | None = None
    sid: str = ""
    methods: tuple[str, ...] = ()
    logged_in_at: float = 0
    awaiting_oid: str | None = None
    otp_code: str = ""


class Browsers:
    """Every browser of the last hours."""

    def __init__(self, file: File) -> None:
        self._file = file

    def new(self, at: float) -> Browser:
        """A browser that nobody has logged in with; long unseen ones are forgotten."""
        self._file.write("DELETE FROM browser WHERE seen_at < ?", at - BROWSER_LIVES)
        browser = Browser(id=secrets.token_urlsafe(24), csrf=secrets.token_urlsafe(24))
        self._file.write("INSERT INTO browser (id, csrf, seen_at) VALUES (?, ?, ?)", browser.id, browser.csrf, at)
        return browser

    def find(self, browser_id: str, at: float) -> Browser | None:
        """The browser with this cookie, unless it has not been seen for long."""
        row = self._file.one(
            "UPDATE browser SET seen_at = max(seen_at, ?) WHERE id = ? AND seen_at > ? RETURNING *",
            at,
            browser_id,
            at - BROWSER_LIVES,
        )
        if row is None:
            return None
        return Browser(
            id=row["id"],
            csrf=row["csrf"],
            oid=row["oid"],
            sid=row["sid"] or "",
            methods=tuple(row["methods"].split()),
            logged_in_at=row["logged_in_at"] or 0,
            awaiting_oid=row["awaiting_oid"],
            otp_code=row["otp_code"] or "",
        )

    def await_code(self, browser: Browser, oid: str, code: str) -> None:
        """Remember that the password was right and which one-time code is awaited."""
        self._file.write("UPDATE browser SET awaiting_oid = ?, otp_code = ? WHERE id = ?", oid, code, browser.id)

    def log_in(self, browser: Browser, oid: str, methods: Sequence[str], at: float) -> Browser:
        """Let the person in; the cookie and the form token change."""
        with self._file.transaction():
            self.forget(browser)
            fresh = replace(self.new(at), oid=oid, sid=str(uuid4()), methods=tuple(methods), logged_in_at=at)
            self._file.write(
                "UPDATE browser SET oid = ?, sid = ?, methods = ?, logged_in_at = ? WHERE id = ?",
                oid,
                fresh.sid,
                " ".join(methods),
                at,
                fresh.id,
            )
        return fresh

    def forget(self, browser: Browser) -> None:
        """End the session in the browser."""
        self._file.write("DELETE FROM browser WHERE id = ?", browser.id)
