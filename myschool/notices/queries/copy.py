"""What this package keeps of a person, for the copy of their data."""

from myschool.notices import rules
from myschool.notices.models import Notice, NoticeChoice, NoticeSettings, PushSubscription
from myschool.people.models import Person


def export_of(person: Person) -> dict[str, object]:
    """What the person was told, and how they chose to be; the words only where they are about themselves."""
    held = NoticeSettings.objects.filter(person=person).first()
    return {
        "Уведомления": [
            {
                "Когда": row.made_at, "О чём": rules.KINDS[row.kind].title if row.kind in rules.KINDS else row.kind,
                **({"Что": row.title, "Подробности": row.text} if row.student_id == person.pk else {}),
                "Прочитано": row.read_at,
            }
            for row in Notice.objects.filter(recipient=person).order_by("pk")
        ],
        "Настройки уведомлений": {
            "Почта": held.address, "Адрес подтверждён": held.confirmed_at, "Не беспокоить с": held.quiet_from,
            "Не беспокоить до": held.quiet_to, "Часовой пояс": held.zone, "Сводка в": held.digest_at,
            "С подробностями": held.with_details,
        } if held else {},
        "Выбор по видам уведомлений": [
            {"Вид": row.kind, "Письмо": row.mail, "Push": row.push}
            for row in NoticeChoice.objects.filter(person=person).order_by("kind")
        ],
        "Устройства с уведомлениями": [
            {"Устройство": row.device, "С": row.made_at, "До": row.withdrawn_at}
            for row in PushSubscription.objects.filter(person=person).order_by("pk")
        ],
    }  # fmt: skip
