"""Keeping a school: classes, staff, connections."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from myschool.enrolment import access
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Placement, RequestStep
from myschool.enrolment.queries.cabinet import class_title, place_of
from myschool.kernel.actors import Actor
from myschool.kernel.deadlines import deadline
from myschool.people.access import restrictions_ever
from myschool.people.models import DeletionRequest, Gender, GuardianRestriction, Guardianship, PersonMerge
from myschool.people.queries import (
    RestrictionLine,
    last_logins,
    lines_that_count,
    name_of,
    other_leaders,
    restriction_line,
)
from myschool.people.rules.names import full_name
from myschool.schools.models import School, SchoolClass
from myschool.schools.queries import open_classes, year_on


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """A class and how many study in it."""

    id: int
    title: str
    level: int
    students: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class UnplacedLine:
    """A student of the school whom no class has yet, and the classes there are for them."""

    placement_id: int
    person_id: int
    name: str
    birth_date: date | None
    level: int
    classes: list[ClassLine]


@dataclass(frozen=True)
class ClassesPage:
    """The year's classes, and who has none."""

    title: str
    year: str
    lines: list[ClassLine]
    unplaced: list[UnplacedLine]


def classes_page(school: School, day: date) -> ClassesPage:
    """The classes of the current year with their students and waiting requests counted."""
    year = year_on(school, day)
    classes = (
        SchoolClass.objects.filter(school=school, school_year=year, closed_at__isnull=True)
        .annotate(
            students=_counted(Placement.objects.filter(to_date__isnull=True)),
            waiting=_counted(EnrolmentRequest.objects.filter(tray="new")),
        )
        .order_by("level", "letter")
    )
    lines = [
        ClassLine(id=row.pk, title=row.title, level=row.level, students=row.students, waiting=row.waiting)
        for row in classes
    ]
    without = Placement.objects.filter(school=school, school_class__isnull=True, to_date__isnull=True)
    unplaced = sorted(without.select_related("student"), key=lambda row: (row.level, row.student.sort_key))
    return ClassesPage(
        "Классы",
        year.title if year else "",
        lines,
        [
            UnplacedLine(
                placement_id=row.pk,
                person_id=row.student_id,
                name=full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
                birth_date=row.student.birth_date,
                level=row.level,
                classes=[line for line in lines if line.level == row.level],
            )
            for row in unplaced
        ],
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows name the class; counted apart, since joined they would multiply each other."""
    own = rows.filter(school_class=OuterRef("pk")).order_by().values("school_class")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


@dataclass(frozen=True, kw_only=True)
class GuardianLine:
    """A student's legal representative, or a former one whose restriction still holds; `rights` are in words if limited."""

    guardianship_id: int
    name: str
    relation: str
    rights: str
    is_ended: bool


@dataclass(frozen=True, kw_only=True)
class StudentLine:
    """A student on a class's list."""

    placement_id: int
    person_id: int
    name: str
    birth_date: date | None
    gender: str
    logs_in: bool
    guardians: list[GuardianLine]


@dataclass(frozen=True, kw_only=True)
class ClassPage:
    """One class with its students."""

    title: str
    id: int
    level: int
    letter: str
    lines: list[StudentLine]
    others: list[SchoolClass]


def class_page(actor: Actor, school_class: SchoolClass, day: date) -> ClassPage:
    """The class's students in alphabetical order, with their guardians."""
    placements = (
        Placement.objects.filter(school_class=school_class, to_date__isnull=True)
        .select_related("student")
        .annotate(accounts=Count("student__account"))
    )
    lines = sorted(placements, key=lambda row: row.student.sort_key)
    students = [row.student_id for row in lines]
    live = access.guardianships_to_keep(actor, day).filter(student__in=students)
    ended = access.guardianships_outlived_here(actor, day).filter(student__in=students)
    restrictions: dict[tuple[int, int], list[GuardianRestriction]] = defaultdict(list)
    for row in _restrictions(access.restrictions_to_keep(actor, day).filter(student__in=students)):
        restrictions[row.guardian_id, row.student_id].append(row)
    guardians: dict[int, list[GuardianLine]] = defaultdict(list)
    for link in (live | ended).select_related("guardian").order_by("pk"):
        counted = lines_that_count(restrictions[link.guardian_id, link.student_id])
        guardians[link.student_id].append(
            GuardianLine(
                guardianship_id=link.pk,
                name=name_of(link.guardian),
                relation=link.get_relation_display(),
                rights=counted[0].kind if counted else "",
                is_ended=link.to_date is not None and link.to_date <= day,
            )
        )
    return ClassPage(
        title=f"{school_class.title} класс",
        id=school_class.pk,
        level=school_class.level,
        letter=school_class.letter,
        lines=[
            StudentLine(
                placement_id=row.pk,
                person_id=row.student_id,
                name=full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
                birth_date=row.student.birth_date,
                gender=Gender(row.student.gender).label if row.student.gender else "",
                logs_in=row.accounts > 0,
                guardians=guardians[row.student_id],
            )
            for row in lines
        ],
        others=[
            row
            for row in open_classes(school_class.school_id, school_class.school_year_id, school_class.level)
            if row != school_class
        ],
    )


def _restrictions(found: QuerySet[GuardianRestriction]) -> QuerySet[GuardianRestriction]:
    return found.select_related("guardian", "student", "organisation").order_by("pk")


@dataclass(frozen=True, kw_only=True)
class KeptRestriction:
    """A restriction before a leader, and what they may do about it."""

    line: RestrictionLine
    is_covered: bool
    is_asked_by_self: bool
    must_wait: bool
    is_asked_by_other: bool
    must_ask: bool


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """One guardian of a student, before whoever restricts their rights; a link that was ended shows what still holds."""

    title: str
    guardianship_id: int
    guardian: str
    student: str
    birth_date: date | None
    place: str
    class_id: int | None
    relation: str
    from_date: date
    ended_day: date | None
    ended_in: str
    ended_by: str
    restrictions: list[KeptRestriction]


def link_page(actor: Actor, link: Guardianship, day: date) -> LinkPage:
    """The link with what restricts it on that day; its persons and who ended it were fetched with it."""
    restrictions = access.restrictions_to_keep(actor, day)
    rows = list(_restrictions(restrictions.filter(guardian=link.guardian_id, student=link.student_id)))
    counted = {line.id for line in lines_that_count(rows)}
    others = other_leaders(actor, (link.guardian_id, link.student_id), day) if rows else ()
    placement = _place_here(actor, link.student_id)
    is_ended = link.to_date is not None and link.to_date <= day
    return LinkPage(
        title="Права представителя",
        guardianship_id=link.pk,
        guardian=name_of(link.guardian),
        student=name_of(link.student),
        birth_date=link.student.birth_date,
        place=class_title(placement.level, placement.school_class.letter if placement.school_class else None)
        if placement
        else "",
        class_id=placement.school_class_id if placement else None,
        relation=link.get_relation_display(),
        from_date=link.from_date,
        ended_day=link.to_date if is_ended else None,
        ended_in=link.ended_in.short_name if link.ended_in else "",
        ended_by=name_of(link.ended_by) if link.ended_by else "",
        restrictions=[
            KeptRestriction(
                line=restriction_line(row),
                is_covered=row.pk not in counted,
                is_asked_by_self=row.lifting_asked_by_id == actor.person_id,
                must_wait=bool(others) and row.lifting_asked_by_id == actor.person_id,
                is_asked_by_other=row.lifting_asked_by_id not in (None, actor.person_id),
                must_ask=bool(others) and row.lifting_asked_by_id is None,
            )
            for row in rows
        ],
    )


def _place_here(actor: Actor, student_id: int) -> Placement | None:
    """The student's place in the actor's school, with its class."""
    return access.placements_to_keep(actor).filter(student=student_id).select_related("school_class").first()


def class_of_student(actor: Actor, student_id: int) -> int | None:
    """The class of the actor's school that the student is in."""
    placement = _place_here(actor, student_id)
    return placement.school_class_id if placement else None


def link_of_restriction(actor: Actor, restriction: GuardianRestriction) -> int | None:
    """The link on whose page the restriction is shown: the last one of its guardian and student."""
    links = access.guardianships_to_show(actor).filter(guardian=restriction.guardian_id, student=restriction.student_id)
    return links.order_by("-pk").values_list("pk", flat=True).first()


@dataclass(frozen=True, kw_only=True)
class MergeLine:
    """Two rows that were joined; until when that can be undone.

    `name` is the row of the school's list, which stays; the other one leaves with the account that asked for `request_id`.
    """

    id: int
    name: str
    birth_date: date | None
    place: str
    person_id: int
    leaves: str
    leaves_born: date | None
    last_login_at: datetime | None
    request_id: int | None
    by: str
    at: datetime
    reason: str
    until: datetime


@dataclass(frozen=True)
class MergesPage:
    """What the school has joined lately."""

    title: str
    lines: list[MergeLine]


def merges_page(actor: Actor, at: datetime) -> MergesPage:
    """The merges of the school that can still be undone, the latest first."""
    term = timedelta(days=deadline("merge_undo").days)
    merges = access.merges_to_undo(actor).filter(merged_at__gt=at - term)
    rows = list(merges.select_related("kept", "merged", "merged_by").order_by("-merged_at", "-pk")[:200])
    placements = access.placements_to_keep(actor).filter(student__in=[row.kept_id for row in rows])
    places = {
        placement.student_id: place_of(placement)
        for placement in placements.select_related("school_class", "school__organisation")
    }
    # The step that joined them was taken at the merge's own moment.
    steps = RequestStep.objects.filter(
        at__in=[row.merged_at for row in rows], request__card__person__in=[row.kept_id for row in rows]
    )
    requests = {
        (person_id, merged_at): request_id
        for person_id, merged_at, request_id in steps.values_list("request__card__person", "at", "request")
    }
    logins = last_logins([row.kept_id for row in rows])
    return MergesPage(
        "Объединённые записи",
        [
            MergeLine(
                id=row.pk,
                name=name_of(row.kept),
                birth_date=row.kept.birth_date,
                place=places.get(row.kept_id, ""),
                person_id=row.kept_id,
                leaves=name_of(row.merged),
                leaves_born=row.merged.birth_date,
                last_login_at=logins.get(row.kept_id),
                request_id=requests.get((row.kept_id, row.merged_at)),
                by=name_of(row.merged_by),
                at=row.merged_at,
                reason=row.reason,
                until=row.merged_at + term,
            )
            for row in rows
        ],
    )


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """Somebody who works in the school."""

    id: int
    name: str
    role: str
    from_date: date
    is_self: bool


@dataclass(frozen=True, kw_only=True)
class InvitationLine:
    """Somebody who was invited and has not come yet."""

    id: int
    name: str
    role: str
    expires_at: datetime
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """The school's staff and invitations; `code` is shown once, right after inviting."""

    title: str
    posts: list[PostLine]
    invitations: list[InvitationLine]
    code: str = ""
    invited: str = ""


def staff_page(actor: Actor, day: date, at: datetime, code: str = "", invited: str = "") -> StaffPage:
    """Who works here, who is invited."""
    posts = access.posts_to_keep(actor, day).select_related("person")
    invitations = access.invitations_to_keep(actor).order_by("-invited_at")[:200]
    return StaffPage(
        title="Сотрудники",
        posts=[
            PostLine(
                id=post.pk,
                name=full_name(post.person.last_name, post.person.first_name, post.person.patronymic),
                role=post.get_role_display(),
                from_date=post.from_date,
                is_self=post.person_id == actor.person_id,
            )
            for post in sorted(posts, key=lambda post: post.person.sort_key)
        ],
        invitations=[
            InvitationLine(
                id=row.pk,
                name=full_name(row.last_name, row.first_name, row.patronymic),
                role=row.get_role_display(),
                expires_at=row.expires_at,
                is_over=row.expires_at <= at,
            )
            for row in invitations
        ],
        code=code,
        invited=invited,
    )


@dataclass(frozen=True, kw_only=True)
class ConnectionRow:
    """An application before the operator, or one's own."""

    id: int
    organisation: str
    inn: str
    kpp: str
    ogrn: str
    applicant: str
    decree: str
    decree_url: str
    state: str
    is_open: bool
    submitted_at: datetime
    due_day: date
    reason: str


@dataclass(frozen=True)
class ConnectionsPage:
    """The operator's list."""

    title: str
    rows: list[ConnectionRow]
    shows_all: bool


def _connection_row(row: ConnectionRequest) -> ConnectionRow:
    organisation, applicant = row.organisation, row.applicant
    decree = f"№ {row.decree_number} от {row.decree_day:%d.%m.%Y}" if row.decree_day else "полномочия из Госуслуг"
    return ConnectionRow(
        id=row.pk,
        organisation=organisation.full_name,
        inn=organisation.inn,
        kpp=organisation.kpp,
        ogrn=organisation.ogrn,
        applicant=full_name(applicant.last_name, applicant.first_name, applicant.patronymic),
        decree=decree,
        decree_url=f"/connect/{row.pk}/decree/" if row.decree_id else "",
        state=row.get_state_display(),
        is_open=row.state == ConnectionRequest.State.SUBMITTED,
        submitted_at=row.submitted_at,
        due_day=row.due_day,
        reason=row.reason_text,
    )


def connections_page(actor: Actor, *, shows_all: bool) -> ConnectionsPage:
    """The region's applications, open ones first in turn; with `shows_all` the latest hundred, decided ones too."""
    connections = access.connections_to_decide(actor).select_related("organisation", "applicant")
    rows = (
        connections.order_by("-pk")[:100]
        if shows_all
        else connections.filter(state=ConnectionRequest.State.SUBMITTED).order_by("submitted_at", "pk")[:100]
    )
    return ConnectionsPage("Подключение школ", [_connection_row(row) for row in rows], shows_all)


@dataclass(frozen=True)
class ConnectionPage:
    """One application."""

    title: str
    row: ConnectionRow


def connection_page(connection: ConnectionRequest) -> ConnectionPage:
    """One application with its papers."""
    return ConnectionPage(f"Заявка на подключение № {connection.pk}", _connection_row(connection))


@dataclass(frozen=True, kw_only=True)
class DemandRow:
    """A demand to delete data, before the operator."""

    id: int
    subject_id: int
    name: str
    birth_date: date | None
    text: str
    state: str
    is_open: bool
    submitted_at: datetime
    due_day: date
    answer: str


@dataclass(frozen=True)
class DemandsPage:
    """The operator's list of demands."""

    title: str
    rows: list[DemandRow]


def demands_page(actor: Actor) -> DemandsPage:
    """Open demands in turn, then the latest decided ones: a hundred in all."""
    demands = access.demands_to_decide(actor).select_related("subject").order_by("-state", "due_day", "pk")[:100]
    return DemandsPage(
        "Удаление данных",
        [
            DemandRow(
                id=row.pk,
                subject_id=row.subject_id,
                name=full_name(row.subject.last_name, row.subject.first_name, row.subject.patronymic),
                birth_date=row.subject.birth_date,
                text=row.text,
                state=row.get_state_display(),
                is_open=row.state == DeletionRequest.State.SUBMITTED,
                submitted_at=row.submitted_at,
                due_day=row.due_day,
                answer=row.answer,
            )
            for row in demands
        ],
    )


def student_of_placement(placement_id: int) -> int | None:
    """Whose place it is."""
    return Placement.objects.filter(pk=placement_id).values_list("student", flat=True).first()


def student_of_restriction(restriction_id: int) -> int | None:
    """About whom a guardian's rights are restricted."""
    return restrictions_ever().filter(pk=restriction_id).values_list("student", flat=True).first()


def person_of_merge(merge_id: int) -> int | None:
    """Who stayed when two rows were joined."""
    return PersonMerge.objects.filter(pk=merge_id).values_list("kept", flat=True).first()


def subject_of_demand(demand_id: int) -> int | None:
    """Whose data a demand is about."""
    return DeletionRequest.objects.filter(pk=demand_id).values_list("subject", flat=True).first()
