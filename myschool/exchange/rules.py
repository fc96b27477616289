"""How long a calendar link lasts, what it is kept as, and what shows it to whoever has just made it."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

LASTS = timedelta(days=365)
# Who makes a link has its page for so long; a page that is opened anew still shows it.
SHOWN_FOR = timedelta(minutes=10)


def ends_at(made_at: datetime, renewed_at: datetime | None) -> datetime:
    """When a link ends by itself."""
    return (renewed_at or made_at) + LASTS


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode()).digest()


def sealed(token: str, *, key: str, at: datetime) -> str:
    """What a browser keeps of a token that its page shows; it says nothing to anybody without the key."""
    return _seal(key).encrypt_at_time(token.encode(), int(at.timestamp())).decode()


def opened(kept: str, *, key: str, at: datetime) -> str:
    """The token that a browser has kept; empty if it has kept none, too long, or for another key."""
    try:
        ttl, now = int(SHOWN_FOR.total_seconds()), int(at.timestamp())
        return _seal(key).decrypt_at_time(kept.encode(errors="replace"), ttl, now).decode()
    except InvalidToken:
        return ""


def _seal(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(key.encode()).digest()))
