"""What requesters do: ask for a place, a link or a post, answer, withdraw."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from myschool.enrolment import facts, rules
from myschool.enrolment.actions.steps import locked, must_allow, step, take_down
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.enrolment.queries.desk import told_by_gosuslugi
from myschool.enrolment.students import Student
from myschool.kernel import chronicle, clock
from myschool.kernel.actors import Actor, Role, nobody
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import Refusal
from myschool.people.access import guardianships_kept_on, guardianships_to_act_on, restrictions_of
from myschool.people.actions import hold, must_be_confirmed
from myschool.people.models import Guardianship, Person
from myschool.people.queries import has_profile, warnings_about
from myschool.people.rules.names import name_key
from myschool.schools.models import School, SchoolClass, SchoolYear
from myschool.schools.queries import class_offered, working_day_after, year_on

Kind, State = EnrolmentRequest.Kind, EnrolmentRequest.State


class MayNotAsk(Refusal):
    """The person may not ask for this, and is told who may."""

    status = 403


class AlreadyPlaced(Refusal):
    """The student studies in this class already."""

    status = 409


class AlreadyRequested(Refusal):
    """Another request for the same student waits for this school's decision."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where somebody wants to join."""

    school: School
    year: SchoolYear
    day: date
    level: int | None = None
    school_class: SchoolClass | None = None


@transaction.atomic
def request_own_place(
    *, school: School, level: int, school_class_id: int | None, by: Actor, at: datetime, send: bool = True
) -> EnrolmentRequest:
    """Ask for one's own place in a school, and a class if the school has created it.

    The same request sent twice is one request. With `send=False` it stays a draft.

    Raises:
        MayNotAsk: not registered as a student, or under 14 by the school's date.
        WrongClass: the class is not of this school, year and level.
        AlreadyPlaced: the student is in this class.
        AlreadyRequested: another place of this school is asked for already.
    """
    place = _place(school, at, level, school_class_id)
    person = hold(person_id=by.person_id)
    if not has_profile(by.person_id, Role.STUDENT, at):
        raise MayNotAsk("Сначала зарегистрируйтесь с профилем обучающегося.")
    if fault := rules.own_place_fault(person.birth_date, place.day):
        raise MayNotAsk(fault)
    assert person.birth_date is not None  # noqa: S101 - own_place_fault has just seen to it
    described = Student(
        last_name=person.last_name,
        first_name=person.first_name,
        patronymic=person.patronymic,
        birth_date=person.birth_date,
        gender=person.gender,
        snils=person.snils or "",
        source=StudentCard.Source.OWN,
    )
    card = _card(described, by.person_id, person)
    if _holds(card, place):
        raise AlreadyPlaced("Вы уже учитесь в этом классе.")
    return _file(Kind.PLACE, card, place, by, at, bundle=uuid4(), send=send)


@transaction.atomic
def request_for_student(
    *,
    student: Student,
    relation: str,
    school: School,
    level: int,
    school_class_id: int | None,
    by: Actor,
    at: datetime,
    send: bool = True,
) -> list[EnrolmentRequest]:
    """Ask for a place for one's child and for one's own link with the child: two requests, decided separately.

    For a student of 14 or more only the link is asked for: the place they ask for themselves. What the child and the
    guardian have already is not asked for again. Whoever does not represent a student of another school cannot ask for
    them anywhere but there.

    Raises:
        Unconfirmed: Gosuslugi has not checked whose account it is.
        MayNotAsk: not registered as a guardian, the age forbids it, another school decides on the link, or the guardian's
            rights are restricted.
        WrongClass: the class is not of this school, year and level.
        AlreadyPlaced: the student has this place and the guardian the link.
        AlreadyRequested: another place of this school is asked for this student already, or a place with another СНИЛС.
    """
    must_be_confirmed(by=by)
    place = _place(school, at, level, school_class_id)
    hold(person_id=by.person_id)
    if not has_profile(by.person_id, Role.GUARDIAN, at):
        raise MayNotAsk("Сначала зарегистрируйтесь с профилем законного представителя.")
    if fault := rules.students_age_fault(student.birth_date, place.day):
        raise MayNotAsk(fault, field="birth_date")
    card = _card(student, by.person_id, None)
    _must_be_theirs(card, place.school, place.day, by)
    bundle = uuid4()
    requests = []
    if rules.needs_place_request(student.birth_date, place.day) and not _holds(card, place):
        requests.append(_file(Kind.PLACE, card, place, by, at, bundle=bundle, send=send))
    if not _is_link_of(guardianships_kept_on(place.day), by, card):
        requests.append(_file(Kind.GUARDIAN, card, place, by, at, bundle=bundle, relation=relation, send=send))
    if not requests:
        raise AlreadyPlaced("Просить не о чем: место ребёнка и ваша связь с ним уже подтверждены.")
    return requests


@transaction.atomic
def request_post(*, school: School, role: Role, by: Actor, at: datetime) -> EnrolmentRequest:
    """Ask to be acknowledged as a member of a school's staff. The same request sent twice is one request.

    Raises:
        Unconfirmed: Gosuslugi has not checked whose account it is.
        MayNotAsk: not registered as staff.
    """
    must_be_confirmed(by=by)
    hold(person_id=by.person_id)
    if not has_profile(by.person_id, role, at):
        raise MayNotAsk("Сначала зарегистрируйтесь с профилем сотрудника школы.")
    live = EnrolmentRequest.objects.filter(
        kind=Kind.POST, applicant=by.person_id, school=school, role=role, state__in=rules.LIVE
    )
    if existing := live.first():
        return existing
    return _new(Kind.POST, None, _place(school, at), by, at, bundle=uuid4(), role=role)


def _place(school: School, at: datetime, level: int | None = None, school_class_id: int | None = None) -> _Place:
    day = clock.local_day(school.time_zone, at)
    year = year_on(school, day)
    if school.connected_at is None or year is None:
        raise MayNotAsk("Эта школа ещё не подключена к платформе.", field="inn")
    return _Place(
        school=school,
        year=year,
        day=day,
        level=level,
        school_class=class_offered(school.pk, year.pk, level, school_class_id),
    )


def _card(student: Student, filed_by_id: int, person: Person | None) -> StudentCard:
    """The card that describes the student already, corrected while that may be, or a new one.

    The caller has locked who files it.
    """
    key = name_key(student.last_name, student.first_name, student.patronymic)
    same = StudentCard.objects.filter(filed_by=filed_by_id, name_key=key, birth_date=student.birth_date)
    details = {
        "source": student.source,
        "esia_oid": student.esia_oid,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "patronymic": student.patronymic,
        "gender": student.gender,
        "snils": student.snils,
    }
    card = same.first()
    if card is None:
        return StudentCard.objects.create(
            filed_by_id=filed_by_id, person=person, name_key=key, birth_date=student.birth_date, **details
        )
    if _may_be_corrected(card, student):
        same.update(**details)
        card.refresh_from_db()
    else:
        _add_number(card, student, same)
    return card


def _add_number(card: StudentCard, student: Student, same: QuerySet[StudentCard]) -> None:
    """A СНИЛС that was left out at first is added to what waits; another one in its place is not taken silently.

    What Gosuslugi told has the number that it told, or none.
    """
    typed = student.snils if student.source == StudentCard.Source.TYPED == card.source else ""
    if not typed or typed == card.snils or card.person_id is not None:
        return
    if card.snils:
        raise AlreadyRequested(
            "Запрос об этом ребёнке с другим СНИЛС уже на рассмотрении. Чтобы исправить номер, отзовите запрос и отправьте снова.",
            field="snils",
        )
    same.update(snils=typed)
    card.snils = typed


def _may_be_corrected(card: StudentCard, student: Student) -> bool:
    """Nobody has said who it is nor is deciding, and what Gosuslugi told is not replaced by what was typed."""
    if (card.source, student.source) == (StudentCard.Source.ESIA, StudentCard.Source.TYPED):
        return False
    return card.person_id is None and not card.requests.filter(state__in=rules.LIVE).exists()


def _holds(card: StudentCard, place: _Place) -> bool:
    """Whether the student is in this class already, or where no class is named in this level of the school."""
    if card.person_id is None:
        return False
    placements = Placement.objects.filter(student=card.person_id, school=place.school, to_date__isnull=True)
    if place.school_class is None:
        return placements.filter(level=place.level or 0).exists()
    return placements.filter(school_class=place.school_class).exists()


def _must_still_be_asked(request: EnrolmentRequest, by: Actor, at: datetime) -> None:
    """Refuse to go on with a request that could not be made anew today."""
    card = request.card
    if card and card.source == StudentCard.Source.OWN:
        return
    must_be_confirmed(by=by)
    if card:
        _must_be_theirs(card, request.school, clock.local_day(request.school.time_zone, at), by)


def _must_be_theirs(card: StudentCard, school: School, day: date, by: Actor) -> None:
    """Refuse what is known to be another's to ask for: of whom the card is, only the family itself learns here."""
    person = told_by_gosuslugi(card)
    student_id = card.person_id or (person.pk if person else None)
    if student_id is None:
        return
    if restrictions_of(by, day).filter(student=student_id).exists():
        raise MayNotAsk(
            "Ваши права в отношении этого ребёнка ограничены, поэтому запрос подаёт другой законный представитель. "
            "Основание и школа названы на странице «Мои персональные данные»."
        )
    placements = Placement.objects.filter(student=student_id, to_date__isnull=True)
    is_elsewhere = placements.exclude(school=school).exists()
    was_ended = warnings_about(by.person_id, [student_id], day)
    is_vouched = person is not None and person.pk == student_id and not was_ended
    if is_elsewhere and not is_vouched and not _is_link_of(guardianships_to_act_on(day), by, card):
        raise MayNotAsk(
            "Ребёнок учится в другой школе: вашу связь с ним подтверждает она. Отправьте запрос в ту школу."
        )


def _is_link_of(links: QuerySet[Guardianship], by: Actor, card: StudentCard) -> bool:
    """Whether one of the links is that of who asks with the student of the card."""
    if card.person_id is None:
        return False
    return links.filter(guardian=by.person_id, student=card.person_id).exists()


def _file(
    kind: EnrolmentRequest.Kind,
    card: StudentCard,
    place: _Place,
    by: Actor,
    at: datetime,
    *,
    bundle: UUID,
    relation: str = "",
    send: bool,
) -> EnrolmentRequest:
    live = EnrolmentRequest.objects.filter(
        kind=kind, card=card, school=place.school, school_year=place.year, state__in=rules.LIVE
    )
    if existing := live.first():
        is_draft = existing.state == State.DRAFT
        is_same = (existing.level, existing.school_class) == (place.level, place.school_class)
        if is_same and not (is_draft and send):
            return existing
        if not is_draft:
            raise AlreadyRequested(
                "Запрос в эту школу уже рассматривается. Чтобы изменить класс, отзовите прежний запрос и отправьте новый."
            )
        # Nobody but its author has seen a draft: it gives way to what the form says now.
        existing.delete()
    leaves_id = None
    if kind == Kind.PLACE and card.person_id:
        placements = Placement.objects.filter(student=card.person_id, to_date__isnull=True)
        leaves_id = placements.exclude(school=place.school).values_list("school", flat=True).first()
    return _new(kind, card, place, by, at, bundle=bundle, relation=relation, from_school_id=leaves_id, send=send)


def _new(
    kind: EnrolmentRequest.Kind,
    card: StudentCard | None,
    place: _Place,
    by: Actor,
    at: datetime,
    *,
    bundle: UUID,
    relation: str = "",
    role: str = "",
    from_school_id: int | None = None,
    send: bool = True,
) -> EnrolmentRequest:
    region = place.school.organisation.region_id
    request = EnrolmentRequest.objects.create(
        kind=kind,
        bundle=bundle,
        applicant_id=by.person_id,
        card=card,
        relation=relation,
        role=role,
        school=place.school,
        school_year=place.year,
        level=place.level,
        school_class=place.school_class,
        from_school_id=from_school_id,
        state=State.SUBMITTED if send else State.DRAFT,
        submitted_at=at,
        due_day=working_day_after(region, place.day, deadline("request_decision").days),
        expires_day=place.day + timedelta(days=deadline("request_expiry").days),
    )
    take_down(request, at, by.person_id)
    if send:
        stamp = by.stamp(at, school_id=place.school.pk)
        chronicle.write(facts.RequestSubmitted(**stamp, request_id=request.pk, applicant_id=by.person_id))
    return request


@transaction.atomic
def send_draft(*, request: EnrolmentRequest, by: Actor, at: datetime) -> None:
    """Send a draft, and with it the draft of its pair.

    Raises:
        AlreadyDecided: it was sent or withdrawn meanwhile.
        Unconfirmed: Gosuslugi has not checked whose account it is.
        MayNotAsk: another school decides on the link by now, or the guardian's rights are restricted.
    """
    for half in EnrolmentRequest.objects.filter(bundle=request.bundle, state=State.DRAFT).order_by("pk"):
        draft = locked(half)
        must_allow(draft, State.SUBMITTED)
        _must_still_be_asked(draft, by, at)
        day = clock.local_day(draft.school.time_zone, at)
        region = draft.school.organisation.region_id
        draft.submitted_at = at
        draft.due_day = working_day_after(region, day, deadline("request_decision").days)
        draft.expires_day = day + timedelta(days=deadline("request_expiry").days)
        step(draft, State.SUBMITTED, facts.RequestSubmitted, by.stamp(at, school_id=draft.school_id))


@transaction.atomic
def answer(*, request: EnrolmentRequest, text: str, by: Actor, at: datetime) -> None:
    """Answer the school's question.

    Raises:
        AlreadyDecided: no question is open.
        Unconfirmed: Gosuslugi has not checked whose account it is.
        MayNotAsk: another school decides on the link by now, or the guardian's rights are restricted.
    """
    request = locked(request)
    must_allow(request, State.ANSWERED)
    _must_still_be_asked(request, by, at)
    request.answer = text
    step(request, State.ANSWERED, facts.RequestAnswered, by.stamp(at, school_id=request.school_id), text=text)


@transaction.atomic
def withdraw(*, request: EnrolmentRequest, by: Actor, at: datetime) -> None:
    """Take a request back; its pair stays.

    Raises:
        AlreadyDecided: it is decided already.
    """
    request = locked(request)
    must_allow(request, State.WITHDRAWN)
    step(request, State.WITHDRAWN, facts.RequestWithdrawn, by.stamp(at, school_id=request.school_id))


@transaction.atomic
def expire_requests(*, day: date, at: datetime, limit: int = 500) -> int:
    """Close requests that nobody decided in time; answers how many, at most `limit`."""
    late = EnrolmentRequest.objects.select_for_update(skip_locked=True).filter(
        state__in=rules.LIVE - {State.DRAFT}, expires_day__lt=day
    )
    count = 0
    for request in late.order_by("expires_day")[:limit]:
        step(request, State.EXPIRED, facts.RequestExpired, nobody(at, school_id=request.school_id))
        count += 1
    return count
