"""One step in a request's life, written the same way every time."""

from datetime import datetime

from myschool.enrolment import rules
from myschool.enrolment.facts import RequestFact
from myschool.enrolment.models import EnrolmentRequest, RequestStep, StudentCard
from myschool.kernel import chronicle
from myschool.kernel.actors import Stamp
from myschool.kernel.errors import Refusal


class AlreadyDecided(Refusal):
    """The request is no longer in a state that allows this."""

    status = 409


def locked(request: EnrolmentRequest) -> EnrolmentRequest:
    """The request and its card as they are now, kept from others until the transaction ends.

    The pair shares the card: two halves approved at once must not make two persons of one student.
    """
    enrolment_request = (
        EnrolmentRequest.objects.select_for_update(of=("self",))
        .select_related("school__organisation")
        .get(pk=request.pk)
    )
    if enrolment_request.card_id:
        enrolment_request.card = StudentCard.objects.select_for_update(no_key=True).get(pk=enrolment_request.card_id)
    return enrolment_request


def must_allow(request: EnrolmentRequest, state: EnrolmentRequest.State) -> None:
    """Refuse a step that the request's state does not allow.

    Raises:
        AlreadyDecided: naming the state the request is in.
    """
    if not rules.may_become(request.state, state):
        shown = EnrolmentRequest.State(request.state).label.lower()
        raise AlreadyDecided(f"Состояние запроса уже изменилось: {shown}.")


def step(
    request: EnrolmentRequest,
    state: EnrolmentRequest.State,
    fact: type[RequestFact],
    stamp: Stamp,
    *,
    text: str = "",
    **more: int | str,
) -> None:
    """Move the request to a state: its row, its history and the fact."""
    request.state = state
    if state not in rules.LIVE:
        request.decided_at = stamp["at"]
    request.save()
    take_down(request, stamp["at"], stamp["actor_id"], text)
    chronicle.write(fact(**stamp, request_id=request.pk, applicant_id=request.applicant_id, **more))


def take_down(request: EnrolmentRequest, at: datetime, by_id: int | None, text: str = "") -> None:
    """Add the request's present state to its history."""
    RequestStep.objects.create(request=request, state=request.state, by_id=by_id, text=text, at=at)
