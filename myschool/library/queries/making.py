"""What makers of materials, experts and operators see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum

from myschool.kernel.actors import Actor, Role
from myschool.library import access
from myschool.library.models import (
    ErrorReport,
    ExpertSubject,
    Kind,
    Material,
    MaterialDay,
    MaterialVersion,
    PublisherApplication,
    Review,
)
from myschool.library.queries.search import levels_in_words
from myschool.library.rules.register import format_of
from myschool.library.rules.states import CRITERIA, EDITABLE, WORDS, State, Verdict
from myschool.people.rules.names import full_name
from myschool.schools.queries import items_of

VERDICT_WORDS = {Verdict.ACCEPT: "принять", Verdict.FIX: "вернуть на исправление", Verdict.REJECT: "отклонить"}
LATELY = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    """A material among one's own, by its latest version."""

    id: int
    title: str
    number: int
    state: str
    tone: str
    kind: str
    opened: int
    finished: int
    taken: int
    reports: int


@dataclass(frozen=True)
class OwnPage:
    """Everything one's organisation has made, with its use in the last month."""

    title: str
    is_publisher: bool
    lines: list[OwnLine]


TONES = {
    State.PUBLISHED: "success",
    State.UNFIT: "danger",
    State.REJECTED: "danger",
    State.TO_FIX: "warning",
    State.CHECKING: "info",
    State.IN_REVIEW: "info",
}
SHOWN = 100


def own_page(actor: Actor, today: date) -> OwnPage:
    """The latest materials of the actor's own, with uses of the last thirty days."""
    latest = access.own_materials(actor).annotate(top=Max("versions__number")).order_by("-pk")[:SHOWN]
    tops = {row.pk: row.top for row in latest}
    versions = {
        row.material_id: row for row in MaterialVersion.objects.filter(material__in=tops).order_by("material", "number")
    }
    uses: dict[int, Any] = {
        row["material"]: row
        for row in MaterialDay.objects.filter(material__in=tops, day__gt=today - LATELY)
        .values("material")
        .annotate(opened=Sum("opened"), finished=Sum("finished"), taken=Sum("taken"))
    }
    reports = dict(
        ErrorReport.objects.filter(version__material__in=tops, answered_at__isnull=True)
        .values_list("version__material")
        .annotate(many=Count("pk"))
    )
    lines = [
        OwnLine(
            id=pk,
            title=versions[pk].title,
            number=versions[pk].number,
            state=WORDS[State(versions[pk].state)],
            tone=TONES.get(State(versions[pk].state), ""),
            kind=Kind(versions[pk].kind).label,
            opened=uses.get(pk, {}).get("opened", 0),
            finished=uses.get(pk, {}).get("finished", 0),
            taken=uses.get(pk, {}).get("taken", 0),
            reports=reports.get(pk, 0),
        )
        for pk in tops
    ]
    return OwnPage("Мои материалы", actor.role == Role.PUBLISHER, lines)


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version with what programs and people have said of it; experts are numbered, not named."""

    id: int
    number: int
    title: str
    state: str
    tone: str
    format: str
    is_editable: bool
    is_playable: bool
    submitted_at: datetime | None
    due_day: date | None
    used_days: int
    findings: list[tuple[str, bool]]
    verdicts: list[tuple[str, str, list[tuple[str, int]], str]]
    end_reason: str


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """An error somebody has found, and the answer."""

    id: int
    text: str
    told_at: datetime
    answer: str
    number: int


@dataclass(frozen=True)
class DayLine:
    """Uses of a day."""

    day: date
    opened: int
    finished: int
    taken: int


@dataclass(frozen=True, kw_only=True)
class OwnMaterialPage:
    """A material for its makers."""

    title: str
    id: int
    is_published: bool
    may_begin_version: bool
    versions: list[VersionLine]
    days: list[DayLine]
    reports: list[ReportLine]


def own_material_page(material: Material, today: date) -> OwnMaterialPage:
    """Versions from the newest, the last month's use by days, and reports."""
    versions = list(
        MaterialVersion.objects.filter(material=material).order_by("-number").prefetch_related("findings", "reviews")
    )
    states = {State(row.state) for row in versions}
    days = MaterialDay.objects.filter(material=material, day__gt=today - LATELY).order_by("-day")
    reports = ErrorReport.objects.filter(version__material=material).select_related("version").order_by("-told_at")[:50]
    return OwnMaterialPage(
        title=versions[0].title,
        id=material.pk,
        is_published=State.PUBLISHED in states,
        may_begin_version=not states & (EDITABLE | {State.CHECKING, State.IN_REVIEW}),
        versions=[_version_line(row) for row in versions],
        days=[DayLine(row.day, row.opened, row.finished, row.taken) for row in days],
        reports=[
            ReportLine(id=row.pk, text=row.text, told_at=row.told_at, answer=row.answer, number=row.version.number)
            for row in reports
        ],
    )


def _version_line(version: MaterialVersion) -> VersionLine:
    state = State(version.state)
    # While the check goes on, one expert's word must not be guessed from the other's.
    reviews = [] if state == State.IN_REVIEW else [row for row in version.reviews.all() if row.given_at]
    last = max((row.round for row in reviews), default=0)
    verdicts = [
        (
            f"Эксперт {number}",
            VERDICT_WORDS[Verdict(row.verdict)],
            [(CRITERIA[name], score) for name, score in row.scores.items() if name in CRITERIA],
            row.comment,
        )
        for number, row in enumerate(sorted((row for row in reviews if row.round == last), key=lambda row: row.pk), 1)
    ]
    return VersionLine(
        id=version.pk,
        number=version.number,
        title=version.title,
        state=WORDS[state],
        tone=TONES.get(state, ""),
        format=format_of(version.format).title,
        is_editable=state in EDITABLE,
        is_playable=bool(version.format),
        submitted_at=version.submitted_at,
        due_day=version.due_day,
        used_days=version.used_days,
        findings=[
            (finding.text, finding.is_advice)
            for finding in sorted(version.findings.all(), key=lambda finding: (finding.is_advice, finding.pk))
        ],
        verdicts=verdicts,
        end_reason=version.end_reason,
    )


@dataclass(frozen=True)
class FormPage:
    """A page that is only a form."""

    title: str
    id: int = 0
    file: str = ""


@dataclass(frozen=True)
class ImportedPage:
    """What was taken out of a cartridge: ids and titles of the drafts; and what was left, with the reason."""

    title: str
    made: list[tuple[int, str]]
    left: list[tuple[str, str]]


def imported_page(made: Sequence[MaterialVersion], left: Sequence[tuple[str, str]]) -> ImportedPage:
    """The outcome for the one who has sent the cartridge."""
    return ImportedPage(
        "Перенесено из картриджа", [(version.material_id, version.title) for version in made], list(left)
    )


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """A version that waits for somebody's word."""

    id: int
    title: str
    subject: str
    levels: str
    kind: str
    due_day: date | None
    version_id: int
    appointed: int = 0


@dataclass(frozen=True)
class DuePage:
    """What waits, the most urgent first."""

    title: str
    lines: list[DueLine]
    given: int = 0


def reviews_page(actor: Actor) -> DuePage:
    """What an expert is to judge."""
    rows = access.reviews_to_give(actor).select_related("version").order_by("version__due_day", "pk")
    subjects = dict(items_of("subjects"))
    return DuePage(
        "Экспертиза", [_due_line(row.pk, row.version, subjects) for row in rows], access.reviews_given(actor).count()
    )


def _due_line(pk: int, version: MaterialVersion, subjects: dict[str, str], appointed: int = 0) -> DueLine:
    return DueLine(
        id=pk,
        title=version.title,
        subject=subjects.get(version.subject, ""),
        levels=levels_in_words(version.from_level, version.to_level),
        kind=Kind(version.kind).label,
        due_day=version.due_day,
        version_id=version.pk,
        appointed=appointed,
    )


@dataclass(frozen=True, kw_only=True)
class JudgedPage:
    """A version before an expert; the publisher is not named."""

    title: str
    id: int
    version_id: int
    annotation: str
    subject: str
    levels: str
    topic: str
    kind: str
    format: str
    due_day: date | None
    findings: list[str]
    earlier: list[str]


def judged_page(review: Review) -> JudgedPage:
    """What an expert needs to judge a version, with what was asked for in earlier rounds."""
    version = review.version
    earlier = Review.objects.filter(version=version, round__lt=review.round).exclude(comment="").order_by("pk")
    return JudgedPage(
        title=version.title,
        id=review.pk,
        version_id=version.pk,
        annotation=version.annotation,
        subject=dict(items_of("subjects")).get(version.subject, ""),
        levels=levels_in_words(version.from_level, version.to_level),
        topic=version.topic,
        kind=Kind(version.kind).label,
        format=format_of(version.format).title,
        due_day=version.due_day,
        findings=list(version.findings.order_by("pk").values_list("text", flat=True)),
        earlier=[row.comment for row in earlier],
    )


def school_page(actor: Actor) -> DuePage:
    """Teachers' own materials that wait for the school's word."""
    subjects = dict(items_of("subjects"))
    rows = access.versions_to_approve(actor).order_by("submitted_at")
    return DuePage("Материалы учителей", [_due_line(row.pk, row, subjects) for row in rows])


@dataclass(frozen=True, kw_only=True)
class ExpertLine:
    """An expert with what they judge and have to do."""

    post_id: int
    person_id: int
    name: str
    subjects: list[str]
    due: int
    given: int


@dataclass(frozen=True)
class ExpertsPage:
    """Experts of the operator, and versions whose term runs."""

    title: str
    experts: list[ExpertLine]
    waiting: list[DueLine]


def experts_page(actor: Actor, day: date) -> ExpertsPage:
    """The operator's experts; versions in review, those with the nearest term first."""
    subjects = dict(items_of("subjects"))
    posts = list(access.experts_of(actor, day).select_related("person").order_by("person__sort_key"))
    judged: dict[int, list[str]] = {}
    for row in ExpertSubject.objects.filter(person__in=[post.person_id for post in posts]).order_by("subject"):
        judged.setdefault(row.person_id, []).append(subjects.get(row.subject, row.subject))
    counts: dict[int, Any] = {
        row["expert"]: row
        for row in Review.objects.filter(expert__in=judged, declined_at__isnull=True)
        .values("expert")
        .annotate(given=Count("given_at"), all=Count("pk"))
    }
    waiting = (
        access.reviews_to_watch(actor)
        .annotate(
            appointed=Count("reviews", filter=Q(reviews__declined_at__isnull=True, reviews__given_at__isnull=True))
        )
        .order_by("due_day", "pk")[:SHOWN]
    )
    return ExpertsPage(
        "Эксперты",
        [
            ExpertLine(
                post_id=post.pk,
                person_id=post.person_id,
                name=full_name(post.person.last_name, post.person.first_name, post.person.patronymic),
                subjects=judged.get(post.person_id, []),
                due=counts.get(post.person_id, {}).get("all", 0) - counts.get(post.person_id, {}).get("given", 0),
                given=counts.get(post.person_id, {}).get("given", 0),
            )
            for post in posts
        ],
        [_due_line(row.pk, row, subjects, row.appointed) for row in waiting],
    )


@dataclass(frozen=True, kw_only=True)
class ApplicationLine:
    """An application of a publisher."""

    id: int
    title: str
    inn: str
    kpp: str
    ogrn: str
    applicant: str
    agreement: str
    agreement_day: date
    submitted_at: datetime
    outcome: str
    reason: str


@dataclass(frozen=True)
class ApplicationsPage:
    """Applications."""

    title: str
    lines: list[ApplicationLine]


def applications_page(title: str, rows: Sequence[PublisherApplication]) -> ApplicationsPage:
    """Applications with their applicants loaded."""
    return ApplicationsPage(
        title,
        [
            ApplicationLine(
                id=row.pk,
                title=row.full_name,
                inn=row.inn,
                kpp=row.kpp,
                ogrn=row.ogrn,
                applicant=full_name(row.applicant.last_name, row.applicant.first_name, row.applicant.patronymic),
                agreement=row.agreement_number,
                agreement_day=row.agreement_day,
                submitted_at=row.submitted_at,
                outcome=row.get_outcome_display(),
                reason=row.reason,
            )
            for row in rows
        ],
    )


def applications_to_decide(actor: Actor) -> ApplicationsPage:
    """Publishers who wait for the operator's word."""
    rows = access.applications_to_decide(actor).select_related("applicant").order_by("submitted_at")
    return applications_page("Поставщики контента", list(rows))


def own_applications(actor: Actor) -> ApplicationsPage:
    """What the person has asked."""
    rows = access.own_applications(actor).select_related("applicant").order_by("-submitted_at")
    return applications_page("Стать поставщиком контента", list(rows))
