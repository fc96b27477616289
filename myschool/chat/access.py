"""Whose conversations, messages and complaints an actor may see and keep in order."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.chat.models import Complaint, Conversation, Membership, Message, MessageFile
from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor, Role
from myschool.schools.models import School

Capacity = Membership.Capacity
# Its list is that of the whole school: who is in it is shown by a door of its own.
OF_THE_WHOLE_SCHOOL = Conversation.Kind.ANNOUNCEMENTS
CAPACITIES = {Role.STUDENT: Capacity.STUDENT, Role.GUARDIAN: Capacity.GUARDIAN}


def own_memberships(actor: Actor) -> QuerySet[Membership]:
    """The actor's places in conversations, in the capacity they act in: staff in the chosen school only."""
    places = Membership.objects.filter(person=actor.person_id, to_at__isnull=True)
    if actor.role in SCHOOL_STAFF:
        return places.filter(capacity=Capacity.STAFF, conversation__school=actor.school_id)
    return places.filter(capacity=CAPACITIES[actor.role]) if actor.role in CAPACITIES else places.none()


def _places_of(actor: Actor) -> QuerySet[Membership]:
    """The actor's place in a message's conversation, if it lets them read the message."""
    return own_memberships(actor).filter(
        conversation=OuterRef("conversation"), sees_after__lt=OuterRef("number")
    )


def messages_to_read(actor: Actor) -> QuerySet[Message]:
    """Messages of those conversations, from where the actor may read them."""
    return Message.objects.filter(Exists(_places_of(actor)), deleted_at__isnull=True)


def messages_to_edit(actor: Actor) -> QuerySet[Message]:
    """The actor's own of them, where they may still write."""
    places = _places_of(actor).filter(may_write=True, conversation__closed_at__isnull=True)
    return messages_to_read(actor).filter(Exists(places), author=actor.person_id)


def messages_to_delete(actor: Actor) -> QuerySet[Message]:
    """One's own, and any where one keeps order."""
    return messages_to_read(actor).filter(
        Q(author=actor.person_id) | Exists(_places_of(actor).filter(keeps_order=True))
    )


def messages_to_pin(actor: Actor) -> QuerySet[Message]:
    """Those of conversations where one keeps order, and both persons' in a personal one."""
    return messages_to_read(actor).filter(
        Exists(_places_of(actor).filter(keeps_order=True)) | Q(conversation__kind=Conversation.Kind.PERSONAL)
    )


def messages_to_report(actor: Actor) -> QuerySet[Message]:
    """Others' messages."""
    return messages_to_read(actor).exclude(author=actor.person_id)


def messages_to_ask_about(actor: Actor) -> QuerySet[Message]:
    """Messages of which the actor may know who has read them: their own, and staff any."""
    return messages_to_read(actor).filter(
        Q(author=actor.person_id) | Exists(_places_of(actor).filter(capacity=Capacity.STAFF))
    )


def files_to_read(actor: Actor) -> QuerySet[MessageFile]:
    """Files of readable messages."""
    return MessageFile.objects.filter(message__in=messages_to_read(actor))


def waiting_messages(actor: Actor) -> QuerySet[Message]:
    """What the actor has written to staff in their quiet hours."""
    return Message.objects.filter(author=actor.person_id, number__isnull=True, deleted_at__isnull=True)


def schools_to_write_in(actor: Actor) -> QuerySet[School]:
    """Schools whose conversations the actor is in."""
    return School.objects.filter(pk__in=own_memberships(actor).values("conversation__school"))


def school_to_moderate(actor: Actor) -> QuerySet[School]:
    """The school whose talk the actor keeps in order: its leaders."""
    if actor.role not in SCHOOL_LEADERS:
        return School.objects.none()
    return School.objects.filter(organisation=actor.school_id)


def complaints_to_decide(actor: Actor) -> QuerySet[Complaint]:
    """What was reported in that school."""
    return Complaint.objects.filter(school__in=school_to_moderate(actor))


def own_complaints(actor: Actor) -> QuerySet[Complaint]:
    """What the actor has reported."""
    return Complaint.objects.filter(filed_by=actor.person_id)


def readers_of(conversation_id: int) -> QuerySet[Membership]:
    """Everybody's present place in a conversation."""
    return Membership.objects.filter(conversation=conversation_id, to_at__isnull=True)


def is_muted(place: Membership, at: datetime) -> bool:
    """Whether the school has forbidden the member to write for now."""
    return place.muted_until is not None and place.muted_until > at
