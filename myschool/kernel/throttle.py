"""How often somebody may ask for something that invites trying numbers."""

import math
from datetime import datetime, timedelta

from myschool.kernel.errors import TooOften
from myschool.kernel.statements import Statement
from myschool.kernel.text import plural

COUNT = Statement("""
INSERT INTO kernel_tally AS tally (key, since, times) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN tally.since < %(start)s THEN %(at)s ELSE tally.since END,
    times = CASE WHEN tally.since < %(start)s THEN 1 ELSE tally.times + 1 END
RETURNING times, since
""")


def count(key: str, *, at: datetime, limit: int, per: timedelta) -> None:
    """Count one more asking under the key, which must hold no personal data.

    Raises:
        TooOften: more than `limit` askings since the span began.
    """
    counted, since = _counted(key, at=at, per=per)
    if counted > limit:
        wait = since + per - at
        raise TooOften(f"Слишком много попыток подряд. Подождите {_span(wait)} и попробуйте ещё раз.", wait=wait)


def times(key: str, *, at: datetime, per: timedelta) -> int:
    """Count one more asking under the key: the how manieth it is since the span began."""
    counted, _ = _counted(key, at=at, per=per)
    return counted


def _counted(key: str, *, at: datetime, per: timedelta) -> tuple[int, datetime]:
    """How often it was asked, and since when that is counted."""
    counted, since = COUNT.row({"key": key, "at": at, "start": at - per}) or (0, at)
    return int(counted), since


def _span(wait: timedelta) -> str:
    """«минуту», «17 минут», «2 часа»: how long to wait, rounded up."""
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    number, words = (minutes, ("минуту", "минуты", "минут"))
    if minutes > 60:
        number, words = math.ceil(minutes / 60), ("час", "часа", "часов")
    word = plural(number, *words)
    return word if number == 1 else f"{number} {word}"
