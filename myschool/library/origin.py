"""The content's own origin (источник содержимого): another host name, without our cookies and scripts.

An address there begins with a token: a play's or a version's id and a deadline, signed. It says neither who plays
nor anything else about them, and opens nothing but that package.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing

SALT = "library.content"
LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Pass:
    """What a token opens: a play, or a version looked at without one (then `play_id` is 0)."""

    version_id: int
    play_id: int


def address_of(version_id: int, play_id: int = 0) -> str:
    """Where the content of a version runs, for half a day."""
    token = signing.dumps([version_id, play_id], salt=SALT, compress=False)
    return f"{origin(version_id)}/p/{token}/"


def origin(version_id: int) -> str:
    """The origin of a version's content: each has its own where the pattern has a place for it."""
    return settings.CONTENT_ORIGIN.replace("{}", f"v{version_id}")


def opened(token: str) -> Pass | None:
    """What a token opens; None if it is forged or too old."""
    try:
        version_id, play_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Pass(version_id, play_id)


def is_ours(host: str, pattern: str) -> bool:
    """Whether a Host header names the content's origin, or one of its many."""
    before, gap, after = urlsplit(pattern.replace("{}", "__")).netloc.partition("__")
    if not gap:
        return host == before
    middle = host.removeprefix(before).removesuffix(after)
    return host == f"{before}{middle}{after}" and middle.isalnum()
