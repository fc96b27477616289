"""What is owed to a person about what they have said and where they were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, Func, Q, Value

from myschool.chat import facts
from myschool.chat.models import (
    Complaint,
    Conversation,
    Membership,
    Mention,
    Message,
    MessageFile,
    MessageRevision,
    Reaction,
)
from myschool.files.actions import forget_files
from myschool.kernel import chronicle, live
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes, twins
from myschool.kernel.subjects import Forgotten, Joined, Kept, NotCopied, Room, deeds, keys
from myschool.people.access import guardianships_ever

Kind = Conversation.Kind
KEYS = (
    # What a complaint is about is read by those who decide on it; then it is emptied by the next demand.
    *keys(
        "Message.author",
        copied="Сообщения",
        forgotten=Kept(
            by="chat_complaint",
            since="complaints__decided_at",
            only=Q(complaints__isnull=False, complaints__decided_at__isnull=True),
        ),
    ),
    *keys(
        "Membership.person", joined=Joined.BY_HAND, forgotten=Forgotten.NAMELESS, copied="Чаты, в которых вы состоите"
    ),
    *keys(
        "Membership.student_ids",
        joined=Joined.BY_HAND,
        forgotten=Forgotten.NAMELESS,
        copied=NotCopied("for whom a guardian is there: their links with students are copied"),
    ),
    *keys(
        "Conversation.lower Conversation.upper",
        joined=Joined.BY_HAND,
        forgotten=Forgotten.NAMELESS,
        copied="Личные переписки",
    ),
    *keys("Conversation.made_by", forgotten=Forgotten.NAMELESS, copied="Созданные вами чаты"),
    *keys("Mention.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Упоминания"),
    *keys("Reaction.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Реакции"),
    *keys("Complaint.filed_by", forgotten=Forgotten.NAMELESS, copied="Жалобы"),
    *deeds("Message.deleted_by MessageRevision.ended_by Complaint.decided_by ModeratorAccess.by"),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Where both have a place, the kept one's stands. Guardians of the merged row are there for the kept one from now on."""
    for talk in Conversation.objects.filter(Q(lower=merged_id) | Q(upper=merged_id), kind=Kind.PERSONAL):
        other = talk.upper_id if talk.lower_id == merged_id else talk.lower_id
        lower, upper = sorted((kept_id, other or kept_id))
        alike = Conversation.objects.filter(kind=Kind.PERSONAL, school=talk.school_id, lower=lower, upper=upper)
        if lower == upper or alike.exists():
            changes.update(Membership.objects.filter(conversation=talk, person=merged_id, to_at__isnull=True), to_at=at)
        else:
            changes.update(Conversation.objects.filter(pk=talk.pk), lower=lower, upper=upper)
    changes.update(twins(Membership, "person", old=merged_id, new=kept_id), to_at=at)
    # Places that are over have no index by person, and nobody asks whose they were.
    changes.update(Membership.objects.filter(person=merged_id, to_at__isnull=True), person=kept_id)
    families = guardianships_ever().filter(student__in=[kept_id, merged_id]).values("guardian")
    changes.update(
        Membership.objects.filter(person__in=families, to_at__isnull=True, student_ids__contains=[merged_id]),
        student_ids=Func(
            F("student_ids"),
            Value(merged_id, BigIntegerField()),
            Value(kept_id, BigIntegerField()),
            function="array_replace",
        ),
    )


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Take out the words and files of messages and what they said before, but of those that a complaint waits for."""
    complained = Complaint.objects.filter(decided_at__isnull=True).values("message")
    messages = Message.objects.filter(author__in=person_ids).exclude(pk__in=complained)
    talk_ids = sorted(set(messages.values_list("conversation", flat=True)))
    for talk in list(Conversation.objects.select_for_update().filter(pk__in=talk_ids).order_by("pk")):
        _empty(talk, messages.filter(conversation=talk), by, at)
    return {"Сообщения"} if talk_ids else set()


def _empty(talk: Conversation, messages: Any, by: Actor, at: datetime) -> None:
    Mention.objects.filter(message__in=messages).delete()
    MessageRevision.objects.filter(message__in=messages).delete()
    attached = MessageFile.objects.filter(message__in=messages)
    if file_ids := list(attached.values_list("file", flat=True)):
        attached.delete()
        forget_files(file_ids=file_ids, by=by, at=at)
    shown = list(messages.filter(deleted_at__isnull=True).values_list("pk", flat=True))
    talk.version += 1
    talk.save(update_fields=["version"])
    messages.filter(number__isnull=False).update(version=talk.version)
    messages.filter(pk__in=shown).update(deleted_at=at, deleted_by=by.person_id)
    messages.update(text="", pinned_at=None)
    for message_id in shown:
        stamp = by.stamp(at, school_id=talk.school_id)
        chronicle.write(facts.MessageDeleted(conversation_id=talk.pk, message_id=message_id, **stamp))
    live.tell(f"chat:{talk.pk}")


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """What the person has written, with what it said before; where they are; others' words are in none of it."""
    messages = Message.objects.filter(author__in=person_ids).select_related("conversation").order_by("written_at", "pk")
    places = Membership.objects.filter(person__in=person_ids, to_at__isnull=True).select_related("conversation")
    pairs = Conversation.objects.filter(Q(lower__in=person_ids) | Q(upper__in=person_ids)).order_by("pk")
    reactions = Reaction.objects.filter(person__in=person_ids).select_related("message__conversation").order_by("pk")
    mentions = Mention.objects.filter(person__in=person_ids).select_related("message__conversation").order_by("pk")
    return {
        "Сообщения": [
            {
                "Чат": _name(row.conversation),
                "Когда": row.written_at,
                "Текст": row.text,
                "Прежде": [before.text for before in sorted(row.revisions.all(), key=lambda before: before.pk)],
                "Файлы": [attached.file.name for attached in row.files.all()],
                "Удалено": row.deleted_at,
            }
            for row in messages.prefetch_related("revisions", "files__file")
        ],
        "Чаты, в которых вы состоите": [
            {
                "Чат": _name(row.conversation),
                "Как": row.get_capacity_display(),
                "С": row.from_at,
                "Прочитано до": row.read_number,
            }
            for row in places.order_by("from_at", "pk")
        ],
        "Личные переписки": [{"С": row.made_at, "Последнее сообщение": row.last_at} for row in pairs],
        "Созданные вами чаты": [
            {"Название": _name(row), "Когда": row.made_at}
            for row in Conversation.objects.filter(made_by__in=person_ids).order_by("pk")
        ],
        "Упоминания": [{"Чат": _name(row.message.conversation), "Когда": row.message.written_at} for row in mentions],
        "Реакции": [{"Чат": _name(row.message.conversation), "Знак": row.sign, "Когда": row.at} for row in reactions],
        "Жалобы": [
            {"Когда": row.filed_at, "Причина": row.get_reason_display(), "Подробнее": row.words, "Ответ": row.answer}
            for row in Complaint.objects.filter(filed_by__in=person_ids).order_by("filed_at", "pk")
        ],
    }


def _name(talk: Conversation) -> str:
    return talk.title or Kind(talk.kind).label


ROOM = Room(package="chat", keys=KEYS, copy=copy, join=join, forget=forget)
