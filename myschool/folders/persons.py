"""What is owed to a person about their own files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, Value

from myschool.folders.actions import delete_for_good, lock_files, make_at_the_top, take_out
from myschool.folders.models import Document, DocumentShare, DocumentVersion, Folder
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.subjects import Forgotten, Joined, Room, keys
from myschool.schools.rules.class_names import class_name

KEYS = (
    *keys("DocumentShare.shared_by", forgotten=Forgotten.DELETED, copied="Доступ классов к вашим файлам"),
    *keys("Document.owner", joined=Joined.BY_HAND, forgotten=Forgotten.DELETED, copied="Файлы"),
    *keys("Folder.owner", joined=Joined.BY_HAND, forgotten=Forgotten.DELETED, copied="Папки"),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Put the files of the merged row into a folder of their own among those of the kept one."""
    lock_files(person_id=kept_id)
    folders = Folder.objects.filter(owner=merged_id)
    documents = Document.objects.filter(owner=merged_id)
    if not folders.exists() and not documents.exists():
        return
    # The id makes the name one of its own, however often persons are joined.
    place = make_at_the_top(owner_id=kept_id, name=f"Файлы другой учётной записи ({merged_id})", at=at, changes=changes)
    path = Func(Value([place.pk], ArrayField(BigIntegerField())), F("path"), function="array_cat")
    tops = folders.filter(parent__isnull=True)
    changes.update(folders.exclude(parent__isnull=True), owner=kept_id, parent=F("parent"), path=path)
    changes.update(tops, owner=kept_id, parent=place.pk, path=path)
    changes.update(documents.filter(folder__isnull=False), owner=kept_id, folder=F("folder"))
    changes.update(documents, owner=kept_id, folder=place.pk)


def split(*, kept_id: int, merged_id: int, at: datetime) -> None:
    """Take out what the kept one has put into folders that are the other one's again."""
    take_out(owner_id=kept_id, at=at)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete folders and documents with all versions; their bytes are swept away later."""
    DocumentShare.objects.filter(shared_by__in=person_ids).delete()
    delete_for_good(
        folders=Folder.objects.filter(owner__in=person_ids),
        documents=Document.objects.filter(owner__in=person_ids),
        by=by,
        at=at,
    )
    return set()


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Folders, documents with their versions, and who may read them; the files themselves are on their own page."""
    versions = DocumentVersion.objects.filter(document__owner__in=person_ids).select_related("document__folder", "file")
    shares = DocumentShare.objects.filter(shared_by__in=person_ids).select_related("document", "folder", "school_class")
    return {
        "Папки": [
            {"Имя": row.name, "Создана": row.made_at, "В корзине с": row.trashed_at}
            for row in Folder.objects.filter(owner__in=person_ids).order_by("pk")
        ],
        "Файлы": [
            {
                "Имя": row.document.name,
                "Папка": row.document.folder.name if row.document.folder else "",
                "Версия": row.number,
                "Байт": row.file.size,
                "Добавлен": row.added_at,
                "В корзине с": row.document.trashed_at,
            }
            for row in versions.order_by("document", "number")
        ],
        "Доступ классов к вашим файлам": [
            {
                "Имя": row.document.name if row.document else row.folder.name if row.folder else "",
                "Класс": class_name(row.school_class.level, row.school_class.letter),
                "До": row.to_date,
            }
            for row in shares.order_by("pk")
        ],
    }


ROOM = Room(package="folders", keys=KEYS, copy=copy, join=join, split=split, forget=forget)
