"""How long a calendar link lasts, and what it is kept as."""

from datetime import datetime, timedelta
from hashlib import sha256

LASTS = timedelta(days=365)


def ends_at(made_at: datetime, renewed_at: datetime | None) -> datetime:
    """When a link ends by itself."""
    return (renewed_at or made_at) + LASTS


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode()).digest()
