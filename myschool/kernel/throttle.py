"""How often somebody may ask for something that invites trying numbers."""

from datetime import datetime, timedelta

from myschool.kernel.errors import TooOften
from myschool.kernel.statements import Statement

COUNT = Statement("""
INSERT INTO kernel_tally AS tally (key, since, times) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN tally.since < %(start)s THEN %(at)s ELSE tally.since END,
    times = CASE WHEN tally.since < %(start)s THEN 1 ELSE tally.times + 1 END
RETURNING times
""")


def count(key: str, *, at: datetime, limit: int, per: timedelta) -> None:
    """Count one more asking under the key, which must hold no personal data.

    Raises:
        TooOften: more than `limit` askings since the span began.
    """
    if times(key, at=at, per=per) > limit:
        raise TooOften("Слишком много попыток подряд. Подождите минуту и попробуйте ещё раз.")


def times(key: str, *, at: datetime, per: timedelta) -> int:
    """Count one more asking under the key: the how manieth it is since the span began."""
    (counted,) = COUNT.row({"key": key, "at": at, "start": at - per}) or (0,)
    return int(counted)
