"""The requester's side: the cabinet, the forms' pages, one request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.forms import BaseForm

from myschool.enrolment import access, rules
from myschool.enrolment.models import EnrolmentRequest, Placement, RequestStep, StudentCard
from myschool.enrolment.students import Student
from myschool.kernel import clock
from myschool.kernel.actors import Actor, Role
from myschool.kernel.text import row_id
from myschool.people.access import guardianships_of, guardianships_on
from myschool.people.models import EsiaPost, FamilyCard, Person
from myschool.people.queries import LostRight, esia_posts, lost_rights, posts_of
from myschool.people.rules.names import full_name, name_key
from myschool.schools.access import connected_schools
from myschool.schools.queries import ClassChoice, InnAnswer, levels_and_classes, schools_by_inn, today_in
from myschool.schools.rules.class_names import class_name

State = EnrolmentRequest.State
TONES = {
    State.DRAFT: "",
    State.SUBMITTED: "status-info",
    State.CLARIFY: "status-warning",
    State.ANSWERED: "status-info",
    State.RELEASE: "status-info",
    State.APPROVED: "status-success",
    State.DECLINED: "status-danger",
    State.WITHDRAWN: "",
    State.EXPIRED: "status-warning",
}
LATEST = 100
LEVELS = {str(level) for level in range(1, 12)}


NO_PLACE = "места пока нет"
NOT_LINKED = "будет видно, когда школа подтвердит вашу связь с ребёнком"
NOT_SHOWN = "вам не показывается"


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request in a list: what, where, how far."""

    id: int
    kind: str
    title: str
    where: str
    state: str
    tone: str
    next_step: str
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class StudentBlock:
    """A student in the cabinet: the place held, and the requests about it. `person_id` is known once linked.

    `no_place` says why no place is shown; `lost` what one may do no more about the student.
    """

    name: str
    birth_date: date | None
    place: str
    person_id: int | None
    no_place: str = NO_PLACE
    lost: LostRight | None = None
    lines: list[RequestLine] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ConnectionLine:
    """One's application to connect a school."""

    id: int
    organisation: str
    state: str
    reason: str
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class CabinetPage:
    """The personal cabinet."""

    title: str
    name: str
    birth_date: date | None
    role: str
    is_student: bool
    is_guardian: bool
    is_staff: bool
    is_publisher: bool
    own: StudentBlock | None
    children: list[StudentBlock]
    posts: list[RequestLine]
    connections: list[ConnectionLine]


def class_title(level: int | None, letter: str | None) -> str:
    """«7А», or the level alone: «7-е классы, буква пока не выбрана»."""
    if level is None:
        return ""
    return f"{level}-е классы, буква пока не выбрана" if letter is None else f"{class_name(level, letter)} класс"


def line_of(request: EnrolmentRequest, over: Collection[int] = ()) -> RequestLine:
    """A request as families see it; its card, class and school were fetched with it, `over` is as `over_now` tells."""
    letter = request.school_class.letter if request.school_class else None
    where = [request.school.organisation.short_name, class_title(request.level, letter)]
    title = request.get_kind_display() if request.kind != "post" else str(Role(request.role).label)
    return RequestLine(
        id=request.pk,
        kind=request.kind,
        title=title,
        where=", ".join(filter(None, where)),
        state=request.get_state_display(),
        tone=TONES[State(request.state)],
        next_step=rules.next_step(request.state, request.kind, is_over=request.pk in over),
        submitted_at=request.submitted_at,
    )


def over_now(requests: Sequence[EnrolmentRequest], day: date) -> set[int]:
    """Approved requests of one requester that hold no longer: the place, the link or the post has ended, or was undone.

    Of a place only those are told who see the student's data.
    """
    approved = [request for request in requests if request.state == State.APPROVED]
    if not approved:
        return set()
    person_id = approved[0].applicant_id
    about = {request.pk: request.card.person_id for request in approved if request.card}
    own_ids = {person_id, *guardianships_on(day).filter(guardian=person_id).values_list("student", flat=True)}
    places = Placement.objects.filter(student__in=own_ids & {*about.values()}, to_date__isnull=True)
    pairs = {*places.values_list("student", "school")}
    posts = posts_of(person_id, day)
    over = set()
    for request in approved:
        student = about.get(request.pk)
        if request.kind == "post":
            holds = (request.role, request.school_id) in posts
        elif request.kind == "guardian":
            holds = student in own_ids
        else:
            holds = student not in own_ids or (student, request.school_id) in pairs
        if not holds:
            over.add(request.pk)
    return over


def place_of(placement: Placement) -> str:
    """«МБОУ «Школа № 5», 7А класс»."""
    letter = placement.school_class.letter if placement.school_class else None
    return f"{placement.school.organisation.short_name}, {class_title(placement.level, letter)}"


def cabinet(actor: Actor, day: date) -> CabinetPage:
    """The actor's own data, place, children and requests, in at most twelve statements."""
    person = Person.objects.get(pk=actor.person_id)
    roles = set(person.profile_set.values_list("role", flat=True))
    requests = list(
        access.own_requests(actor)
        .select_related("card", "school_class", "school__organisation")
        .order_by("-submitted_at", "-pk")[:LATEST]
    )
    links = {link.student_id: link.student for link in guardianships_of(actor, day).select_related("student")}
    placements = Placement.objects.filter(student__in=[actor.person_id, *links], to_date__isnull=True).select_related(
        "school_class", "school__organisation"
    )
    places = {placement.student_id: place_of(placement) for placement in placements}
    lost = {right.student_id: right for right in lost_rights(actor, day)} if actor.role == Role.GUARDIAN else {}
    over = over_now(requests, day)
    own, children, posts = _sorted_out(person, requests, links, places, lost, over)
    connections = access.own_connections(actor).select_related("organisation").order_by("-pk")[:LATEST]
    return CabinetPage(
        title="Личный кабинет",
        name=full_name(person.last_name, person.first_name, person.patronymic),
        birth_date=person.birth_date,
        role=actor.role_title,
        is_student=Role.STUDENT in roles and actor.role in (Role.STUDENT, None),
        is_guardian=actor.role == Role.GUARDIAN,
        is_staff=Role.TEACHER in roles,
        is_publisher=Role.PUBLISHER in roles,
        own=own,
        children=children,
        posts=posts,
        connections=[
            ConnectionLine(
                id=row.pk,
                organisation=row.organisation.short_name,
                state=row.get_state_display(),
                reason=row.reason_text,
                submitted_at=row.submitted_at,
            )
            for row in connections
        ],
    )


def _sorted_out(
    person: Person,
    requests: list[EnrolmentRequest],
    links: dict[int, Person],
    places: dict[int, str],
    lost: dict[int, LostRight],
    over: Collection[int],
) -> tuple[StudentBlock | None, list[StudentBlock], list[RequestLine]]:
    """Requests under the student they are about: oneself, children linked, those whose data one has lost, not yet linked."""
    own = StudentBlock(
        name=full_name(person.last_name, person.first_name, person.patronymic),
        birth_date=person.birth_date,
        place=places.get(person.pk, ""),
        person_id=person.pk,
    )
    linked = {
        student.pk: StudentBlock(
            name=full_name(student.last_name, student.first_name, student.patronymic),
            birth_date=student.birth_date,
            place=places.get(student.pk, ""),
            person_id=student.pk,
            lost=lost.get(student.pk),
        )
        for student in links.values()
    }
    hidden = {
        right.student_id: StudentBlock(
            name=right.student, birth_date=None, place="", person_id=None, no_place=NOT_SHOWN, lost=right
        )
        for right in lost.values()
        if right.student_id not in linked
    }
    unlinked: dict[int, StudentBlock] = {}
    posts: list[RequestLine] = []
    for request in requests:
        line, card = line_of(request, over), request.card
        if card is None:
            posts.append(line)
        elif card.source == StudentCard.Source.OWN:
            own.lines.append(line)
        elif card.person_id in linked:
            linked[card.person_id].lines.append(line)
        elif card.person_id in hidden:
            hidden[card.person_id].lines.append(line)
        else:
            block = StudentBlock(
                name=full_name(card.last_name, card.first_name, card.patronymic),
                birth_date=card.birth_date,
                place="",
                person_id=None,
                no_place=NOT_LINKED,
            )
            unlinked.setdefault(card.pk, block).lines.append(line)
    return own, [*linked.values(), *hidden.values(), *unlinked.values()], posts


@dataclass(frozen=True)
class StepLine:
    """A step in a request's history."""

    state: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request as its requester sees it."""

    title: str
    line: RequestLine
    student: str
    birth_date: date | None
    relation: str
    question: str
    answer: str
    reason: str
    reason_text: str
    due_day: date
    steps: list[StepLine]
    is_draft: bool
    can_answer: bool
    can_withdraw: bool
    again_url: str


def request_page(request: EnrolmentRequest, day: date) -> RequestPage:
    """One request with its history and what may be done now."""
    gone = over_now([request], day)
    line = line_of(request, gone)
    card = request.card
    steps = RequestStep.objects.filter(request=request).order_by("pk")
    over = request.state in (State.DECLINED, State.WITHDRAWN, State.EXPIRED) or (
        request.kind == "place" and request.pk in gone
    )
    return RequestPage(
        title=f"Запрос № {request.pk}: {line.title.lower()}",
        line=line,
        student=full_name(card.last_name, card.first_name, card.patronymic) if card else "",
        birth_date=card.birth_date if card else None,
        relation=request.get_relation_display() if request.relation else "",
        question=request.question,
        answer=request.answer,
        reason=request.get_reason_display() if request.reason else "",
        reason_text=request.reason_text,
        due_day=request.due_day,
        steps=[StepLine(step.get_state_display(), step.text, step.at) for step in steps],
        is_draft=request.state == State.DRAFT,
        can_answer=rules.may_become(request.state, State.ANSWERED),
        can_withdraw=rules.may_become(request.state, State.WITHDRAWN),
        again_url=_again_url(request) if over else "",
    )


def _again_url(request: EnrolmentRequest) -> str:
    """The form that made the request, filled in from it."""
    if request.kind == "post":
        return f"/cabinet/post/?again={request.pk}"
    own = request.card is not None and request.card.source == StudentCard.Source.OWN
    return f"/cabinet/place/?again={request.pk}" if own else f"/cabinet/children/add/?again={request.pk}"


@dataclass(frozen=True)
class FormPage:
    """A form to join a school, with what the earlier fields have led to: the page works without scripts too."""

    title: str
    answer: InnAnswer | None = None
    choice: ClassChoice | None = None
    family: list[FamilyCard] = field(default_factory=list)


def place_page(actor: Actor, form: BaseForm) -> FormPage:
    """«Изменить»: one's own place."""
    return FormPage("Школа и класс", *_led_to(form))


def guardian_page(actor: Actor, form: BaseForm) -> FormPage:
    """«Добавить»: a child, chosen from Gosuslugi's cards or typed."""
    family = list(access.family_cards(actor).order_by("birth_date"))
    return FormPage("Добавить ребёнка", *_led_to(form), family=family)


def post_page(actor: Actor, form: BaseForm) -> FormPage:
    """A post in a school."""
    return FormPage("Работа в школе", *_led_to(form))


def _led_to(form: BaseForm) -> tuple[InnAnswer | None, ClassChoice | None]:
    """The schools of the ИНН and the classes of the level that stand in the form now."""
    inn, school_id, level = (
        str(form[name].value() or "") if name in form.fields else "" for name in ("inn", "school", "level")
    )
    answer = schools_by_inn(inn) if inn else None
    if answer is None or "level" not in form.fields:
        return answer, None
    only = answer.branches[0].id if len(answer.branches) == 1 else None
    school = connected_schools().filter(pk=row_id(school_id) or only).first()
    number = int(level) if level in LEVELS else None
    return answer, levels_and_classes(school, number, today_in(school, clock.now())) if school else None


@dataclass(frozen=True)
class ConnectingPage:
    """Connecting a school: what the ИНН led to, and whether Gosuslugi vouches for the person."""

    title: str
    answer: InnAnswer | None
    esia_posts: list[EsiaPost]
    login_url: str


def connecting_page(actor: Actor, form: BaseForm, at: datetime) -> ConnectingPage:
    """The form to connect a school with what the typed ИНН led to; schools not yet connected are the ones wanted."""
    inn = str(form["inn"].value() or "")
    back = urlencode({"for": "organisations", "next": "/connect/?" + urlencode({"inn": inn})})
    return ConnectingPage(
        "Подключить школу",
        schools_by_inn(inn, to_connect=True) if inn else None,
        esia_posts(actor.person_id, at),
        f"/login/?{back}",
    )


def start_of_form(actor: Actor, *, again: str, card: str) -> dict[str, object]:
    """What a form starts with: one's own earlier request, a card of Gosuslugi, or nothing."""
    if request_id := row_id(again):
        requests = access.own_requests(actor).select_related("card", "school__organisation")
        request = requests.filter(pk=request_id).first()
        return _initial_of(request) if request else {}
    if card_id := row_id(card):
        family_card = access.family_cards(actor).filter(pk=card_id).first()
        return _described(family_card) if family_card else {}
    return {}


def _initial_of(request: EnrolmentRequest) -> dict[str, object]:
    start: dict[str, object] = {
        "inn": request.school.organisation.inn,
        "school": request.school_id,
        "level": request.level,
        "school_class": request.school_class_id,
        "relation": request.relation,
        "role": request.role,
    }
    return start | (_described(request.card) if request.card else {})


def _described(card: StudentCard | FamilyCard) -> dict[str, object]:
    return {
        "last_name": card.last_name,
        "first_name": card.first_name,
        "patronymic": card.patronymic,
        "birth_date": card.birth_date,
        "gender": card.gender,
        "snils": card.snils,
    }


def student_told(actor: Actor, given: dict[str, Any]) -> Student:
    """The student of a form's cleaned values; Gosuslugi's own card of the same child brings its own СНИЛС or none."""
    key = name_key(given["last_name"], given["first_name"], given["patronymic"])
    card = access.family_cards(actor).filter(name_key=key, birth_date=given["birth_date"]).first()
    fields = {name: given[name] for name in ("last_name", "first_name", "patronymic", "birth_date", "gender", "snils")}
    if card:
        # A typed СНИЛС beside a card that has none would open the record of whoever's number it is.
        fields |= {
            "source": StudentCard.Source.ESIA,
            "esia_oid": card.oid,
            "gender": given["gender"] or card.gender,
            "snils": card.snils,
        }
    return Student(**fields)
