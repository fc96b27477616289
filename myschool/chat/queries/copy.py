"""What a person has said, for the copy of their data."""

from typing import Any

from myschool.chat.models import Complaint, Conversation, Message
from myschool.people.models import Person


def export_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """The person's messages, with what they said before, and complaints, in Russian words."""
    messages = (
        Message.objects.filter(author=person).select_related("conversation").order_by("written_at", "pk")
    )
    complaints = Complaint.objects.filter(filed_by=person).order_by("filed_at")
    return {
        "Сообщения": [
            {
                "Чат": one.conversation.title or Conversation.Kind(one.conversation.kind).label, "Когда": one.written_at,
                "Текст": one.text, "Прежде": [kept.text for kept in sorted(one.revisions.all(), key=lambda kept: kept.pk)],
                "Удалено": one.deleted_at,
            }
            for one in messages.prefetch_related("revisions")
        ],
        "Жалобы": [
            {"Когда": one.filed_at, "Причина": one.get_reason_display(), "Подробнее": one.words, "Ответ": one.answer}
            for one in complaints
        ],
    }  # fmt: skip
