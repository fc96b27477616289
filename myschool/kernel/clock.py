"""The time, asked once at the door and handed on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def local_day(zone: str, at: datetime) -> date:
    """The date at that moment in a zone such as «Asia/Kamchatka»."""
    return at.astimezone(ZoneInfo(zone)).date()
