"""What is owed to a person about links that other programs read by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from myschool.exchange.models import CalendarFeed
from myschool.kernel.changes import Changes, twins
from myschool.kernel.subjects import Forgotten, Room, keys

KEYS = keys("CalendarFeed.person", forgotten=Forgotten.DELETED, copied="Календари по ссылке")


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Where both have a link, the other leads nowhere."""
    changes.update(twins(CalendarFeed, "person", old=merged_id, new=kept_id), revoked_at=at)


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Links by when they were made and read; the link itself is kept nowhere."""
    return {
        "Календари по ссылке": [
            {"Создан": row.made_at, "Продлён": row.renewed_at, "Прочитан": row.read_at, "Отозван": row.revoked_at}
            for row in CalendarFeed.objects.filter(person__in=person_ids).order_by("pk")
        ]
    }


ROOM = Room(package="exchange", keys=KEYS, copy=copy, join=join)
