"""What is owed to a person about what they were told, and how they chose to be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes, twins
from myschool.kernel.subjects import Forgotten, Joined, Room, keys
from myschool.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings, PushSubscription
from myschool.notices.register import title_of

KEYS = (
    *keys("Delivery.recipient", joined=Joined.BY_HAND, forgotten=Forgotten.BY_HAND, copied="Доставка уведомлений"),
    *keys("Notice.recipient", forgotten=Forgotten.DELETED, copied="Уведомления"),
    *keys("Notice.student", forgotten=Forgotten.DELETED, copied="Уведомления о вас другим"),
    *keys("PushSubscription.person", forgotten=Forgotten.DELETED, copied="Устройства с уведомлениями"),
    *keys(
        "NoticeChoice.person",
        joined=Joined.DROPS_TWINS,
        forgotten=Forgotten.DELETED,
        copied="Выбор по видам уведомлений",
    ),
    *keys(
        "NoticeSettings.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Настройки уведомлений"
    ),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """What both were told is told once; deliveries go along with their notices."""
    twice = twins(Notice, "recipient", old=merged_id, new=kept_id)
    changes.delete(Delivery.objects.filter(notice__in=twice))
    changes.delete(twice)
    changes.update(Delivery.objects.filter(notice__recipient=merged_id), recipient=kept_id)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete deliveries before the notices that they bring."""
    notices = Notice.objects.filter(Q(recipient__in=person_ids) | Q(student__in=person_ids))
    deleted, _ = Delivery.objects.filter(notice__in=notices.values("pk")).delete()
    return {"Доставка уведомлений"} if deleted else set()


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """What the person was told, the words only where they are about themselves; how it went out; what they chose."""
    notices = Notice.objects.filter(recipient__in=person_ids).order_by("pk")
    about = Notice.objects.filter(student__in=person_ids).exclude(recipient__in=person_ids).order_by("pk")
    deliveries = Delivery.objects.filter(notice__recipient__in=person_ids).order_by("pk")
    return {
        "Уведомления": [
            {
                "Когда": row.made_at,
                "О чём": _kind(row.kind),
                **({"Что": row.title, "Подробности": row.text} if row.student_id in person_ids else {}),
                "Прочитано": row.read_at,
            }
            for row in notices
        ],
        "Уведомления о вас другим": [
            # What is said there may be about the receiver as much as about the student.
            {"Когда": row.made_at, "О чём": _kind(row.kind)}
            for row in about
        ],
        "Доставка уведомлений": [
            {
                "Как": row.get_channel_display(),
                "Состояние": row.get_state_display(),
                "Когда": row.ended_at or row.due_at,
            }
            for row in deliveries
        ],
        "Настройки уведомлений": [
            {
                "Почта": row.address,
                "Адрес подтверждён": row.confirmed_at,
                "Не беспокоить с": row.quiet_from,
                "Не беспокоить до": row.quiet_to,
                "Часовой пояс": row.zone,
                "Сводка в": row.digest_at,
                "С подробностями": row.with_details,
            }
            for row in NoticeSettings.objects.filter(person__in=person_ids)
        ],
        "Выбор по видам уведомлений": [
            {"Вид": row.kind, "Письмо": row.mail, "Push": row.push}
            for row in NoticeChoice.objects.filter(person__in=person_ids).order_by("kind", "pk")
        ],
        "Устройства с уведомлениями": [
            {"Устройство": row.device, "С": row.made_at, "До": row.withdrawn_at}
            for row in PushSubscription.objects.filter(person__in=person_ids).order_by("pk")
        ],
    }


def _kind(name: str) -> str:
    return title_of(name) or name


ROOM = Room(package="notices", keys=KEYS, copy=copy, join=join, forget=forget)
