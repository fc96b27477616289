"""How much homework a day bears, and when it was posted too late."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ACT = "СанПиН 1.2.3685-21"
# The most minutes a day by level (the last level of each band).
CAPS = ((1, 60), (3, 90), (5, 120), (8, 150), (12, 210))


def daily_cap(level: int) -> int:
    """The most minutes of homework a day for a level."""
    return next(minutes for last, minutes in CAPS if level <= last)


def load_warning(level: int, minutes: int, control_works: int) -> str:
    """What to tell a teacher about the day that homework is set for; empty when it is a calm one."""
    words = []
    if minutes > (cap := daily_cap(level)):
        words.append(f"На этот день задано {minutes} мин, а можно не больше {cap} ({ACT}).")
    if control_works:
        words.append("В этот день у класса контрольная работа.")
    return " ".join(words)


def is_late(posted_at: datetime, due_day: date, post_until: time | None, zone: str) -> bool:
    """Whether homework was posted after the school's hour on the day before it is due, by the school's clocks."""
    if post_until is None:
        return False
    return posted_at > datetime.combine(due_day - timedelta(days=1), post_until, ZoneInfo(zone))
