"""What is deleted: requests that came to nothing after their time, and what a person demands, as far as law allows."""

from datetime import datetime, timedelta

from django.db import transaction

from myschool.enrolment import facts
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.people import actions as people
from myschool.people.access import guardianships_ever, posts_ever
from myschool.people.models import DeletionRequest

State = EnrolmentRequest.State
CAME_TO_NOTHING = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)
REMEMBERED = timedelta(days=90)
KEPT_BY_LAW = "Сведения о месте в школе хранятся столько, сколько закон велит хранить школьные документы."


@transaction.atomic
def forget_old_requests(*, at: datetime, limit: int = 500) -> int:
    """Delete requests that came to nothing and whose time is over; answers how many, at most `limit`."""
    old = EnrolmentRequest.objects.filter(state__in=CAME_TO_NOTHING, decided_at__lt=at - REMEMBERED)
    cards = dict(old.order_by("decided_at").values_list("pk", "card")[:limit])
    EnrolmentRequest.objects.filter(pk__in=cards).delete()
    StudentCard.objects.filter(requests=None, pk__in=cards.values()).delete()
    return len(cards)


@transaction.atomic
def grant_deletion(*, demand: DeletionRequest, by: Actor, at: datetime) -> None:
    """Delete what no law orders to keep; whoever has no place, post or link left is forgotten altogether.

    Raises:
        AlreadyDecided: somebody was faster.
        OwnMatter: it is about oneself or one's own child.
    """
    demand = _locked(demand, by)
    person_id = demand.subject_id
    EnrolmentRequest.objects.filter(applicant=person_id, state__in=[*CAME_TO_NOTHING, State.DRAFT]).delete()
    StudentCard.objects.filter(requests=None, filed_by=person_id).delete()
    bound = (
        Placement.objects.filter(student=person_id).exists()
        or posts_ever().filter(person=person_id).exists()
        or guardianships_ever().filter(guardian=person_id).exists()
        or EnrolmentRequest.objects.filter(applicant=person_id).exists()
    )
    people.forget_what_was_told(person_id=person_id)
    if not bound:
        people.forget_person(person_id=person_id, by=by, at=at)
    answer = f"Удалено всё, что можно удалить. {KEPT_BY_LAW}" if bound else "Удалено всё."
    _decide(demand, DeletionRequest.State.DONE, answer, by, at)


@transaction.atomic
def refuse_deletion(*, demand: DeletionRequest, reason_text: str, by: Actor, at: datetime) -> None:
    """Refuse a demand with a reason.

    Raises:
        AlreadyDecided: somebody was faster.
        OwnMatter: it is about oneself or one's own child.
    """
    _decide(_locked(demand, by), DeletionRequest.State.REFUSED, reason_text, by, at)


def _locked(demand: DeletionRequest, by: Actor) -> DeletionRequest:
    people.must_not_be_own_matter(by=by, person_ids=[demand.subject_id])
    demand = DeletionRequest.objects.select_for_update().get(pk=demand.pk)
    if demand.state != DeletionRequest.State.SUBMITTED:
        raise AlreadyDecided("Требование уже рассмотрено. Обновите страницу.")
    return demand


def _decide(demand: DeletionRequest, state: str, answer: str, by: Actor, at: datetime) -> None:
    demand.state, demand.answer, demand.decided_at = state, answer, at
    demand.save(update_fields=["state", "answer", "decided_at"])
    chronicle.write(
        facts.DeletionDecided(
            **by.stamp(at), subject_id=demand.subject_id, is_granted=state == DeletionRequest.State.DONE
        )
    )
