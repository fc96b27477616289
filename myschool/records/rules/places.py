"""Digests under which records and documents are found: short, of one length, and without anybody's name."""

import base64
from hashlib import sha256


def _digest(*words: str) -> str:
    return base64.urlsafe_b64encode(sha256("\0".join(words).encode()).digest()).decode().rstrip("=")


def mark_of(scope: str, kind: str, value: str) -> str:
    """What a record of this scope is found by: 96 bits."""
    return _digest(scope, kind, value)[:16]


def folder_of(scope: str, kind: str, *, activity: str = "", agent: str = "", registration: str = "") -> str:
    """Where documents of one kind about one matter lie: «state», «activity_profile», «agent_profile»."""
    return _digest(scope, kind, activity, agent, registration)
