"""What schools do with requests: ask, approve, decline, let go."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from myschool.enrolment import access, facts, rules
from myschool.enrolment.actions import placing
from myschool.enrolment.actions.steps import AlreadyDecided, locked, must_allow, step, take_down
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.enrolment.queries import desk
from myschool.kernel import chronicle, clock
from myschool.kernel.actors import Actor, Role
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import Refusal
from myschool.people import actions as people
from myschool.people.models import Person, PersonMerge
from myschool.people.rules.likeness import Rank
from myschool.schools.models import School, SchoolClass
from myschool.schools.queries import class_offered, working_day_after

Kind, State = EnrolmentRequest.Kind, EnrolmentRequest.State
SPLIT = (
    "Объединение записей отменено: школа решила, что это разные люди. Одобренное осталось у ученика из списка школы. "
    "Если место нужно и заявителю, запрос отправляют снова; вопросы — в школу."
)


class WrongMatch(Refusal):
    """The chosen record is not on the school's list."""

    status = 422
    field = "same_as"
    is_foreign = True


class MatchTaken(Refusal):
    """The chosen record logs in as somebody else already."""

    status = 422
    field = "same_as"


class NotSeenInPerson(Refusal):
    """Whose account it is, nobody has checked: neither Gosuslugi nor the school."""

    status = 422
    field = "seen_in_person"


class MatchNotChosen(Refusal):
    """Whether the student is the one on the list, a person must say."""

    status = 422
    field = "same_as"


class NotOurStudent(Refusal):
    """The link, or the record, is another school's to decide on."""

    status = 409


class ReasonMissing(Refusal):
    """A decline without a reason the requester could use."""

    status = 422
    field = "reason_text"


@transaction.atomic
def ask_to_clarify(*, request: EnrolmentRequest, question: str, by: Actor, at: datetime) -> None:
    """Ask the requester something before deciding.

    Raises:
        AlreadyDecided: it is decided, or a question is open.
        OwnMatter: it concerns oneself or one's own child.
    """
    request = locked(request)
    must_allow(request, State.CLARIFY)
    _must_not_be_near_own(request, by)
    request.question, request.answer = question, ""
    stamp = by.stamp(at, school_id=request.school_id)
    step(request, State.CLARIFY, facts.ClarificationAsked, stamp, text=question)


@transaction.atomic
def approve(
    *,
    request: EnrolmentRequest,
    same_as_id: int | None = None,
    is_new: bool = False,
    is_seen_in_person: bool = False,
    school_class: SchoolClass | None = None,
    by: Actor,
    at: datetime,
) -> EnrolmentRequest:
    """Let a request come true.

    `same_as_id` is a person of the school's own list who the administrator says is the student; without it a student
    nobody knows is written down anew. Where the list holds somebody of the same name and birth date, or СНИЛС, the
    administrator must say one or the other: `is_new` says that it is nobody of the list. Gosuslugi has not checked who an unconfirmed account belongs to: `is_seen_in_person` says that the
    administrator has, by the student's own paper. `school_class` stands in where the request named no class, or another one.
    A student of another school gets the place, and becomes the record of the list, when that school has let them go.
    A guardian's link comes true only where the student studies, or by Gosuslugi's own card of the child.

    Raises:
        AlreadyDecided: somebody was faster.
        OwnMatter: it concerns oneself or one's own child.
        NotOurStudent: the link, or the record chosen as the same, is another school's to decide on.
        RightsRestricted: the guardian's rights about the student are restricted, or their link was ended.
        WrongClass: the class is not of this school, year and level, or is closed.
        WrongMatch: the chosen person is not on the school's list.
        MatchTaken: the chosen person logs in as somebody else already.
        NotSeenInPerson: the requester's account is not confirmed, and nobody has seen their paper.
        MatchNotChosen: the list holds somebody who may be the student, and nobody said who it is.
    """
    request = locked(request)
    must_allow(request, State.APPROVED)
    _must_not_be_own(request, by)
    if same_as_id is None and not is_new and desk.must_be_compared(request):
        raise MatchNotChosen("В списке школы есть похожий ученик. Выберите, он это или нет, и одобрите ещё раз.")
    if same_as_id is not None and not is_seen_in_person and desk.is_unconfirmed(request):
        raise NotSeenInPerson(
            "Учётная запись Госуслуг заявителя не подтверждена: неизвестно, тот ли это ученик. Убедитесь в этом лично, по документу, "
            "и отметьте это в запросе, или попросите заявителя подтвердить учётную запись и войти снова."
        )
    day = clock.local_day(request.school.time_zone, at)
    if request.card and same_as_id is not None and request.kind == Kind.PLACE and _other_school(request):
        request.same_as = _listed(request, same_as_id)
    elif request.card:
        request = _identify(request, same_as_id, by, at)
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
    _must_be_by_a_guardian(request, clock.local_day(request.school.time_zone, at))
    request.from_school = leaves
    request.due_day = working_day_after(
        leaves.organisation.region_id, clock.local_day(leaves.time_zone, at), deadline("transfer_release").days
    )
    stamp = by.stamp(at, school_id=request.school_id)
    step(request, State.RELEASE, facts.ReleaseAsked, stamp, from_school_id=leaves.pk)


def _must_be_by_a_guardian(request: EnrolmentRequest, day: date) -> None:
    """Refuse a place that is asked for by somebody whose rights about the student were taken away."""
    assert request.card is not None  # noqa: S101 - a place request has one: enrolment_request_shape
    for student_id in filter(None, (request.card.person_id, request.same_as_id)):
        if student_id != request.applicant_id:
            people.must_not_have_lost_rights(guardian_id=request.applicant_id, student_id=student_id, day=day)


def _must_not_be_own(request: EnrolmentRequest, by: Actor) -> None:
    if access.requests_not_to_decide(by).filter(pk=request.pk).exists():
        raise people.OwnMatter(
            "Решать о себе и о своих близких нельзя: этот запрос решает другой руководитель школы, "
            "а если другого руководителя нет — региональный оператор."
        )


def _must_not_be_near_own(request: EnrolmentRequest, by: Actor) -> None:
    """Of a child whom nobody has recognised yet the similar ones of the list count too."""
    _must_not_be_own(request, by)
    if desk.is_near_own(request, by, desk.matches(request)):
        raise people.OwnMatter(
            "Этот запрос, возможно, о вашем ребёнке: отклонить его или уточнить может только другой руководитель школы."
        )


def _listed(request: EnrolmentRequest, same_as_id: int) -> Person:
    """The record of the school's own list that was chosen as the request's student."""
    # Locked, or two students approved at once could both become the one record.
    listed = access.students_listed(request.school_id).select_for_update(of=("self",))
    person = listed.filter(pk=same_as_id).first()
    if person is None:
        raise WrongMatch("Этой записи больше нет в списке школы. Выберите ещё раз.")
    if request.card and request.card.person_id and person.account_set.exists():
        raise MatchTaken("У этой записи уже есть своя учётная запись: объединить их нельзя. Выберите ещё раз.")
    return person


def _identify(request: EnrolmentRequest, same_as_id: int | None, by: Actor, at: datetime) -> EnrolmentRequest:
    """Find out which person the card describes; two persons may become one, and the request the other one's."""
    card = request.card
    assert card is not None  # noqa: S101 - the caller has looked
    if same_as_id is not None and same_as_id != card.person_id:
        listed = _listed(request, same_as_id)
        if card.person_id:
            merge(
                kept_id=listed.pk,
                merged_id=card.person_id,
                school_id=request.school_id,
                reason=f"Запрос № {request.pk}",
                by=by,
                at=at,
            )
        card.person = listed
    elif card.person_id is None:
        card.person = desk.told_by_gosuslugi(card) or people.add_person(
            last_name=card.last_name,
            first_name=card.first_name,
            patronymic=card.patronymic,
            birth_date=card.birth_date,
            gender=card.gender,
            # A typed СНИЛС is a claim, not knowledge: only Gosuslugi's own cards bring one that can be believed.
            **{"snils" if card.source == StudentCard.Source.ESIA else "claimed_snils": card.snils},
        )
    card.save(update_fields=["person"])
    if card.source == StudentCard.Source.ESIA and card.esia_oid and card.person_id:
        people.expect_account(person_id=card.person_id, issuer=settings.ESIA["issuer"], oid=card.esia_oid)
    request = locked(request)
    _must_not_be_own(request, by)
    return request


@transaction.atomic
def merge(
    *, kept_id: int, merged_id: int, by: Actor, at: datetime, school_id: int | None = None, reason: str = ""
) -> PersonMerge:
    """Make two persons one, with all that the packages keep of them; a mistake can be undone for a while.

    `school_id` is the school that joins them, where it is not the actor's own.

    Raises:
        NotOurStudent: one of them studies in another school, which has not let them go.
    """
    school_id = school_id or by.school_id
    if _studies_elsewhere([kept_id, merged_id], school_id):
        raise NotOurStudent(
            "Этот ученик числится в другой школе, и объединить записи без неё нельзя. "
            "Сначала та школа должна оформить выбытие."
        )
    return people.merge_persons(kept_id=kept_id, merged_id=merged_id, reason=reason, by=by, at=at, school_id=school_id)


@transaction.atomic
def undo_merge(*, merge: PersonMerge, by: Actor, at: datetime) -> None:
    """Make two persons of two rows that the school has joined by mistake.

    Raises:
        NotOurStudent: the student has gone to another school since.
        OwnMatter: it concerns oneself, or one's own child.
        MergeStands: too late, done already, or something built on it stands in the way.
    """
    if _studies_elsewhere([merge.kept_id, merge.merged_id], merge.organisation_id):
        raise NotOurStudent(
            "Ученик теперь числится в другой школе: отмена объединения изменила бы её список, и без неё отменить нельзя. "
            "Обратитесь в поддержку: она свяжется с той школой и с семьёй."
        )
    people.undo_merge(merge=merge, by=by, at=at)
    _tell_requests_of_split(merge, by, at)


def _tell_requests_of_split(merge: PersonMerge, by: Actor, at: datetime) -> None:
    """Say in the history of what was approved for the one who has left that it was undone, and let them be told."""
    approved = EnrolmentRequest.objects.filter(
        card__person=merge.merged_id, state=State.APPROVED, decided_at__gte=merge.merged_at
    )
    for request in approved.order_by("pk"):
        take_down(request, at, by.person_id, SPLIT)
        chronicle.write(
            facts.ApprovalUndone(
                **by.stamp(at, school_id=request.school_id), request_id=request.pk, applicant_id=request.applicant_id
            )
        )


def _studies_elsewhere(person_ids: list[int], school_id: int | None) -> bool:
    """Whether one of these persons, kept from others from now on, has a place in another school."""
    list(Person.objects.select_for_update().filter(pk__in=person_ids).order_by("pk"))
    placements = Placement.objects.filter(student__in=person_ids, to_date__isnull=True)
    return placements.exclude(school=school_id).exists()


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
            person_id=request.applicant_id,
            organisation_id=request.school_id,
            role=Role(request.role),
            from_date=day,
            stamp=stamp,
        )
    elif card and card.person_id and request.kind == Kind.PLACE:
        _must_be_by_a_guardian(request, day)
        placing.place(
            student_id=card.person_id,
            school_id=request.school_id,
            level=request.level or 1,
            school_class=request.school_class,
            day=day,
            stamp=stamp,
        )
        if card.person_id != request.applicant_id:
            people.register_by_guardian(student_id=card.person_id, given_by_id=request.applicant_id, at=at)
    elif card and card.person_id:
        _must_study_here(request, card, day)
        people.link_guardian(
            guardian_id=request.applicant_id,
            student_id=card.person_id,
            relation=request.relation,
            from_date=day,
            stamp=stamp,
        )
    request.decided_by_id = by.person_id
    step(request, State.APPROVED, facts.RequestApproved, stamp)


def _must_study_here(request: EnrolmentRequest, card: StudentCard, day: date) -> None:
    """Refuse a link that is another school's to make; Gosuslugi's own card is enough where no school has ended it."""
    places = Placement.objects.filter(student=card.person_id, to_date__isnull=True)
    if places.filter(school=request.school_id).exists():
        return
    person = desk.told_by_gosuslugi(card)
    if person is not None and person.pk == card.person_id and not desk.warnings(request, day):
        return
    raise NotOurStudent(
        "Ребёнок числится в другой школе: связь с ним подтверждает она, а ваша школа — после перевода."
        if places.exists()
        else "Связь подтверждает школа, в которой ребёнок учится. Сначала одобрите запрос о месте."
    )


@transaction.atomic
def release(*, request: EnrolmentRequest, by: Actor, at: datetime) -> None:
    """Let a student go to the school that has agreed to take them: the transfer happens today.

    A student who has meanwhile gone to a third school is no longer this school's to let go: that one is asked.

    Raises:
        AlreadyDecided: the transfer is over already.
        OwnMatter: it concerns oneself or one's own child.
        RightsRestricted: the guardian's rights about the student are restricted, or their link was ended.
    """
    request = locked(request)
    if request.state != State.RELEASE:
        raise AlreadyDecided("Этот перевод уже завершён или отозван. Обновите страницу.")
    _must_not_be_own(request, by)
    holder = _other_school(request)
    if holder and holder.pk != request.from_school_id:
        _ask_release(request, holder, by, at)
        return
    if request.school_class and request.school_class.closed_at:
        # The class was closed while the old school thought: the new one chooses another later.
        request.school_class = None
    day = clock.local_day(request.school.time_zone, at)
    if request.same_as_id and request.card:
        chosen, school_class = request.same_as_id, request.school_class
        for placement in Placement.objects.filter(student=request.card.person_id, to_date__isnull=True):
            placing.depart(placement=placement, day=day, by=by, at=at)
        request = _identify(request, chosen, by, at)
        request.school_class = school_class
    _come_true(request, day, by, at)


@transaction.atomic
def decline(*, request: EnrolmentRequest, reason: str, text: str, by: Actor, at: datetime) -> None:
    """Decline a request with a reason the requester will read; its pair is not touched.

    Raises:
        ReasonMissing: «другая причина» without words.
        AlreadyDecided: somebody was faster.
        OwnMatter: it concerns oneself or one's own child.
    """
    if fault := rules.reason_fault(reason, text):
        raise ReasonMissing(fault)
    request = locked(request)
    must_allow(request, State.DECLINED)
    _must_not_be_near_own(request, by)
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

    Left for a person's eyes: somebody on the school's list looks similar, no class is named, somebody was faster, it
    concerns whoever approves, or the guardian's link with the student was once ended or restricted.
    """
    approved = 0
    for request in requests:
        # The one before may have said who this one's student is.
        current = EnrolmentRequest.objects.select_related("card").get(pk=request.pk)
        if _leaves_nothing_to_choose(current, at):
            try:
                approve(request=current, by=by, at=at)
            except Refusal:
                continue
            approved += 1
    return Bulk(approved, len(requests) - approved)


def _leaves_nothing_to_choose(request: EnrolmentRequest, at: datetime) -> bool:
    if request.kind == Kind.POST or desk.warnings(request, clock.latest_day(at)):
        return False
    if request.kind == Kind.PLACE and request.school_class_id is None:
        return False
    if request.card is None or request.card.person_id:
        return request.card is not None and not desk.similar_strangers(request)
    return not any(match.rank > Rank.UNLIKE for match in desk.matches(request))
