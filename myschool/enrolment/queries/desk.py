"""The administrator's desk: trays of requests, one request with its near matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, Q, QuerySet
from django.db.models.expressions import RawSQL

from myschool.enrolment import access, rules
from myschool.enrolment.models import EnrolmentRequest, Placement, RequestStep, StudentCard
from myschool.enrolment.queries.cabinet import TONES, StepLine, class_title, line_of, place_of
from myschool.enrolment.queries.names import LEAVING, named, query_of
from myschool.kernel.actors import Actor, Role
from myschool.kernel.paging import parsed_place, place_after
from myschool.kernel.prepared import Prepared
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, day_month_year, moscow_moment, plural
from myschool.people.access import leaders_to_decide
from myschool.people.models import Person
from myschool.people.queries import is_confirmed, is_own_matter, person_vouched_for, warnings_about
from myschool.people.rules.likeness import Identity, Likeness, Rank, closeness
from myschool.people.rules.names import full_name, name_part_key
from myschool.schools.models import SchoolClass
from myschool.schools.queries import open_classes

State = EnrolmentRequest.State
PAGE = 50
# Who searches looks for one: if so many do not hold it, more letters do.
FOUND_PAGE = 20
COUNTED = 100
TRAYS = {
    "new": "Ждут решения",
    "no_class": "Без класса",
    "waiting": "Ждут ответа заявителя",
    "release": "Переводы",
    "done": "Решённые",
}
KINDS = {"": "Все запросы", **dict(EnrolmentRequest.Kind.choices)}
STATES = dict(State.choices)
# In so many words, not as parameters: a plan made for all their values would know no partial index.
NO_CLASS = Q(tray=RawSQL("'new'", ()), kind=RawSQL("'place'", ()), school_class__isnull=True)
# Where a tray's names lie, if not under its own name.
SHELVES = {"no_class": "new", "release": LEAVING}
COUNTS = {
    "new": "school_id = %(school)s AND tray = 'new'",
    "no_class": "school_id = %(school)s AND tray = 'new' AND kind = 'place' AND school_class_id IS NULL",
    "waiting": "school_id = %(school)s AND tray = 'waiting'",
    "release": "from_school_id = %(school)s AND tray IN ('new', 'waiting', 'release')",
}
LYING = Statement(
    "SELECT "  # noqa: S608 - constants
    + ", ".join(
        f"(SELECT count(*) FROM (SELECT FROM enrolment_enrolmentrequest WHERE {where} LIMIT %(most)s) counted)"  # noqa: S608 - constants
        for where in COUNTS.values()
    )
)
# What a row shows: fifty of them are read as plain values, since objects would cost more than all the rest.
ROW = (
    *("pk", "kind", "tray", "state", "level", "submitted_at", "due_day", "school_class__letter"),
    *("card__person", "card__source", "card__last_name", "card__first_name", "card__patronymic", "card__birth_date"),
    *("applicant__last_name", "applicant__first_name", "applicant__patronymic", "applicant__birth_date"),
)


@dataclass(frozen=True, kw_only=True)
class DeskFilters:
    """What the administrator wants to see; `after` is where the page before ended: «moment_id»."""

    tray: str = "new"
    kind: str = ""
    level: int | None = None
    name: str = ""
    after: str = ""

    def url(self, **changes: object) -> str:
        """The desk's address with these filters, some changed; a surname never stands in an address."""
        chosen = {**self.__dict__, "after": "", **changes, "name": ""}
        return "/desk/?" + urlencode({name: value for name, value in chosen.items() if value not in ("", None)})


@dataclass(frozen=True)
class TrayTab:
    """A tray, with how many lie in it: «99+» from a hundred on, since nobody reads further."""

    title: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """A request on the desk, in words ready to be shown; the birth date tells namesakes apart."""

    id: int
    label: str
    kind: str
    name: str
    birth_date: str
    applicant: str
    class_title: str
    state: str
    tone: str
    submitted: str
    due: str
    late: str
    url: str
    student_id: int | None


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """The desk."""

    title: str
    filters: DeskFilters
    tabs: list[TrayTab]
    rows: list[DeskRow]
    next_url: str
    is_cut: bool
    can_approve: bool
    told: str


def desk(actor: Actor, filters: DeskFilters, today: date, told: str = "") -> DeskPage:
    """One page of a tray, oldest first (decided ones: latest first), in two statements whatever lies there.

    `told` is what a bulk approval has just brought: «approved.left».
    """
    most = FOUND_PAGE if filters.name else PAGE
    rows = _rows(actor, filters, today)
    more = len(rows) > most
    rows = rows[:most]
    after = place_after(rows[-1]["submitted_at"], rows[-1]["pk"]) if more else ""
    return DeskPage(
        title="Запросы",
        filters=filters,
        tabs=_tabs(actor, filters),
        rows=[row_of(row, today) for row in rows],
        next_url=filters.url(after=after) if more and not filters.name else "",
        is_cut=more and bool(filters.name),
        can_approve=filters.tray in ("new", "no_class"),
        told=bulk_told(told),
    )


def _rows(actor: Actor, filters: DeskFilters, today: date) -> list[dict[str, Any]]:
    """The page's rows and one more, if there is one."""
    if filters.tray not in TRAYS:
        return []
    moment, last = parsed_place(filters.after) or (None, None)
    statement = _walk(
        role=actor.role,
        tray=filters.tray,
        kind=filters.kind,
        level=filters.level,
        is_search=bool(filters.name),
        goes_on=moment is not None,
    )
    rows = statement.rows(
        person=actor.person_id,
        organisation=actor.organisation_id,
        day=today,
        query=query_of(actor.school_id, SHELVES.get(filters.tray, filters.tray), filters.name),
        moment=moment,
        last=last,
    )
    return [dict(zip(ROW, row, strict=True)) for row in rows]


@lru_cache(maxsize=256)
def _walk(*, role: Role | None, tray: str, kind: str, level: int | None, is_search: bool, goes_on: bool) -> Prepared:
    """One way to leaf through a tray, each filter narrowing the walk along one index."""

    def build(person: int, organisation: int, day: date, query: str, moment: datetime, last: int) -> QuerySet[Any, Any]:
        actor = Actor(person_id=person, session_id=0, role=role, organisation_id=organisation)
        if tray == "release":
            requests = access.requests_leaving(actor)
        elif tray == "no_class":
            requests = access.requests_to_decide(actor, day).filter(NO_CLASS)
        else:
            requests = access.requests_to_decide(actor, day).filter(tray=tray)
        if kind:
            requests = requests.filter(kind=kind)
        if level:
            requests = requests.filter(level=level)
        if is_search:
            requests = requests.filter(named(query))
        if goes_on and tray == "done":
            requests = requests.filter(submitted_at__lte=moment).exclude(submitted_at=moment, pk__gte=last)
        elif goes_on:
            requests = requests.filter(submitted_at__gte=moment).exclude(submitted_at=moment, pk__lte=last)
        order = ("-submitted_at", "-pk") if tray == "done" else ("submitted_at", "pk")
        # The page is picked first and joined afterwards: to join what might be thousands, the database would first make
        # room for thousands, and a desk would grow slower with what nobody sees.
        picked = requests.order_by(*order).values("pk")[: (FOUND_PAGE if is_search else PAGE) + 1]
        return EnrolmentRequest.objects.filter(pk__in=picked).order_by(*order).values_list(*ROW)

    return Prepared(build, person=int, organisation=int, day=date, query=str, moment=datetime, last=int)


def _tabs(actor: Actor, filters: DeskFilters) -> list[TrayTab]:
    """All trays counted in one statement, none further than a hundred."""
    counts = dict(zip(COUNTS, LYING.row({"school": actor.school_id, "most": COUNTED}) or (), strict=True))
    return [
        TrayTab(title, filters.url(tray=tray), _shown(counts.get(tray)), tray == filters.tray)
        for tray, title in TRAYS.items()
    ]


def _shown(count: int | None) -> str:
    if not count:
        return ""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count)


def row_of(asked: dict[str, Any], today: date) -> DeskRow:
    """A row from the values of ROW."""
    applicant = full_name(asked["applicant__last_name"], asked["applicant__first_name"], asked["applicant__patronymic"])
    name, born = applicant, asked["applicant__birth_date"]
    if asked["card__source"]:
        name = full_name(asked["card__last_name"], asked["card__first_name"], asked["card__patronymic"])
        born = asked["card__birth_date"]
    kind, birth_date = KINDS[asked["kind"]], day_month_year(born) if born else ""
    late = asked["tray"] not in ("done", "waiting") and asked["due_day"] < today
    return DeskRow(
        id=asked["pk"],
        label=", ".join(filter(None, (name, birth_date, kind))),
        kind=kind,
        name=name,
        birth_date=birth_date,
        applicant=applicant if asked["card__source"] in (StudentCard.Source.ESIA, StudentCard.Source.TYPED) else "",
        class_title=class_title(asked["level"], asked["school_class__letter"]),
        state=STATES[asked["state"]],
        tone=TONES[State(asked["state"])],
        submitted=moscow_moment(asked["submitted_at"]),
        due=day_month_year(asked["due_day"]),
        late=f"Срок вышел {day_month(asked['due_day'])}" if late else "",
        url=f"/desk/requests/{asked['pk']}/",
        student_id=asked["card__person"],
    )


@dataclass(frozen=True, kw_only=True)
class Match:
    """Somebody on the school's list who may be the student, compared field by field."""

    person_id: int
    name: str
    birth_date: date | None
    place: str
    rank: Rank
    verdict: str
    differences: list[str]
    logs_in: bool


VERDICTS = {
    Rank.SAME_SNILS: "Совпадает СНИЛС",
    Rank.SAME_NAME_AND_BIRTH_DATE: "Совпадают имя и дата рождения",
    Rank.SIMILAR: "Похожая запись",
    Rank.UNLIKE: "Отличается",
}
FIELDS = {
    "last_name": "фамилия",
    "first_name": "имя",
    "patronymic": "отчество",
    "birth_date": "дата рождения",
    "snils": "СНИЛС",
}
LIKENESSES = {Likeness.NEAR: "почти совпадает", Likeness.DIFFERS: "отличается", Likeness.ABSENT: "неизвестно"}


def matches(request: EnrolmentRequest) -> list[Match]:
    """People on the school's list who may be the request's student, the likeliest first; ranks, never links."""
    card = request.card
    if card is None:
        return []
    wanted = Identity(
        last_name=card.last_name,
        first_name=card.first_name,
        patronymic=card.patronymic,
        birth_date=card.birth_date,
        snils=card.snils,
    )
    near = (
        Q(student__birth_date=card.birth_date)
        | Q(student__name_key=card.name_key)
        | Q(student__name_key__startswith=name_part_key(card.last_name) + "|" + name_part_key(card.first_name))
    )
    if card.snils:
        near |= Q(student__snils=card.snils)
    placements = (
        Placement.objects.filter(near, school=request.school_id, to_date__isnull=True)
        .exclude(student=card.person_id)
        .select_related("student", "school_class", "school__organisation")
        .prefetch_related("student__account_set")
        .order_by("student")
    )[:200]
    candidates = [_match(wanted, placement) for placement in placements]
    return sorted(
        (match for match in candidates if match.rank > Rank.UNLIKE), key=lambda match: (-match.rank, match.person_id)
    )[:10]


def must_be_compared(request: EnrolmentRequest) -> bool:
    """Whether the list holds somebody so alike that a person must say whether it is the student.

    Once a school has said who a family's card is, nobody is asked again.
    """
    card = request.card
    if card is None or (card.person_id and card.source != StudentCard.Source.OWN):
        return False
    return any(
        match.rank >= Rank.SAME_NAME_AND_BIRTH_DATE and not (card.person_id and match.logs_in)
        for match in matches(request)
    )


def similar_strangers(request: EnrolmentRequest) -> bool:
    """Whether the list holds somebody similar to a student who is known already, not yet logging in."""
    return any(not match.logs_in for match in matches(request))


def is_near_own(request: EnrolmentRequest, actor: Actor, near: Sequence[Match]) -> bool:
    """Whether a child of the actor's own may be the one of whom nobody has said yet who it is."""
    if request.card is None or request.card.person_id:
        return False
    return is_own_matter(actor.person_id, [match.person_id for match in near])


def is_unconfirmed(request: EnrolmentRequest) -> bool:
    """Whether somebody asks for their own place by an account of which Gosuslugi has not checked whose it is."""
    is_own = request.card is not None and request.card.source == StudentCard.Source.OWN
    return is_own and not is_confirmed(request.applicant_id)


def told_by_gosuslugi(card: StudentCard) -> Person | None:
    """The person that Gosuslugi's own card names by its account or СНИЛС, if we know them already."""
    if card.source != StudentCard.Source.ESIA:
        return None
    return person_vouched_for(settings.ESIA["issuer"], card.esia_oid, card.snils)


def warnings(request: EnrolmentRequest, day: date, near: Sequence[Match] = ()) -> list[str]:
    """What was ended or restricted between the requester and the student, or those who may be the student."""
    card = request.card
    if card is None:
        return []
    person_id = card.person_id or getattr(told_by_gosuslugi(card), "pk", None)
    students = [*([person_id] if person_id else []), *(match.person_id for match in near)]
    return warnings_about(request.applicant_id, students, day) if students else []


def _match(wanted: Identity, placement: Placement) -> Match:
    person: Person = placement.student
    listed = Identity(
        last_name=person.last_name,
        first_name=person.first_name,
        patronymic=person.patronymic,
        birth_date=person.birth_date,
        snils=person.snils or "",
    )
    compared = closeness(wanted, listed)
    return Match(
        person_id=person.pk,
        name=full_name(person.last_name, person.first_name, person.patronymic),
        birth_date=person.birth_date,
        place=place_of(placement),
        rank=compared.rank,
        verdict=VERDICTS[compared.rank],
        differences=[
            f"{words}: {LIKENESSES[likeness]}"
            for name, words in FIELDS.items()
            if (likeness := getattr(compared, name)) in LIKENESSES
        ],
        logs_in=bool(person.account_set.all()),
    )


@dataclass(frozen=True, kw_only=True)
class DecisionPage:
    """One request before who decides on it; `is_known`: the student has a record already, of whatever school.

    On one's own matter nothing can be done: another leader decides, or where there is none the operator.
    """

    title: str
    id: int
    row: DeskRow
    kind: str
    where: str
    source: str
    snils_tail: str
    is_known: bool
    relation: str
    question: str
    answer: str
    reason: str
    reason_text: str
    from_school: str
    pair_url: str
    pair_title: str
    matches: list[Match]
    classes: list[SchoolClass]
    class_id: int | None
    steps: list[StepLine]
    can_approve: bool
    can_ask: bool
    can_decline: bool
    can_release: bool
    is_leaving: bool
    is_unconfirmed: bool
    is_near_own: bool
    is_own_matter: bool
    is_left_to_operator: bool
    keeps_classes: bool
    list_url: str
    warnings: list[str]


def decision_page(request: EnrolmentRequest, actor: Actor, today: date) -> DecisionPage:
    """One request with its pair, its near matches and what may be done now."""
    card = request.card
    pair = EnrolmentRequest.objects.filter(bundle=request.bundle).exclude(pk=request.pk).exclude(tray="draft").first()
    mine = access.requests_to_decide(actor, today).filter(pk=request.pk).exists()
    leaves = not mine and request.from_school_id is not None
    is_own = access.requests_not_to_decide(actor).filter(pk=request.pk).exists()
    can_release = leaves and request.state == State.RELEASE
    can_decline = mine and rules.may_become(request.state, State.DECLINED)
    can_approve = mine and not is_own and request.state in rules.DECIDABLE
    is_unknown = can_decline and not is_own and card is not None and card.person_id is None
    alike = matches(request) if can_approve or is_unknown else []
    near = alike if can_approve else []
    near_own = is_unknown and is_near_own(request, actor, alike)
    return DecisionPage(
        title=f"Запрос № {request.pk}",
        id=request.pk,
        row=row_of(EnrolmentRequest.objects.values(*ROW).get(pk=request.pk), today),
        kind=request.kind,
        where=line_of(request).where,
        source=card.get_source_display() if card else "",
        snils_tail=card.snils[-2:] if card and card.snils else "",
        is_known=bool(card and card.person_id),
        relation=request.get_relation_display() if request.relation else "",
        question=request.question,
        answer=request.answer,
        reason=request.get_reason_display() if request.reason else "",
        reason_text=request.reason_text,
        from_school=request.from_school.organisation.short_name if request.from_school else "",
        # The school that only lets a student go has no business with the family's other request.
        pair_url=f"/desk/requests/{pair.pk}/" if pair and mine else "",
        pair_title=f"{pair.get_kind_display()}: {pair.get_state_display().lower()}" if pair and mine else "",
        matches=near,
        classes=open_classes(request.school_id, request.school_year_id, request.level)
        if can_approve and request.level and request.kind == "place"
        else [],
        class_id=request.school_class_id,
        steps=[
            StepLine(step.get_state_display(), step.text, step.at)
            for step in RequestStep.objects.filter(request=request).order_by("pk")
        ],
        can_approve=can_approve,
        can_ask=can_approve and not near_own,
        can_decline=can_decline and not is_own and not near_own,
        can_release=can_release and not is_own,
        is_leaving=leaves and request.state in rules.DECIDABLE,
        is_unconfirmed=can_approve and is_unconfirmed(request),
        is_near_own=near_own,
        is_own_matter=is_own and (can_decline or can_release),
        is_left_to_operator=is_own and _is_left_to_operator(request, "school" if mine else "from_school", today),
        keeps_classes=actor.school_id is not None,
        list_url=list_url(actor),
        warnings=warnings(request, today, near),
    )


def list_url(actor: Actor, tray: str = "new") -> str:
    """Where the requests lie on which the actor decides: a leader's tray, or the operator's list."""
    return DeskFilters().url(tray=tray) if actor.school_id else "/operator/decisions/"


def _is_left_to_operator(request: EnrolmentRequest, school: str, day: date) -> bool:
    """Whether no leader of the school in this column may decide on the request."""
    leaders = Exists(leaders_to_decide(school, access.OWN_REQUEST, day))
    return EnrolmentRequest.objects.filter(~leaders, pk=request.pk).exists()


def bulk_told(told: str) -> str:
    """What to say after a bulk approval; nothing for anything but two numbers."""
    counts = told.split(".")
    if len(counts) != 2 or not all(count.isascii() and count.isdigit() and len(count) < 4 for count in counts):
        return ""
    approved, left = map(int, counts)
    text = f"Одобрено: {approved} {plural(approved, 'запрос', 'запроса', 'запросов')}."
    if left:
        words = plural(left, "запрос требует", "запроса требуют", "запросов требуют")
        text += f" {left} {words} вашего решения: откройте их по одному."
    return text


def approval_told(request: EnrolmentRequest) -> str:
    """What to say after an approval."""
    if request.state == State.RELEASE:
        return "Вы согласны принять ученика. Теперь его должна отпустить прежняя школа."
    return "Запрос одобрен."


def student_of_request(request_id: int) -> int | None:
    """Whom a request is about, where that is known."""
    return EnrolmentRequest.objects.filter(pk=request_id).values_list("card__person", flat=True).first()
