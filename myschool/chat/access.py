"""Whose conversations, messages and complaints an actor may see and keep in order.

All of it stands on one definition, `places_at`: a place in a conversation counts only while its person's capacity holds.
"""

from datetime import datetime

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL

from myschool.chat.models import Complaint, Conversation, Membership, Message, MessageFile
from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor, Role
from myschool.people.access import left_to_operator, own_matter
from myschool.schools.models import Organisation, School

Capacity = Membership.Capacity
CAPACITIES = {Role.STUDENT: Capacity.STUDENT, Role.GUARDIAN: Capacity.GUARDIAN} | dict.fromkeys(
    SCHOOL_STAFF, Capacity.STAFF
)


def places_at(at: datetime) -> QuerySet[Membership]:
    """Places in conversations that hold at a moment: the SQL word `chat_places_at`, which says when one does."""
    return Membership.objects.filter(pk__in=RawSQL("SELECT membership_id FROM chat_places_at(%s)", [at]))


def readers_of(conversation_id: int, at: datetime) -> QuerySet[Membership]:
    """Everybody's place in a conversation."""
    return places_at(at).filter(conversation=conversation_id)


def own_memberships(actor: Actor, at: datetime) -> QuerySet[Membership]:
    """The actor's places in conversations, in the capacity they act in: staff in the chosen school only."""
    if actor.role not in CAPACITIES:
        return Membership.objects.none()
    places = places_at(at).filter(person=actor.person_id, capacity=CAPACITIES[actor.role])
    return places.filter(conversation__school=actor.school_id) if actor.role in SCHOOL_STAFF else places


def memberships_over(actor: Actor, at: datetime) -> QuerySet[Membership]:
    """Places the actor had in conversations where they have none any more, as whomever.

    They are told that it is over; nothing else follows from it.
    """
    lasting = places_at(at).filter(person=actor.person_id, conversation=OuterRef("conversation"))
    return Membership.objects.filter(~Exists(lasting), person=actor.person_id)


def capacity_of(actor: Actor) -> str:
    """As whom the actor reads a stream; staff of another school is somebody else. Empty for who reads none."""
    return reads_as(CAPACITIES[actor.role], actor.school_id) if actor.role in CAPACITIES else ""


def reads_as(capacity: str, school_id: int | None) -> str:
    """As whom somebody of a capacity reads a stream of a school."""
    return f"{capacity}:{school_id}" if capacity == Capacity.STAFF else str(capacity)


def _places_of(actor: Actor, at: datetime) -> QuerySet[Membership]:
    """The actor's place in a message's conversation, if it lets them read the message."""
    return own_memberships(actor, at).filter(conversation=OuterRef("conversation"), sees_after__lt=OuterRef("number"))


def messages_to_read(actor: Actor, at: datetime) -> QuerySet[Message]:
    """Messages of those conversations, from where the actor may read them."""
    return Message.objects.filter(Exists(_places_of(actor, at)), deleted_at__isnull=True)


def messages_to_edit(actor: Actor, at: datetime) -> QuerySet[Message]:
    """The actor's own of them; whether they may write there now the action says in words."""
    return messages_to_read(actor, at).filter(author=actor.person_id)


def messages_to_delete(actor: Actor, at: datetime) -> QuerySet[Message]:
    """One's own, and any where one keeps order."""
    return messages_to_read(actor, at).filter(
        Q(author=actor.person_id) | Exists(_places_of(actor, at).filter(keeps_order=True))
    )


def messages_to_pin(actor: Actor, at: datetime) -> QuerySet[Message]:
    """Those of conversations where one keeps order, and both persons' in a personal one."""
    return messages_to_read(actor, at).filter(
        Exists(_places_of(actor, at).filter(keeps_order=True)) | Q(conversation__kind=Conversation.Kind.PERSONAL)
    )


def messages_to_report(actor: Actor, at: datetime) -> QuerySet[Message]:
    """Others' messages."""
    return messages_to_read(actor, at).exclude(author=actor.person_id)


def messages_to_ask_about(actor: Actor, at: datetime) -> QuerySet[Message]:
    """Messages of which the actor may know how many have read them: their own, and staff any."""
    messages = messages_to_read(actor, at)
    return messages if actor.role in SCHOOL_STAFF else messages.filter(author=actor.person_id)


def files_to_read(actor: Actor, at: datetime) -> QuerySet[MessageFile]:
    """Files of readable messages."""
    return MessageFile.objects.filter(message__in=messages_to_read(actor, at))


def waiting_messages(actor: Actor, at: datetime) -> QuerySet[Message]:
    """What the actor has written to staff in their quiet hours."""
    return Message.objects.filter(
        conversation__in=own_memberships(actor, at).values("conversation"),
        author=actor.person_id,
        number__isnull=True,
        deleted_at__isnull=True,
    )


def persons_to_name(place: Membership, at: datetime) -> QuerySet[Membership]:
    """Whom a member may name in a message: staff anybody; families staff, and whoever has written there."""
    readers = readers_of(place.conversation_id, at)
    if place.capacity == Capacity.STAFF:
        return readers
    messages = Message.objects.filter(
        conversation=place.conversation_id, author=OuterRef("person"), number__gt=place.sees_after
    )
    return readers.filter(Q(capacity=Capacity.STAFF) | Exists(messages))


def schools_to_write_in(actor: Actor, at: datetime) -> QuerySet[School]:
    """Schools whose conversations the actor is in."""
    return School.objects.filter(pk__in=own_memberships(actor, at).values("conversation__school"))


def school_to_moderate(actor: Actor) -> QuerySet[School]:
    """The school whose talk the actor keeps in order: its leaders."""
    if actor.role not in SCHOOL_LEADERS:
        return School.objects.none()
    return School.objects.filter(organisation=actor.school_id)


def place_to_decide_in(actor: Actor) -> QuerySet[Organisation]:
    """Where the actor decides on complaints: the school they lead, or the authority they act for."""
    leads = actor.role in SCHOOL_LEADERS or actor.role == Role.OPERATOR
    return Organisation.objects.filter(pk=(actor.organisation_id or 0) if leads else 0)


def _own_complaint(decider: Combinable, row: type[F] = F) -> Func:
    return own_matter(decider, row("message__author"), row("filed_by"))


# Of whom a complaint is the own matter: they, or their child, have written what is reported, or reported it.
OWN_COMPLAINT = _own_complaint(F("person"), OuterRef)


def complaints_to_decide(actor: Actor, at: datetime) -> QuerySet[Complaint]:
    """What was reported in that school, except what is the actor's own matter: nobody judges their own cause.

    Where it is every leader's own, the operator of the school's region decides.
    """
    if actor.role == Role.OPERATOR:
        return Complaint.objects.filter(left_to_operator(actor, "school", OWN_COMPLAINT, actor.day(at)))
    complaints = Complaint.objects.filter(school__in=school_to_moderate(actor))
    return complaints.exclude(_own_complaint(Value(actor.person_id)))


def own_complaints(actor: Actor) -> QuerySet[Complaint]:
    """What the actor has reported."""
    return Complaint.objects.filter(filed_by=actor.person_id)


def is_muted(place: Membership, at: datetime) -> bool:
    """Whether the school has forbidden the member to write for now."""
    return place.muted_until is not None and place.muted_until > at
