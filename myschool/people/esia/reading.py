"""Single values as ЕСИА sends them: absent, null, empty, number or string; never trusted, never fatal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime


def text(value: object, *, limit: int = 255) -> str | None:
    """A line of text without control characters, no longer than any real one; numbers count as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    words = " ".join(value.split())
    return "".join(letter for letter in words if letter.isprintable())[:limit].strip() or None


def digits(value: object, *lengths: int) -> str | None:
    """The digits of a number written anyhow («112-233-445 95»), if there are as many as there should be."""
    number = "".join(letter for letter in text(value) or "" if letter in "0123456789")
    return number if len(number) in lengths else None


def whole(value: object) -> int | None:
    """A whole number sent as a number or as a string."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    written = text(value, limit=20)
    return int(written) if written and written.isascii() and written.isdecimal() else None


def truth(value: object) -> bool | None:
    """A flag sent as a boolean or as a word."""
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def day(value: object) -> date | None:
    """A date written as 01.09.2015."""
    try:
        return datetime.strptime(text(value) or "", "%d.%m.%Y").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """A moment sent as seconds since 1970."""
    seconds = whole(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def words(value: object) -> tuple[str, ...]:
    """A list of words sent as a list or as one string with spaces."""
    parts = value.split() if isinstance(value, str) else value
    if not isinstance(parts, Sequence):
        return ()
    return tuple(word for part in parts if (word := text(part)))


def mapping(value: object) -> Mapping[str, object]:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}
