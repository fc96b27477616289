"""Whose notices, devices and deliveries an actor may see."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.enrolment.access import authority_to_act_for
from myschool.kernel.actors import Actor, Role
from myschool.notices.models import Delivery, Notice, PushSubscription
from myschool.people.access import guardianships_on

__all__ = ["authority_to_act_for"]


def notices_of(person_id: int, day: date) -> QuerySet[Notice]:
    """What a person was told; about a student only while they represent them."""
    link = guardianships_on(day).filter(guardian=person_id, student=OuterRef("student"))
    return Notice.objects.filter(
        Q(student__isnull=True) | Q(student=person_id) | Exists(link), recipient=person_id
    )


def own_notices(actor: Actor, day: date) -> QuerySet[Notice]:
    """The actor's own, in whichever role they act."""
    return notices_of(actor.person_id, day)


def own_devices(actor: Actor) -> QuerySet[PushSubscription]:
    """Browsers that take the person's pushes."""
    return PushSubscription.objects.filter(person=actor.person_id, withdrawn_at__isnull=True)


def deliveries_to_watch(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries of notices that concern the operator's region, and of those that concern no school."""
    if actor.role != Role.OPERATOR:
        return Delivery.objects.none()
    regions = authority_to_act_for(actor).values("region")
    return Delivery.objects.filter(
        Q(notice__school__isnull=True) | Q(notice__school__organisation__region__in=regions)
    )


def deliveries_to_send_again(actor: Actor) -> QuerySet[Delivery]:
    """Those of them that could not be delivered."""
    return deliveries_to_watch(actor).filter(state=Delivery.State.DEAD)
