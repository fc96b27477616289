"""What is owed to a person about the store of learning records: whose a record is, its content says by its play."""

from collections.abc import Sequence
from typing import Any

from myschool.kernel.subjects import Forgotten, NotCopied, Room, Stays, keys
from myschool.records.models import RecordKey

KEYS = (
    *keys("RecordKey.owner", forgotten=Forgotten.NAMELESS, copied="Ключи хранилища записей"),
    *keys(
        "RecordKey.agent Record.statement",
        joined=Stays("a record is never changed, and what it calls its person leads to nobody"),
        forgotten=Forgotten.EMPTIED,
        copied=NotCopied("the library copies the records of a person's plays: it alone knows whose they are"),
    ),
)


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Keys by their names; the secrets are kept nowhere."""
    return {
        "Ключи хранилища записей": [
            {
                "Название": row.title or ("прохождение материала" if row.registration else row.name),
                "Выдан": row.made_at,
                "Действует до": row.expires_at,
                "Закончен": row.ended_at,
            }
            for row in RecordKey.objects.filter(owner__in=person_ids).order_by("pk")
        ]
    }


ROOM = Room(package="records", keys=KEYS, copy=copy)
