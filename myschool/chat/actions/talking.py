"""Talking: opening a personal conversation, sending, editing, deleting, answering by a sign, pinning, reading.

Each change takes the conversation's lock, moves its version on and stamps the message with it: an open page asks what has
changed after the version it has, and can neither miss nor double anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

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
from myschool.chat.queries.pairs import PERMITTED, acquainted, remaining_in
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


NO_MEMBER = "Вы больше не участник этого чата. Сообщение не отправлено."


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
    meeting = _meeting(school.pk, lower, upper, at)
    if lower == upper or meeting is None:
        raise MayNotTalk("Этому человеку написать нельзя: так решила школа или у вас нет общих классов и групп.")
    conversation, is_new = Conversation.objects.get_or_create(
        school=school,
        lower_id=lower,
        upper_id=upper,
        kind=Kind.PERSONAL,
        defaults={"title": "", "made_by_id": by.person_id, "made_at": at},
    )
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    _let_in(talk, dict(zip((lower, upper), meeting, strict=True)), at)
    if is_new:
        chronicle.write(facts.ConversationOpened(conversation_id=talk.pk, **by.stamp(at, school_id=school.pk)))
    return talk


@dataclass(frozen=True)
class _As:
    """As whom somebody comes into a conversation: a guardian for these students."""

    capacity: str
    student_ids: frozenset[int] = frozenset()


def _let_in(talk: Conversation, people: Mapping[int, _As], at: datetime, *, keeper_id: int | None = None) -> None:
    """Give each of these people a place that holds; who comes back, or as somebody else, reads from now on."""
    holding = {
        membership.person_id: membership for membership in access.readers_of(talk.pk, at).filter(person__in=people)
    }
    for person_id, come in people.items():
        place = holding.get(person_id)
        if place is not None and place.capacity == come.capacity:
            if not come.student_ids <= set(place.student_ids):
                place.student_ids = sorted(come.student_ids | set(place.student_ids))
                place.save(update_fields=["student_ids"])
            continue
        before = Membership.objects.filter(conversation=talk, person=person_id)
        before.filter(to_at__isnull=True).update(to_at=at)
        Membership.objects.create(
            conversation=talk,
            person_id=person_id,
            capacity=come.capacity,
            student_ids=sorted(come.student_ids),
            may_write=True,
            keeps_order=person_id == keeper_id,
            from_at=at,
            sees_after=talk.last_number,
            read_number=talk.last_number,
            muted_until=before.aggregate(until=Max("muted_until"))["until"],
        )


# In which capacities two people may write to each other in a school, and for which students as guardians.
MEETING = Statement(
    "SELECT one.capacity AS one_as, other.capacity AS other_as, one.student_ids AS one_students, "  # noqa: S608 - constants
    "other.student_ids AS other_students FROM "
    + acquainted("%(one)s", "%(school)s", "%(other)s")
    + f" WHERE {PERMITTED} ORDER BY one.capacity, other.capacity"
)


def _meeting(school_id: int, one: int, other: int, at: datetime) -> tuple[_As, _As] | None:
    rows = MEETING.rows({"school": school_id, "one": one, "other": other, "at": at})
    if not rows:
        return None
    first, second = rows[0].one_as, rows[0].other_as
    alike = [row for row in rows if (row.one_as, row.other_as) == (first, second)]
    return (
        _As(first, frozenset(student for row in alike for student in row.one_students or ())),
        _As(second, frozenset(student for row in alike for student in row.other_students or ())),
    )


@transaction.atomic
def make_named(*, title: str, person_ids: Sequence[int], by: Actor, at: datetime) -> Conversation:
    """A conversation of some of the school's staff and of those they may write to.

    Raises:
        MayNotTalk: one of them may not be written to.
    """
    chosen = sorted(set(person_ids) - {by.person_id})
    people = {by.person_id: _As(Capacity.STAFF)}
    for person_id in chosen:
        meeting = _meeting(by.school_id or 0, by.person_id, person_id, at)
        if meeting is None:
            raise MayNotTalk("Среди выбранных есть человек, которому написать нельзя.")
        people[person_id] = meeting[1]
    conversation = Conversation.objects.create(
        school_id=by.school_id or 0, kind=Kind.NAMED, title=title, made_by_id=by.person_id, made_at=at
    )
    _let_in(conversation, people, at, keeper_id=by.person_id)
    chronicle.write(facts.ConversationOpened(conversation_id=conversation.pk, **by.stamp(at)))
    live.tell(*(f"chats:{chosen_id}" for chosen_id in chosen))
    return conversation


@transaction.atomic
def post(
    *,
    place: Membership,
    text: str,
    reply_to: Message | None,
    attached: Sequence[Received],
    client_key: UUID,
    is_urgent: bool,
    by: Actor,
    at: datetime,
) -> Message:
    """Send a message; one with a key that was sent before is that message. Staff's quiet hours make it wait.

    Raises:
        ConversationClosed: nobody writes here any more.
        MayNotWrite: the person only reads here, has left, or was muted.
        NothingSaid: neither words nor a file.
    """
    talk = Conversation.objects.select_for_update().get(pk=place.conversation_id)
    if existing := Message.objects.filter(conversation=talk, author=by.person_id, client_key=client_key).first():
        return existing
    place = _own_place(talk, by, at)
    _demand_writing(place, at)
    if not text and not attached:
        raise NothingSaid("Напишите сообщение или приложите файл.")
    due_at = None if is_urgent and place.capacity == Capacity.STAFF else _quiet_until(talk, by, at)
    called = _called(place, text, at)
    message = Message(
        conversation=talk,
        author_id=by.person_id,
        capacity=place.capacity,
        written_at=at,
        text=text,
        reply_to=reply_to,
        client_key=client_key,
        due_at=due_at,
    )
    if due_at is None:
        _number(talk, message, at)
    message.save()
    Mention.objects.bulk_create(Mention(message=message, person_id=item) for item in called)
    stored = files.keep_all(received=attached[:MOST_FILES], by=by, at=at) if attached else []
    MessageFile.objects.bulk_create(MessageFile(message=message, file=item) for item in stored)
    if due_at is None:
        _posted(talk, message, called, by.stamp(at, school_id=talk.school_id))
    return message


@transaction.atomic
def deliver(*, message: Message, at: datetime) -> None:
    """Send what has waited for staff's quiet hours to end; who may not write any more has not sent it."""
    talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.number is not None or message.deleted_at is not None:
        return
    places = access.readers_of(talk.pk, at).select_related("conversation")
    place = places.filter(person=message.author_id, capacity=message.capacity).first()
    if place is None or why_not(place=place, at=at):
        message.deleted_at = at
        message.save(update_fields=["deleted_at"])
        return
    _number(talk, message, at)
    message.save(update_fields=["number", "version"])
    called = list(Mention.objects.filter(message=message).values_list("person", flat=True))
    _posted(talk, message, called, {**nobody(at, school_id=talk.school_id), "actor_id": message.author_id})


def why_closed(*, talk: Conversation, at: datetime) -> str:
    """Why nobody writes in a conversation now; empty where it is open.

    One that was made by somebody is judged by who is left at this moment, whether or not its roster was kept since.
    """
    why = talk.get_closed_display() if talk.closed_at is not None else ""
    if not why and talk.kind in (Kind.PERSONAL, Kind.NAMED):
        left = remaining_in([talk.pk], at)[talk.pk]
        if talk.kind == Kind.NAMED and not left.may_go_on:
            why = Conversation.Closed.UNKEPT.label
        if talk.kind == Kind.PERSONAL and not left.is_of_two:
            why = Conversation.Closed.ROSTER.label
    return f"{why} Новые сообщения не отправляются, прежние можно читать." if why else ""


def why_silent(*, place: Membership, at: datetime) -> str:
    """Why the school has forbidden the member to write; empty where it has not."""
    if not access.is_muted(place, at):
        return ""
    return f"Школа запретила вам писать в этот чат до {place.muted_until:%d.%m.%Y}. Причина — в решении по жалобе."


def why_not(*, place: Membership, at: datetime) -> str:
    """Why the member does not write in their conversation now; empty if they may."""
    return why_closed(talk=place.conversation, at=at) or _why_unheard(place, at)


def _why_unheard(place: Membership, at: datetime) -> str:
    if not place.may_write:
        return "Здесь пишет только администрация школы, остальные читают."
    return why_silent(place=place, at=at)


def _demand_open(talk: Conversation, at: datetime) -> None:
    if why := why_closed(talk=talk, at=at):
        raise ConversationClosed(why)


def _demand_writing(place: Membership, at: datetime) -> None:
    _demand_open(place.conversation, at)
    if why := _why_unheard(place, at):
        raise MayNotWrite(why)


def _own_place(talk: Conversation, by: Actor, at: datetime) -> Membership:
    """The actor's place, as it stands under the conversation's lock."""
    membership = access.own_memberships(by, at).filter(conversation=talk.pk).first()
    if membership is None:
        raise MayNotWrite(NO_MEMBER)
    membership.conversation = talk
    return membership


def _quiet_until(talk: Conversation, by: Actor, at: datetime) -> datetime | None:
    """Until when a personal message to staff waits; conversations of many are each one's own to keep silent."""
    if talk.kind != Kind.PERSONAL:
        return None
    others = access.readers_of(talk.pk, at).exclude(person=by.person_id)
    if not others.filter(capacity=Capacity.STAFF).exists():
        return None
    zone = School.objects.values_list("time_zone", flat=True).get(pk=talk.school_id)
    rules = ChatRules.objects.filter(school=talk.school_id).first()
    if rules is None:
        return quiet_until(at, zone, USUAL_QUIET)
    return quiet_until(at, zone, (rules.quiet_from, rules.quiet_to) if rules.quiet_from and rules.quiet_to else None)


def _called(place: Membership, text: str, at: datetime) -> list[int]:
    called = mentioned(text)
    if not called:
        return []
    named = access.persons_to_name(place, at).filter(person__in=called)
    return list(named.order_by("person").values_list("person", flat=True))


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


def _locked(message: Message) -> tuple[Conversation, Message]:
    talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    return talk, Message.objects.select_for_update().get(pk=message.pk)


def _stamp(talk: Conversation, message: Message) -> None:
    """Move the conversation on by one version, and stamp the message with it."""
    talk.version += 1
    talk.save(update_fields=["version"])
    message.version = talk.version
    live.tell(f"chat:{talk.pk}")


@transaction.atomic
def edit(*, message: Message, text: str, by: Actor, at: datetime) -> None:
    """Say a message otherwise, where one may write; what it said stays for those who decide on complaints.

    Raises:
        ConversationClosed: nothing is said here any more.
        MayNotWrite: the person only reads here, has left, or was muted.
        NothingSaid: nothing is left of it.
    """
    talk, message = _locked(message)
    place = _own_place(talk, by, at)
    _demand_writing(place, at)
    if not text and not message.files.exists():
        raise NothingSaid("Напишите сообщение. Если оно не нужно, удалите его.")
    _stamp(talk, message)
    MessageRevision.objects.create(
        message=message, text=message.text, is_deletion=False, ended_at=at, ended_by_id=by.person_id
    )
    message.text, message.edited_at = text, at
    message.save(update_fields=["text", "edited_at", "version"])
    Mention.objects.filter(message=message).delete()
    Mention.objects.bulk_create(Mention(message=message, person_id=person_id) for person_id in _called(place, text, at))
    chronicle.write(
        facts.MessageEdited(conversation_id=talk.pk, message_id=message.pk, **by.stamp(at, school_id=talk.school_id))
    )


@transaction.atomic
def delete(*, message: Message, by: Actor, at: datetime) -> None:
    """Show a message no longer: one's own where the conversation is open, anybody's where one keeps order.

    Raises:
        ConversationClosed: nothing changes here any more; only who keeps order still deletes.
        MayNotWrite: the person has left.
    """
    talk, _ = _locked(message)
    if not _own_place(talk, by, at).keeps_order:
        _demand_open(talk, at)
    take_down(message=message, by=by, at=at)


@transaction.atomic
def take_down(*, message: Message, by: Actor, at: datetime) -> None:
    """Show a message no longer; what it said stays for those who decide on complaints."""
    talk, message = _locked(message)
    if message.deleted_at is not None:
        return
    _stamp(talk, message)
    MessageRevision.objects.create(
        message=message,
        text=message.text,
        is_deletion=True,
        ended_at=at,
        ended_by_id=by.person_id,
        file_ids=list(MessageFile.objects.filter(message=message).values_list("file", flat=True)),
    )
    message.text, message.deleted_at, message.deleted_by_id, message.pinned_at = "", at, by.person_id, None
    message.save(update_fields=["text", "deleted_at", "deleted_by", "pinned_at", "version"])
    chronicle.write(
        facts.MessageDeleted(conversation_id=talk.pk, message_id=message.pk, **by.stamp(at, school_id=talk.school_id))
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
    """Answer a message by a sign, or take the sign back; who only reads may, who was muted may not.

    Raises:
        ConversationClosed: nothing is said here any more.
        MayNotWrite: the person has left, or was muted.
        NoSuchSign: it is not among those offered, or the person has given enough of them.
    """
    if sign not in SIGNS:
        raise NoSuchSign("Такого знака нет.")
    talk, message = _locked(message)
    place = _own_place(talk, by, at)
    _demand_open(talk, at)
    if why := why_silent(place=place, at=at):
        raise MayNotWrite(why)
    own = Reaction.objects.filter(message=message, person=by.person_id)
    if not own.filter(sign=sign).delete()[0]:
        if own.count() >= MOST_SIGNS:
            raise NoSuchSign("Вы уже поставили достаточно знаков под этим сообщением.")
        Reaction.objects.create(message=message, person_id=by.person_id, sign=sign, at=at)
    _stamp(talk, message)
    message.save(update_fields=["version"])


@transaction.atomic
def pin(*, message: Message, is_pinned: bool, by: Actor, at: datetime) -> None:
    """Let a message stand above the others, or no longer.

    Raises:
        ConversationClosed: nothing changes here any more.
        MayNotWrite: the person has left, or was muted.
        TooManyPinned: twenty stand there already.
    """
    talk, message = _locked(message)
    _demand_writing(_own_place(talk, by, at), at)
    if is_pinned and Message.objects.filter(conversation=talk, pinned_at__isnull=False).count() >= MOST_PINNED:
        raise TooManyPinned(f"Закреплено уже {MOST_PINNED} сообщений. Открепите то, что больше не нужно.")
    _stamp(talk, message)
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
    """The member has read up to a message; in a closed conversation too, since it may be read."""
    last = Conversation.objects.values_list("last_number", flat=True).get(pk=place.conversation_id)
    if Membership.objects.filter(pk=place.pk, read_number__lt=min(number, last)).update(read_number=min(number, last)):
        live.tell(f"chats:{place.person_id}")
