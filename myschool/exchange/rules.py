"""What a calendar link is kept as."""

from hashlib import sha256


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode()).digest()
