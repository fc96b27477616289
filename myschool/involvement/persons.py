"""What is owed to a person about what they were asked, have answered and booked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from myschool.involvement.models import Ask, AskAnswer, MeetingSlot, ParentsEvening
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes, twins
from myschool.kernel.subjects import Forgotten, Kept, Room, keys

KEYS = (
    # Of two answers to one question the kept one's counts; the other stays as it was signed.
    *keys(
        "AskAnswer.student AskAnswer.person",
        forgotten=Kept(by="school_papers_kept", since="answered_at"),
        copied="Ответы школе",
    ),
    *keys("MeetingSlot.student MeetingSlot.guardian", forgotten=Forgotten.BY_HAND, copied="Встречи с учителями"),
    *keys("MeetingSlot.teacher", forgotten=Forgotten.NAMELESS, copied="Ваши приёмные часы на родительских вечерах"),
    *keys("Ask.made_by", forgotten=Forgotten.NAMELESS, copied="Вопросы семьям"),
    *keys("ParentsEvening.made_by", forgotten=Forgotten.NAMELESS, copied="Назначенные вами вечера"),
)
FREE: dict[str, None] = {"student": None, "guardian": None, "booked_at": None, "reminded_at": None}


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """What both have booked at one time or with one teacher is free again."""
    for column in ("student", "guardian"):
        changes.update(twins(MeetingSlot, column, old=merged_id, new=kept_id), **FREE)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Let what the person has booked, or what was booked for them, be free; forget what was said of health."""
    booked = MeetingSlot.objects.filter(Q(student__in=person_ids) | Q(guardian__in=person_ids))
    forgotten = {"Встречи с учителями"} if booked.update(**FREE) else set()
    notes = AskAnswer.objects.filter(Q(student__in=person_ids) | Q(person__in=person_ids)).exclude(note="")
    return forgotten | ({"Сведения о здоровье в ответах школе"} if notes.update(note="") else set())


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """What was answered by the person or for them, booked, asked and appointed."""
    answers = AskAnswer.objects.filter(Q(student__in=person_ids) | Q(person__in=person_ids))
    slots = MeetingSlot.objects.filter(Q(student__in=person_ids) | Q(guardian__in=person_ids))
    hours = MeetingSlot.objects.filter(teacher__in=person_ids).select_related("evening")
    return {
        "Ответы школе": [
            {
                "Кто": "вы" if row.person_id in person_ids else "законный представитель",
                "Вопрос": row.ask.title,
                "Редакция": row.version,
                "Ответ": row.option.text if row.option else "анонимно",
                "О здоровье": row.note,
                "Когда": row.answered_at,
                "Отпечаток": row.digest,
            }
            for row in answers.select_related("ask", "option").order_by("answered_at", "pk")
        ],
        "Встречи с учителями": [
            {"Вечер": row.evening.title, "День": row.evening.day, "Начало": row.starts, "Записано": row.booked_at}
            for row in slots.select_related("evening").order_by("booked_at", "pk")
        ],
        "Ваши приёмные часы на родительских вечерах": [
            {"Вечер": row.evening.title, "День": row.evening.day, "Начало": row.starts, "Конец": row.ends}
            for row in hours.order_by("evening", "starts")
        ],
        "Вопросы семьям": [
            {"Вопрос": row.title, "Текст": row.text, "Когда": row.made_at}
            for row in Ask.objects.filter(made_by__in=person_ids).order_by("pk")
        ],
        "Назначенные вами вечера": [
            {"Вечер": row.title, "День": row.day, "Когда назначен": row.made_at}
            for row in ParentsEvening.objects.filter(made_by__in=person_ids).order_by("pk")
        ],
    }


ROOM = Room(package="involvement", keys=KEYS, copy=copy, join=join, forget=forget)
