"""What is deleted: requests that came to nothing after their time, and what a person demands, as far as law allows."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction

from myschool.enrolment import facts
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import EnrolmentRequest, StudentCard
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.deadlines import deadline
from myschool.kernel.numbers import rounded
from myschool.kernel.subjects import Outcome, Rest
from myschool.kernel.text import plural
from myschool.people import actions as people
from myschool.people.models import DeletionRequest

State = EnrolmentRequest.State
CAME_TO_NOTHING = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)
REMEMBERED = timedelta(days=90)
NOTHING_DELETED = "Удалять было нечего."
NOTHING_STAYS = (
    "Больше о вас ничего не хранится: имя, дата рождения, СНИЛС и учётная запись удалены. "
    "В летописи действий и там, где вы что-то делали для других, остался номер без имени."
)
STAYS_WITH_IT = "Пока это хранится, остаются имя, учётная запись и входы."


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
    """Delete what no law orders to keep; of whom nothing is kept is forgotten altogether.

    Raises:
        AlreadyDecided: somebody was faster.
        OwnMatter: it is about oneself or one's own child.
    """
    demand = _locked(demand, by)
    outcome = people.forget_person(person_id=demand.subject_id, by=by, at=at)
    _decide(demand, DeletionRequest.State.DONE, answer_of(outcome), by, at)


def answer_of(outcome: Outcome) -> str:
    """What was deleted, what stays, by which act and until when, in words."""
    deleted = f"Удалено: {_listed(outcome.deleted)}." if outcome.deleted else ""
    if not outcome.rest:
        return f"{deleted} {NOTHING_STAYS}".strip()
    by_act: dict[str, list[str]] = defaultdict(list)
    for rest in outcome.rest:
        by_act[rest.by].append(f"{_lowered(rest.title)} {_until(rest)}")
    stays = " ".join(f"{_raised(deadline(name).source)}: {', '.join(rows)}." for name, rows in by_act.items())
    return " ".join(filter(None, (deleted or NOTHING_DELETED, "Остаётся по срокам хранения.", stays, STAYS_WITH_IT)))


def _until(rest: Rest) -> str:
    if rest.until is not None:
        return f"(до {rest.until:%d.%m.%Y})"
    days = deadline(rest.by).days
    years = int(rounded(Fraction(4 * days, 1461)))
    term = (
        f"{years} {plural(years, 'год', 'года', 'лет')}" if years else f"{days} {plural(days, 'день', 'дня', 'дней')}"
    )
    return f"(ещё {term} после окончания)"


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(_lowered(title) for title in titles)


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]


def _raised(source: str) -> str:
    return source[:1].upper() + source[1:]


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
