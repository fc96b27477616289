"""What schools do with requests: ask, approve, decline, let go."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from myschool.enrolment import access, facts, queries, rules
from myschool.enrolment.actions import placing
from myschool.enrolment.actions.steps import AlreadyDecided, locked, must_allow, step
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Placement, StudentCard
from myschool.kernel import clock
from myschool.kernel.actors import Actor, Role
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import Refusal
from myschool.people import actions as people
from myschool.people.models import Person
from myschool.people.queries import person_vouched_for
from myschool.people.rules import Rank
from myschool.schools.models import School, SchoolClass
from myschool.schools.queries import class_offered, working_day_after

__all__ = [
    "AlreadyDecided", "Bulk", "MatchNotChosen", "ReasonMissing", "WrongMatch", "approve", "approve_many", "ask_to_clarify", "decline",
    "release",
]  # fmt: skip

Kind, State = EnrolmentRequest.Kind, EnrolmentRequest.State


class WrongMatch(Refusal):
    """The chosen record cannot be this student."""

    status = 422


class MatchNotChosen(Refusal):
    """Whether the student is the one on the list, a person must say."""

    status = 422


class ReasonMissing(Refusal):
    """A decline without a reason the requester could use."""

    status = 422
    field = "reason_text"


@transaction.atomic
def ask_to_clarify(*, request: EnrolmentRequest, question: str, by: Actor, at: datetime) -> None:
    """Ask the requester something before deciding.

    Raises:
        AlreadyDecided: it is decided, or a question is open.
    """
    request = locked(request)
    must_allow(request, State.CLARIFY)
    request.question, request.answer = question, ""
    step(request, State.CLARIFY, facts.ClarificationAsked, by.stamp(at), text=question)


@transaction.atomic
def approve(
    *,
    request: EnrolmentRequest,
    same_as_id: int | None = None,
    is_new: bool = False,
    school_class: SchoolClass | None = None,
    by: Actor,
    at: datetime,
) -> EnrolmentRequest:
    """Let a request come true.

    `same_as_id` is a person of the school's own list who the administrator says is the student; without it a student
    nobody knows is written down anew. Where the list holds somebody of the same name and birth date, or СНИЛС, the
    administrator must say one or the other: `is_new` says that it is nobody of the list. `school_class` stands in where the request named no class, or another one.
    A student of another school gets the place when that school has let them go.

    Raises:
        AlreadyDecided: somebody was faster.
        WrongClass: the class is not of this school, year and level, or is closed.
        WrongMatch: the chosen person is not on the school's list, or logs in as somebody else already.
        MatchNotChosen: the list holds somebody who may be the student, and nobody said who it is.
    """
    request = locked(request)
    must_allow(request, State.APPROVED)
    if same_as_id is None and not is_new and queries.must_be_compared(request):
        raise MatchNotChosen(
            "В списке школы есть похожий ученик. Выберите, он это или нет, и одобрите ещё раз."
        )
    day = clock.local_day(request.school.time_zone, at)
    if request.card:
        _identify(request.card, same_as_id, by, at)
        # Two persons may just have become one, and the request the other one's.
        request = locked(request)
    if request.kind == Kind.PLACE:
        named = school_class or request.school_class
        request.school_class = class_offered(
            request.school_id, request.school_year_id, request.level, named.pk if named else None
        )
    if request.kind == Kind.PLACE and (leaves := _other_school(request)):
        must_allow(request, State.RELEASE)
        _ask_release(request, leaves, by, at)
        return request
    _come_true(request, day, by, at)
    return request


def _ask_release(request: EnrolmentRequest, leaves: School, by: Actor, at: datetime) -> None:
    request.from_school = leaves
    request.due_day = working_day_after(
        leaves.organisation.region_id,
        clock.local_day(leaves.time_zone, at),
        deadline("transfer_release").days,
    )
    stamp = by.stamp(at, school_id=request.school_id)
    step(request, State.RELEASE, facts.ReleaseAsked, stamp, from_school_id=leaves.pk)


def _identify(card: StudentCard, same_as_id: int | None, by: Actor, at: datetime) -> None:
    """Find out which person the card describes."""
    if same_as_id is not None and same_as_id != card.person_id:
        # Locked, or two students approved at once could both become the one record.
        listed = access.students_to_match(by).select_for_update(of=("self",)).filter(pk=same_as_id).first()
        if listed is None or (card.person_id and listed.account_set.exists()):
            raise WrongMatch("Эту запись нельзя связать с запросом. Обновите страницу и выберите ещё раз.")
        if card.person_id:
            merge(kept_id=listed.pk, merged_id=card.person_id, by=by, at=at)
        card.person = listed
    elif card.person_id is None:
        card.person = _told_by_gosuslugi(card) or people.add_person(
            last_name=card.last_name, first_name=card.first_name, patronymic=card.patronymic,
            birth_date=card.birth_date, gender=card.gender,
            # A typed СНИЛС is a claim, not knowledge: only Gosuslugi's own cards bring one that can be believed.
            **{"snils" if card.source == StudentCard.Source.ESIA else "claimed_snils": card.snils},
        )  # fmt: skip
    card.save(update_fields=["person"])
    if card.source == StudentCard.Source.ESIA and card.esia_oid and card.person_id:
        people.expect_account(person_id=card.person_id, issuer=settings.ESIA["issuer"], oid=card.esia_oid)


def _told_by_gosuslugi(card: StudentCard) -> Person | None:
    """The person that Gosuslugi's own card names by its account or СНИЛС, if we know them already."""
    if card.source != StudentCard.Source.ESIA:
        return None
    return person_vouched_for(settings.ESIA["issuer"], card.esia_oid, card.snils)


@transaction.atomic
def merge(*, kept_id: int, merged_id: int, by: Actor, at: datetime) -> None:
    """Make two persons one, with their cards, requests and places."""
    people.merge_persons(kept_id=kept_id, merged_id=merged_id, by=by, at=at)
    StudentCard.objects.filter(person=merged_id).update(person=kept_id)
    StudentCard.objects.filter(filed_by=merged_id).update(filed_by=kept_id)
    EnrolmentRequest.objects.filter(applicant=merged_id).update(applicant=kept_id)
    ConnectionRequest.objects.filter(applicant=merged_id).update(applicant=kept_id)
    placing.join_places(kept_id=kept_id, merged_id=merged_id)


def _other_school(request: EnrolmentRequest) -> School | None:
    assert request.card is not None  # noqa: S101 - a place request has one: enrolment_request_shape
    current = (
        Placement.objects.filter(student=request.card.person_id, to_date__isnull=True)
        .exclude(school=request.school_id)
        .select_related("school__organisation")
        .first()
    )
    return current.school if current else None


def _come_true(request: EnrolmentRequest, day: date, by: Actor, at: datetime) -> None:
    stamp = by.stamp(at, school_id=request.school_id)
    card = request.card
    if request.kind == Kind.POST:
        people.take_post(
            person_id=request.applicant_id, organisation_id=request.school_id, role=Role(request.role),
            from_date=day, stamp=stamp,
        )  # fmt: skip
    elif card and card.person_id and request.kind == Kind.PLACE:
        placing.place(
            student_id=card.person_id, school_id=request.school_id, level=request.level or 1,
            school_class=request.school_class, day=day, stamp=stamp,
        )  # fmt: skip
        if card.person_id != request.applicant_id:
            people.register_by_guardian(student_id=card.person_id, given_by_id=request.applicant_id, at=at)
    elif card and card.person_id:
        people.link_guardian(
            guardian_id=request.applicant_id, student_id=card.person_id, relation=request.relation, from_date=day,
            stamp=stamp,
        )  # fmt: skip
    request.decided_by_id = by.person_id
    step(request, State.APPROVED, facts.RequestApproved, stamp)


@transaction.atomic
def release(*, request: EnrolmentRequest, by: Actor, at: datetime) -> None:
    """Let a student go to the school that has agreed to take them: the transfer happens today.

    A student who has meanwhile gone to a third school is no longer this school's to let go: that one is asked.

    Raises:
        AlreadyDecided: the transfer is over already.
    """
    request = locked(request)
    if request.state != State.RELEASE:
        raise AlreadyDecided("Этот перевод уже завершён или отозван. Обновите страницу.")
    holder = _other_school(request)
    if holder and holder.pk != request.from_school_id:
        _ask_release(request, holder, by, at)
        return
    if request.school_class and request.school_class.closed_at:
        # The class was closed while the old school thought: the new one chooses another later.
        request.school_class = None
    _come_true(request, clock.local_day(request.school.time_zone, at), by, at)


@transaction.atomic
def decline(*, request: EnrolmentRequest, reason: str, text: str, by: Actor, at: datetime) -> None:
    """Decline a request with a reason the requester will read; its pair is not touched.

    Raises:
        ReasonMissing: «другая причина» without words.
        AlreadyDecided: somebody was faster.
    """
    if fault := rules.reason_fault(reason, text):
        raise ReasonMissing(fault)
    request = locked(request)
    must_allow(request, State.DECLINED)
    request.reason, request.reason_text = reason, text
    request.decided_by_id = by.person_id
    stamp = by.stamp(at, school_id=request.school_id)
    step(request, State.DECLINED, facts.RequestDeclined, stamp, text=text, reason=reason)


@dataclass(frozen=True)
class Bulk:
    """What became of many approvals at once."""

    approved: int
    left: int


def approve_many(*, requests: list[EnrolmentRequest], by: Actor, at: datetime) -> Bulk:
    """Approve those requests that leave nothing to choose; each by itself, so one that fails harms no other.

    Left for a person's eyes: somebody on the school's list looks similar, no class is named, somebody was faster.
    """
    approved = 0
    for request in requests:
        # The one before may have said who this one's student is.
        current = EnrolmentRequest.objects.select_related("card").get(pk=request.pk)
        if _leaves_nothing_to_choose(current):
            try:
                approve(request=current, by=by, at=at)
            except Refusal:
                continue
            approved += 1
    return Bulk(approved, len(requests) - approved)


def _leaves_nothing_to_choose(request: EnrolmentRequest) -> bool:
    if request.kind == Kind.POST:
        return False
    if request.kind == Kind.PLACE and request.school_class_id is None:
        return False
    if request.card is None or request.card.person_id:
        return request.card is not None and not queries.similar_strangers(request)
    return not any(match.rank > Rank.UNLIKE for match in queries.matches(request))
