"""Moments and lengths of time as xAPI writes them (ISO 8601)."""

import re
from datetime import UTC, datetime

DURATION = re.compile(
    r"P(?:(?P<weeks>\d+(?:[.,]\d+)?)W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?)"
)
SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
NEGATIVE_ZERO = re.compile(r"-00(?::?00)?$")


def moment_of(text: str) -> datetime | None:
    """A moment with its date and time, UTC where it names no zone; None if it is not one."""
    if "T" not in text.upper().replace(" ", "T") or NEGATIVE_ZERO.search(text[11:]):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_words(moment: datetime) -> str:
    """A moment as xAPI answers it: UTC, milliseconds or finer."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def duration_fits(text: str) -> bool:
    """Whether a text is a length of time."""
    return bool(DURATION.fullmatch(text)) and text != "P"


def seconds_of(text: str) -> int:
    """The whole seconds of a length of time; years and months, which have no one length, count for nothing."""
    matched = DURATION.fullmatch(text)
    if not matched:
        return 0
    return int(sum(float((matched[name] or "0").replace(",", ".")) * worth for name, worth in SECONDS.items()))


def duration_of(seconds: int) -> str:
    """Seconds as a length of time."""
    return f"PT{seconds}S"
