"""What is owed to a person about files: those who point at a file answer for it, here is who brought it."""

from collections.abc import Sequence
from typing import Any

from myschool.files.models import StoredFile, Upload
from myschool.kernel.subjects import Forgotten, Room, Stays, keys

KEYS = (
    *keys(
        "StoredFile.owner",
        joined=Stays("of what it goes with, whoever brought it"),
        forgotten=Forgotten.NAMELESS,
        copied="Принесённые файлы",
    ),
    *keys("Upload.person", forgotten=Forgotten.DELETED, copied="Начатые загрузки"),
)


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Every file that the person has brought, wherever it went."""
    return {
        "Принесённые файлы": [
            {"Имя": row.name, "Байт": row.size, "Когда": row.stored_at}
            for row in StoredFile.objects.filter(owner__in=person_ids).order_by("pk")
        ],
        "Начатые загрузки": [
            {"Имя": row.name, "Байт": row.length, "Начата": row.begun_at}
            for row in Upload.objects.filter(person__in=person_ids).order_by("pk")
        ],
    }


ROOM = Room(package="files", keys=KEYS, copy=copy)
