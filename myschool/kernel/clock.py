"""The time, asked once at the door and handed on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

# Where a day begins first.
EASTERNMOST_ZONE = "Asia/Kamchatka"
# And last.
WESTERNMOST_ZONE = "Europe/Kaliningrad"


def now() -> datetime:
    """This moment, UTC; on a machine where the platform is tried out, perhaps that of another day."""
    return datetime.now(UTC) + settings.CLOCK_AHEAD


def wall() -> datetime:
    """The machines' own moment, UTC: for messages whose age another machine checks."""
    return datetime.now(UTC)


def local_day(zone: str, at: datetime) -> date:
    """The date at that moment in a zone such as «Asia/Kamchatka»."""
    return at.astimezone(ZoneInfo(zone)).date()


def latest_day(at: datetime) -> date:
    """The date where it is latest: while no school is known, a day that has begun anywhere has begun."""
    return local_day(EASTERNMOST_ZONE, at)


def earliest_day(at: datetime) -> date:
    """The date where it is earliest: what is over there is over everywhere."""
    return local_day(WESTERNMOST_ZONE, at)
