"""The beginning of a sign-in, kept in the browser that began it.

The cookie holds the random state and the PKCE verifier under our signature. A reply is taken only from the
same browser (the states agree) and only soon. The caller deletes the cookie at the first reply, and ЕСИА
accepts a code once: nothing can be replayed. Each sign-in has a cookie of its own, so several tabs may begin one.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from .failures import Cause, EsiaRefused
from .signing import base64url

LIFETIME = timedelta(minutes=30)
_LEEWAY = timedelta(seconds=60)
_PURPOSE = b"myschool.people.esia.state:"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A sign-in begun: what was asked for, where to go afterwards."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    scopes: tuple[str, ...]
    next_path: str
    begun_at: datetime


def begin(*, scopes: tuple[str, ...], next_path: str | None, at: datetime) -> Attempt:
    """A new sign-in with fresh secrets."""
    return Attempt(
        state=str(uuid4()),
        verifier=secrets.token_urlsafe(48),
        scopes=scopes,
        next_path=local_path(next_path),
        begun_at=at,
    )


def cookie_of(state: str | None) -> str:
    """What tells the cookie of a state's sign-in from those begun beside it; a state from an address may be anything."""
    return hashlib.sha256(_octets(state or "")).hexdigest()[:12]


def seal(attempt: Attempt, *, key: bytes) -> str:
    """The cookie's value."""
    content = [attempt.state, attempt.verifier, list(attempt.scopes), attempt.next_path, attempt.begun_at.timestamp()]
    body = base64url(json.dumps(content).encode())
    return f"{body}.{_signature(body, key)}"


def open_seal(sealed: str | None, *, state: str | None, key: bytes, at: datetime) -> Attempt:
    """The sign-in that this browser began and that the returned state belongs to.

    Raises:
        EsiaRefused: there is no cookie, it was altered or has expired, or the state is another browser's.
    """
    if not sealed:
        raise EsiaRefused(Cause.COOKIE_MISSING)
    body, _, signature = sealed.partition(".")
    if not _same(signature, _signature(body, key)):
        raise EsiaRefused(Cause.STATE_MISMATCH)
    attempt = _read(body)
    if not _same(attempt.state, state or ""):
        raise EsiaRefused(Cause.STATE_MISMATCH)
    if not attempt.begun_at - _LEEWAY <= at <= attempt.begun_at + LIFETIME:
        raise EsiaRefused(Cause.STATE_EXPIRED)
    return attempt


def local_path(path: str | None) -> str:
    """The path if it leads to a page of ours, otherwise the home page."""
    # Browsers read a backslash as a slash and drop tabs and line ends: «/\\host» and «/\t/host» lead outside.
    if not path or not path.startswith("/") or path.startswith("//") or len(path) > 1000:
        return "/"
    return "/" if "\\" in path or not path.isprintable() else path


def _signature(body: str, key: bytes) -> str:
    return base64url(hmac.digest(key, _PURPOSE + _octets(body), "sha256"))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_octets(one), _octets(other))


def _octets(text: str) -> bytes:
    """A cookie and an address may bring anything, half a surrogate pair too."""
    return text.encode(errors="backslashreplace")


def _read(body: str) -> Attempt:
    """A body whose signature is ours; one of an older release may still have another shape."""
    try:
        content = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        state, verifier, scopes, next_path, begun = content
        begun_at = datetime.fromtimestamp(begun, UTC)
    except (NotBase64, ValueError, TypeError):
        raise EsiaRefused(Cause.STATE_MISMATCH) from None
    return Attempt(state=state, verifier=verifier, scopes=tuple(scopes), next_path=next_path, begun_at=begun_at)
