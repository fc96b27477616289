"""What is owed to a person about homework."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from myschool.files.actions import forget_files
from myschool.homework.models import HandIn, HandInFile, Homework, HomeworkStudent, HomeworkTick
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.subjects import Forgotten, Joined, Kept, Room, deeds, keys

KEYS = (
    *keys(
        "HomeworkStudent.student",
        joined=Joined.DROPS_TWINS,
        forgotten=Kept(by="journal_kept", since="homework__due_day"),
        copied="Личные домашние задания",
    ),
    *keys("HomeworkTick.student", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Сделанные задания"),
    *keys("HandIn.student", forgotten=Forgotten.DELETED, copied="Сданные работы"),
    *keys("Homework.posted_by", forgotten=Forgotten.NAMELESS, copied="Заданные вами задания"),
    *deeds("HandIn.reviewed_by"),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Where both have handed in, the merged one's versions come first: the last is what the kept one has."""
    shifts = HandIn.objects.filter(student=merged_id).values("homework").annotate(last=Max("version"))
    for shift in shifts.order_by("homework"):
        theirs = HandIn.objects.filter(student=kept_id, homework=shift["homework"])
        # The last one first, so that no two are ever alike.
        for version, row in theirs.order_by("-version").values_list("version", "pk"):
            changes.update(HandIn.objects.filter(pk=row), version=version + shift["last"])


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete what was handed in with its files."""
    files = HandInFile.objects.filter(hand_in__student__in=person_ids)
    if file_ids := list(files.values_list("file", flat=True)):
        files.delete()
        forget_files(file_ids=file_ids, by=by, at=at)
    return set()


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """What was set for the person alone, ticked, handed in with the teacher's words, and set by them."""
    own = {"student__in": person_ids}
    chosen = HomeworkStudent.objects.filter(**own).select_related("homework__teaching_group__subject")
    ticks = HomeworkTick.objects.filter(**own).select_related("homework__teaching_group__subject")
    works = (
        HandIn.objects.filter(**own).select_related("homework__teaching_group__subject").prefetch_related("files__file")
    )
    return {
        "Личные домашние задания": [_homework(row.homework) for row in chosen.order_by("pk")],
        "Сделанные задания": [
            _homework(row.homework) | {"Отмечено": row.ticked_at} for row in ticks.order_by("ticked_at", "pk")
        ],
        "Сданные работы": [
            _homework(row.homework)
            | {
                "Версия": row.version,
                "Ответ": row.text,
                "Файлы": [attached.file.name for attached in row.files.all()],
                "Сдано": row.handed_in_at,
                "Позже срока": row.was_late,
                "Состояние": row.get_state_display(),
                "Слова учителя": row.comment,
                "Проверено": row.reviewed_at,
            }
            for row in works.order_by("handed_in_at", "pk")
        ],
        "Заданные вами задания": [
            _homework(row) | {"Задано": row.posted_at, "Отменено": row.withdrawn_at}
            for row in Homework.objects.filter(posted_by__in=person_ids)
            .select_related("teaching_group__subject")
            .order_by("posted_at", "pk")
        ],
    }


def _homework(row: Homework) -> dict[str, Any]:
    return {"Предмет": row.teaching_group.subject.title, "К дню": row.due_day, "Задание": row.text}


ROOM = Room(package="homework", keys=KEYS, copy=copy, join=join, forget=forget)
