"""Talking: opening a personal conversation, sending, editing, deleting, answering by a sign, pinning, reading.

Each change takes the conversation's lock, moves its version on and stamps the message with it: an open page asks what has
changed after the version it has, and can neither miss nor double anything.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from myschool.chat import access, facts
from myschool.chat.models import (
    ChatRules,
    Conversation,
    Membership,
    Mention,
    Message,
    MessageFile,
    MessageRevision,
    Reaction,
)
from myschool.chat.queries.pairs import PERMITTED, acquainted
from myschool.chat.rules.formatting import mentioned
from myschool.chat.rules.talking import SIGNS, USUAL_QUIET, quiet_until
from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel import chronicle, live
from myschool.kernel.actors import Actor, Stamp, nobody
from myschool.kernel.errors import Refusal
from myschool.kernel.statements import Statement
from myschool.schools.models import School

Kind, Capacity = Conversation.Kind, Membership.Capacity
MOST_PINNED, MOST_FILES, MOST_SIGNS = 20, 10, 5


class MayNotTalk(Refusal):
    """The school does not let these two write to each other, or does not know one of them: it looks the same."""

    status = 404


class ConversationClosed(Refusal):
    """Nobody writes here any more."""

    status = 409


class MayNotWrite(Refusal):
    """The person only reads here, has left, or was muted."""

    status = 403


class NothingSaid(Refusal):
    """Neither words nor a file."""

    field = "text"


class TooManyPinned(Refusal):
    """So much on top that nothing stands out."""


class NoSuchSign(Refusal):
    """A sign that is not among those offered."""


@transaction.atomic
def open_personal(*, school: School, person_id: int, by: Actor, at: datetime) -> Conversation:
    """The conversation of the actor with a person of the school; made if these two have none.

    Raises:
        MayNotTalk: they share no class or group, or the school's rules keep them apart.
    """
    lower, upper = sorted((by.person_id, person_id))
    capacities = _capacities(school.pk, lower, upper)
    if lower == upper or capacities is None:
        raise MayNotTalk(
            "Этому человеку написать нельзя: так решила школа или у вас нет общих классов и групп."
        )
    made, is_new = Conversation.objects.get_or_create(
        school=school, lower_id=lower, upper_id=upper, kind=Kind.PERSONAL,
        defaults={"title": "", "made_by_id": by.person_id, "made_at": at},
    )  # fmt: skip
    if is_new:
        Membership.objects.bulk_create(
            Membership(
                conversation=made,
                person_id=one,
                capacity=capacity,
                may_write=True,
                keeps_order=False,
                from_at=at,
            )
            for one, capacity in zip((lower, upper), capacities, strict=True)
        )
        chronicle.write(
            facts.ConversationOpened(conversation_id=made.pk, **by.stamp(at, school_id=school.pk))
        )
    return made


# In which capacities two people may write to each other in a school.
CAPACITIES = Statement(
    "SELECT one.capacity, other.capacity FROM "  # noqa: S608 - constants
    + acquainted("%(one)s", "%(school)s", "%(other)s")
    + f" WHERE {PERMITTED} ORDER BY one.capacity, other.capacity LIMIT 1"
)


def _capacities(school_id: int, one: int, other: int) -> tuple[str, str] | None:
    row = CAPACITIES.row({"school": school_id, "one": one, "other": other})
    return (row[0], row[1]) if row else None


@transaction.atomic
def make_named(*, title: str, person_ids: Sequence[int], by: Actor, at: datetime) -> Conversation:
    """A conversation of some of the school's staff and of those they may write to.

    Raises:
        MayNotTalk: one of them may not be written to.
    """
    chosen = sorted(set(person_ids) - {by.person_id})
    capacities: dict[int, str] = {}
    for person_id in chosen:
        found = _capacities(by.school_id or 0, by.person_id, person_id)
        if found is None:
            raise MayNotTalk("Среди выбранных есть человек, которому написать нельзя.")
        capacities[person_id] = found[1]
    made = Conversation.objects.create(
        school_id=by.school_id or 0, kind=Kind.NAMED, title=title, made_by_id=by.person_id, made_at=at
    )
    Membership.objects.bulk_create(
        Membership(
            conversation=made,
            person_id=one,
            capacity=capacity,
            may_write=True,
            keeps_order=one == by.person_id,
            from_at=at,
        )
        for one, capacity in {by.person_id: Capacity.STAFF, **capacities}.items()
    )
    chronicle.write(facts.ConversationOpened(conversation_id=made.pk, **by.stamp(at)))
    live.tell(*(f"chats:{one}" for one in chosen))
    return made


@transaction.atomic
def post(
    *, place: Membership, text: str, reply_to: Message | None, attached: Sequence[Received], client_key: UUID,
    is_urgent: bool, by: Actor, at: datetime,
) -> Message:  # fmt: skip
    """Send a message; one with a key that was sent before is that message. Staff's quiet hours make it wait.

    Raises:
        ConversationClosed: nobody writes here any more.
        MayNotWrite: the person only reads here, has left, or was muted.
        NothingSaid: neither words nor a file.
    """
    talk = Conversation.objects.select_for_update().get(pk=place.conversation_id)
    if known := Message.objects.filter(conversation=talk, author=by.person_id, client_key=client_key).first():
        return known
    place = _writing(talk, place, by, at)
    if not text and not attached:
        raise NothingSaid("Напишите сообщение или приложите файл.")
    due_at = None if is_urgent and place.capacity == Capacity.STAFF else _quiet_until(talk, by, at)
    called = _called(talk, text)
    message = Message(
        conversation=talk, author_id=by.person_id, capacity=place.capacity, written_at=at, text=text, reply_to=reply_to,
        client_key=client_key, due_at=due_at,
    )  # fmt: skip
    if due_at is None:
        _number(talk, message, at)
    message.save()
    Mention.objects.bulk_create(Mention(message=message, person_id=one) for one in called)
    stored = files.keep_all(received=attached[:MOST_FILES], by=by, at=at) if attached else []
    MessageFile.objects.bulk_create(MessageFile(message=message, file=one) for one in stored)
    if due_at is None:
        _posted(talk, message, called, by.stamp(at, school_id=talk.school_id))
    return message


@transaction.atomic
def deliver(*, message: Message, at: datetime) -> None:
    """Send what has waited for staff's quiet hours to end, unless its conversation was closed meanwhile."""
    talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.number is not None or message.deleted_at is not None:
        return
    if talk.closed_at is not None:
        message.due_at = at.replace(year=at.year + 1)
        message.save(update_fields=["due_at"])
        return
    _number(talk, message, at)
    message.save(update_fields=["number", "version"])
    called = list(Mention.objects.filter(message=message).values_list("person", flat=True))
    _posted(talk, message, called, {**nobody(at, school_id=talk.school_id), "actor_id": message.author_id})


def why_not(*, place: Membership, at: datetime) -> str:
    """Why the member does not write in their conversation now; empty if they may."""
    talk = place.conversation
    if talk.closed_at is not None:
        return f"{talk.get_closed_display()} Новые сообщения не отправляются, прежние можно читать."
    if not place.may_write:
        return "Здесь пишет только администрация школы, остальные читают."
    if access.is_muted(place, at):
        return f"Школа запретила вам писать в этот чат до {place.muted_until:%d.%m.%Y}. Причина — в решении по жалобе."
    return ""


def _writing(talk: Conversation, place: Membership, by: Actor, at: datetime) -> Membership:
    found = access.own_memberships(by).select_related("conversation").filter(pk=place.pk).first()
    if found is None:
        raise MayNotWrite("Вы больше не участник этого чата. Сообщение не отправлено.")
    if reason := why_not(place=found, at=at):
        raise ConversationClosed(reason) if talk.closed_at is not None else MayNotWrite(reason)
    return found


def _quiet_until(talk: Conversation, by: Actor, at: datetime) -> datetime | None:
    """Until when a personal message to staff waits; conversations of many are each one's own to keep silent."""
    if talk.kind != Kind.PERSONAL:
        return None
    others = access.readers_of(talk.pk).exclude(person=by.person_id)
    if not others.filter(capacity=Capacity.STAFF).exists():
        return None
    zone = School.objects.values_list("time_zone", flat=True).get(pk=talk.school_id)
    rules = ChatRules.objects.filter(school=talk.school_id).first()
    if rules is None:
        return quiet_until(at, zone, USUAL_QUIET)
    return quiet_until(
        at, zone, (rules.quiet_from, rules.quiet_to) if rules.quiet_from and rules.quiet_to else None
    )


def _called(talk: Conversation, text: str) -> list[int]:
    called = mentioned(text)
    if not called:
        return []
    return list(
        access.readers_of(talk.pk)
        .filter(person__in=called)
        .order_by("person")
        .values_list("person", flat=True)
    )


def _number(talk: Conversation, message: Message, at: datetime) -> None:
    talk.version += 1
    talk.last_number += 1
    talk.last_at = at
    talk.save(update_fields=["version", "last_number", "last_at"])
    message.number, message.version = talk.last_number, talk.version


def _posted(talk: Conversation, message: Message, called: Sequence[int], stamp: Stamp) -> None:
    # Who writes has read what came before.
    Membership.objects.filter(conversation=talk, person=message.author_id, to_at__isnull=True).update(
        read_number=message.number
    )
    chronicle.write(
        facts.MessagePosted(
            conversation_id=talk.pk,
            message_id=message.pk,
            conversation_kind=talk.kind,
            mentioned_ids=list(called),
            **stamp,
        )
    )
    live.tell(f"chat:{talk.pk}")


def _change(message: Message) -> tuple[Conversation, Message]:
    """The conversation moved on by one version, and the message stamped with it; both locked."""
    talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    talk.version += 1
    talk.save(update_fields=["version"])
    message.version = talk.version
    live.tell(f"chat:{talk.pk}")
    return talk, message


@transaction.atomic
def edit(*, message: Message, text: str, by: Actor, at: datetime) -> None:
    """Say a message otherwise; what it said stays for those who decide on complaints.

    Raises:
        NothingSaid: nothing is left of it.
    """
    talk, message = _change(message)
    if not text and not message.files.exists():
        raise NothingSaid("Напишите сообщение. Если оно не нужно, удалите его.")
    MessageRevision.objects.create(
        message=message, text=message.text, is_deletion=False, ended_at=at, ended_by_id=by.person_id
    )
    message.text, message.edited_at = text, at
    message.save(update_fields=["text", "edited_at", "version"])
    Mention.objects.filter(message=message).delete()
    Mention.objects.bulk_create(Mention(message=message, person_id=one) for one in _called(talk, text))
    chronicle.write(
        facts.MessageEdited(
            conversation_id=talk.pk, message_id=message.pk, **by.stamp(at, school_id=talk.school_id)
        )
    )


@transaction.atomic
def delete(*, message: Message, by: Actor, at: datetime) -> None:
    """Show a message no longer; what it said stays for those who decide on complaints."""
    talk, message = _change(message)
    if message.deleted_at is not None:
        return
    MessageRevision.objects.create(
        message=message, text=message.text, is_deletion=True, ended_at=at, ended_by_id=by.person_id,
        file_ids=list(MessageFile.objects.filter(message=message).values_list("file", flat=True)),
    )  # fmt: skip
    message.text, message.deleted_at, message.deleted_by_id, message.pinned_at = "", at, by.person_id, None
    message.save(update_fields=["text", "deleted_at", "deleted_by", "pinned_at", "version"])
    chronicle.write(
        facts.MessageDeleted(
            conversation_id=talk.pk, message_id=message.pk, **by.stamp(at, school_id=talk.school_id)
        )
    )


@transaction.atomic
def take_back(*, message: Message, by: Actor, at: datetime) -> None:
    """Not to send what still waits."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.number is None:
        message.deleted_at, message.deleted_by_id = at, by.person_id
        message.save(update_fields=["deleted_at", "deleted_by"])


@transaction.atomic
def react(*, message: Message, sign: str, by: Actor, at: datetime) -> None:
    """Answer a message by a sign, or take the sign back.

    Raises:
        NoSuchSign: it is not among those offered, or the person has given enough of them.
    """
    if sign not in SIGNS:
        raise NoSuchSign("Такого знака нет.")
    _, message = _change(message)
    own = Reaction.objects.filter(message=message, person=by.person_id)
    if not own.filter(sign=sign).delete()[0]:
        if own.count() >= MOST_SIGNS:
            raise NoSuchSign("Вы уже поставили достаточно знаков под этим сообщением.")
        Reaction.objects.create(message=message, person_id=by.person_id, sign=sign, at=at)
    message.save(update_fields=["version"])


@transaction.atomic
def pin(*, message: Message, is_pinned: bool, by: Actor, at: datetime) -> None:
    """Let a message stand above the others, or no longer.

    Raises:
        TooManyPinned: twenty stand there already.
    """
    talk, message = _change(message)
    if (
        is_pinned
        and Message.objects.filter(conversation=talk, pinned_at__isnull=False).count() >= MOST_PINNED
    ):
        raise TooManyPinned(f"Закреплено уже {MOST_PINNED} сообщений. Открепите то, что больше не нужно.")
    message.pinned_at = at if is_pinned else None
    message.save(update_fields=["pinned_at", "version"])
    chronicle.write(
        facts.MessagePinned(
            conversation_id=talk.pk,
            message_id=message.pk,
            is_pinned=is_pinned,
            **by.stamp(at, school_id=talk.school_id),
        )
    )


@transaction.atomic
def read(*, place: Membership, number: int) -> None:
    """The member has read up to a message."""
    last = Conversation.objects.values_list("last_number", flat=True).get(pk=place.conversation_id)
    if Membership.objects.filter(pk=place.pk, read_number__lt=min(number, last)).update(
        read_number=min(number, last)
    ):
        live.tell(f"chats:{place.person_id}")


@transaction.atomic
def join_persons(*, kept_id: int, merged_id: int, at: datetime) -> None:
    """A person found to be another keeps what they have written; rosters give them their places."""
    Membership.objects.filter(person=merged_id, to_at__isnull=True).update(to_at=at)
    Message.objects.filter(author=merged_id).update(author=kept_id)
    told = Reaction.objects.filter(person=kept_id).values("message")
    Reaction.objects.filter(person=merged_id, message__in=told).delete()
    Reaction.objects.filter(person=merged_id).update(person=kept_id)


def due(at: datetime) -> Message | None:
    """A message whose time to be sent has come."""
    return (
        Message.objects.filter(number__isnull=True, deleted_at__isnull=True, due_at__lte=at)
        .order_by("due_at")
        .first()
    )
