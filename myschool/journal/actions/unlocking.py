"""Changing a lesson whose window is over: the teacher asks, a deputy head or a leader decides, all of it stays."""

from datetime import date, datetime, timedelta

from django.db import transaction

from myschool.journal import facts
from myschool.journal.actions.pages import bump_pages
from myschool.journal.models import UnlockRequest
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.timetable.models import Lesson

State = UnlockRequest.State
MOST_DAYS = 30


class AlreadyAsked(Refusal):
    """The teacher's request for this lesson waits already."""

    status = 409


class AlreadyDecided(Refusal):
    """Somebody has decided the request."""

    status = 409


class ReasonMissing(Refusal):
    """A request and a refusal need words."""

    status = 422
    field = "reason"


@transaction.atomic
def ask_unlock(*, lesson: Lesson, reason: str, by: Actor, at: datetime) -> UnlockRequest:
    """Ask to change a lesson whose window is over.

    Raises:
        ReasonMissing: nobody could decide it.
        AlreadyAsked: the same teacher's request is still open.
    """
    if not reason:
        raise ReasonMissing("Напишите, что и почему нужно исправить.")
    request, is_new = UnlockRequest.objects.get_or_create(
        lesson=lesson,
        asked_by_id=by.person_id,
        state=State.SUBMITTED,
        defaults={"school_id": lesson.school_id, "reason": reason, "asked_at": at},
    )
    if not is_new:
        raise AlreadyAsked("Вы уже отправили запрос по этому уроку. Его рассмотрит завуч.")
    chronicle.write(facts.UnlockAsked(request_id=request.pk, lesson_id=lesson.pk, **by.stamp(at)))
    return request


@transaction.atomic
def decide_unlock(
    *, request: UnlockRequest, granted: bool, days: int, answer: str, today: date, by: Actor, at: datetime
) -> None:
    """Open the lesson's cells for so many days from today, this one among them, or decline with a reason.

    Raises:
        AlreadyDecided: it was decided before.
        ReasonMissing: declined without words.
    """
    request = UnlockRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != State.SUBMITTED:
        raise AlreadyDecided("Запрос уже рассмотрен.")
    if not granted and not answer:
        raise ReasonMissing("Объясните учителю, почему менять нельзя.", field="answer")
    request.state = State.GRANTED if granted else State.DECLINED
    request.to_date = today + timedelta(days=min(max(days, 1), MOST_DAYS)) if granted else None
    request.answer, request.decided_by_id, request.decided_at = answer, by.person_id, at
    request.save(update_fields=["state", "to_date", "answer", "decided_by", "decided_at"])
    bump_pages(group_ids=[request.lesson.teaching_group_id])
    chronicle.write(
        facts.UnlockDecided(request_id=request.pk, lesson_id=request.lesson_id, granted=granted, **by.stamp(at))
    )
