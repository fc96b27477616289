"""Whose notices, devices and deliveries an actor may see."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Case, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from myschool.chat.access import places_at
from myschool.chat.models import Membership
from myschool.enrolment.access import authority_to_act_for
from myschool.kernel.actors import Actor, Role
from myschool.kernel.clock import latest_day
from myschool.notices.models import Delivery, Notice, PushSubscription
from myschool.notices.rules import ADDRESS
from myschool.people.access import guardianships_on

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

TALK = "talk:"


def notices_of(person_id: int, at: datetime) -> QuerySet[Notice]:
    """What a person was told: about a student only while they represent them, of a conversation while they are in it."""
    link = guardianships_on(latest_day(at)).filter(guardian=person_id, student=OuterRef("student"))
    talk = Func(F("thing"), Value(":"), Value(2), function="split_part")
    place = places_at(at).filter(person=person_id, conversation=OuterRef("talk_id"))
    notices = Notice.objects.annotate(talk_id=Case(When(thing__startswith=TALK, then=Cast(talk, BigIntegerField()))))
    return notices.filter(
        Q(student__isnull=True) | Q(student=person_id) | Exists(link),
        Q(talk_id__isnull=True) | Exists(place),
        recipient=person_id,
    )


class News(TypedDict):
    """Whether a notice is news."""

    is_new: bool


def unread_talks(person_id: int, at: datetime) -> QuerySet[Membership]:
    """Where the person is in a conversation that they have not read to its end."""
    return places_at(at).filter(person=person_id, read_number__lt=F("conversation__last_number"))


def _open_to(actor: Actor, notices: QuerySet[Notice], at: datetime) -> QuerySet[Notice]:
    """Of a person's notices those that the session may show: an account nobody has checked reads of itself only."""
    if actor.is_confirmed:
        return notices
    as_student = places_at(at).filter(
        person=actor.person_id, conversation=OuterRef("talk_id"), capacity=Membership.Capacity.STUDENT
    )
    return notices.filter(Q(student=actor.person_id) | Q(kind=ADDRESS) | Exists(as_student))


def own_notices(actor: Actor, at: datetime) -> "QuerySet[WithAnnotations[Notice, News]]":
    """The actor's own, in whichever role they act.

    News is what was not opened; of a conversation, while it is not read to its end. A session that Gosuslugi has not
    confirmed is shown nothing about anybody else.
    """
    unread = unread_talks(actor.person_id, at).filter(conversation=OuterRef("talk_id"))
    return _open_to(actor, notices_of(actor.person_id, at), at).annotate(
        is_new=Q(read_at__isnull=True) & (Q(talk_id__isnull=True) | Exists(unread))
    )


def own_devices(actor: Actor) -> QuerySet[PushSubscription]:
    """Browsers that take the person's pushes."""
    return PushSubscription.objects.filter(person=actor.person_id, withdrawn_at__isnull=True)


def deliveries_to_watch(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries of notices that concern the operator's region, and of those that concern no school."""
    if actor.role != Role.OPERATOR:
        return Delivery.objects.none()
    regions = authority_to_act_for(actor).values("region")
    return Delivery.objects.filter(Q(notice__school__isnull=True) | Q(notice__school__organisation__region__in=regions))


def deliveries_to_send_again(actor: Actor) -> QuerySet[Delivery]:
    """Those of them that could not be delivered."""
    return deliveries_to_watch(actor).filter(state=Delivery.State.DEAD)
