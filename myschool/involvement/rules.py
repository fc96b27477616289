"""Slots of an evening, options of what is asked, what is shown of an anonymous poll."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256

FEWEST_SHOWN = 5
SIGNED, AGREED, REFUSED = "Ознакомлен(а)", "Согласен(на)", "Не согласен(на)"
USUAL_OPTIONS: Mapping[str, tuple[str, ...]] = {"paper": (SIGNED,), "trip": (AGREED, REFUSED)}
MOST_SLOTS = 60


def slots(begins: time, ends: time, minutes: int, pause: int = 0) -> list[tuple[time, time]]:
    """Slots of so many minutes that lie wholly between two times, with a pause after each; sixty at most."""
    day = date(2000, 1, 1)
    at, last = datetime.combine(day, begins), datetime.combine(day, ends)
    intervals: list[tuple[time, time]] = []
    while at + timedelta(minutes=minutes) <= last and len(intervals) < MOST_SLOTS:
        intervals.append((at.time(), (at + timedelta(minutes=minutes)).time()))
        at += timedelta(minutes=minutes + pause)
    return intervals


def digest_of(title: str, text: str, file_key: str, version: int) -> str:
    """The SHA-256 of what is asked: an answer is an answer to exactly this."""
    return sha256("\x00".join((title, text, file_key, str(version))).encode()).hexdigest()


def shown_counts(counts: Sequence[int], *, is_anonymous: bool) -> list[int | None]:
    """How often each option was chosen; None while so few have answered an anonymous poll that one could guess who."""
    hidden = is_anonymous and sum(counts) < FEWEST_SHOWN
    return [None if hidden else count for count in counts]
