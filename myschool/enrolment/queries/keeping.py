"""Keeping a school: classes, staff, connections."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from myschool.enrolment import access
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Placement
from myschool.kernel.actors import Actor
from myschool.kernel.deadlines import deadline
from myschool.people.models import (
    DeletionRequest,
    Gender,
    GuardianRestriction,
    Guardianship,
    PersonMerge,
)
from myschool.people.queries import RestrictionLine, name_of, restriction_line
from myschool.people.rules import full_name
from myschool.schools.models import School, SchoolClass
from myschool.schools.queries import open_classes, year_on


@dataclass(frozen=True)
class ClassLine:
    """A class and how many study in it."""

    id: int
    title: str
    level: int
    students: int
    waiting: int


@dataclass(frozen=True)
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
    lines = [ClassLine(row.pk, row.title, row.level, row.students, row.waiting) for row in classes]
    without = Placement.objects.filter(school=school, school_class__isnull=True, to_date__isnull=True)
    unplaced = sorted(without.select_related("student"), key=lambda row: (row.level, row.student.sort_key))
    return ClassesPage(
        "Классы",
        year.title if year else "",
        lines,
        [
            UnplacedLine(
                row.pk, row.student_id,
                full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
                row.student.birth_date, row.level, [line for line in lines if line.level == row.level],
            )
            for row in unplaced
        ],
    )  # fmt: skip


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows name the class; counted apart, since joined they would multiply each other."""
    own = rows.filter(school_class=OuterRef("pk")).order_by().values("school_class")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


@dataclass(frozen=True)
class GuardianLine:
    """A student's legal representative."""

    guardianship_id: int
    name: str
    relation: str
    restrictions: list[RestrictionLine]


@dataclass(frozen=True)
class StudentLine:
    """A student on a class's list."""

    placement_id: int
    person_id: int
    name: str
    birth_date: date | None
    gender: str
    logs_in: bool
    guardians: list[GuardianLine]


@dataclass(frozen=True)
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
    links = access.guardianships_to_keep(actor, day).filter(student__in=[row.student_id for row in lines])
    restrictions: dict[tuple[int, int], list[RestrictionLine]] = defaultdict(list)
    for row in _restrictions(
        access.restrictions_to_keep(actor, day).filter(student__in=links.values("student"))
    ):
        restrictions[row.guardian_id, row.student_id].append(restriction_line(row))
    guardians: dict[int, list[GuardianLine]] = defaultdict(list)
    for link in links.select_related("guardian").order_by("pk"):
        guardians[link.student_id].append(
            GuardianLine(
                link.pk,
                name_of(link.guardian),
                link.get_relation_display(),
                restrictions[link.guardian_id, link.student_id],
            )
        )
    return ClassPage(
        f"{school_class.title} класс",
        school_class.pk,
        school_class.level,
        school_class.letter,
        [
            StudentLine(
                row.pk, row.student_id, full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
                row.student.birth_date, Gender(row.student.gender).label if row.student.gender else "",
                row.accounts > 0, guardians[row.student_id],
            )
            for row in lines
        ],
        [row for row in open_classes(school_class.school_id, school_class.school_year_id, school_class.level)
         if row != school_class],
    )  # fmt: skip


def _restrictions(found: QuerySet[GuardianRestriction]) -> QuerySet[GuardianRestriction]:
    return found.select_related("guardian", "student", "organisation").order_by("pk")


@dataclass(frozen=True)
class LinkPage:
    """One guardian of a student, before whoever restricts their rights."""

    title: str
    guardianship_id: int
    guardian: str
    student: str
    relation: str
    restrictions: list[RestrictionLine]


def link_page(actor: Actor, link: Guardianship, day: date) -> LinkPage:
    """The link with what restricts it on that day."""
    found = access.restrictions_to_keep(actor, day).filter(guardian=link.guardian_id, student=link.student_id)
    return LinkPage(
        "Права представителя", link.pk, name_of(link.guardian), name_of(link.student), link.get_relation_display(),
        [restriction_line(row) for row in _restrictions(found)],
    )  # fmt: skip


@dataclass(frozen=True)
class MergeLine:
    """Two rows that were joined; until when that can be undone."""

    id: int
    name: str
    birth_date: date | None
    person_id: int
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
    found = access.merges_to_undo(actor).filter(merged_at__gt=at - term).select_related("kept", "merged_by")
    return MergesPage(
        "Объединённые записи",
        [
            MergeLine(
                row.pk, name_of(row.kept), row.kept.birth_date, row.kept_id, name_of(row.merged_by), row.merged_at,
                row.reason, row.merged_at + term,
            )
            for row in found.order_by("-merged_at", "-pk")[:200]
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class PostLine:
    """Somebody who works in the school."""

    id: int
    name: str
    role: str
    from_date: date
    is_self: bool


@dataclass(frozen=True)
class InvitationLine:
    """Somebody who was invited and has not come yet."""

    id: int
    name: str
    role: str
    expires_at: datetime
    is_over: bool


@dataclass(frozen=True)
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
        "Сотрудники",
        [
            PostLine(
                post.pk, full_name(post.person.last_name, post.person.first_name, post.person.patronymic),
                post.get_role_display(), post.from_date, post.person_id == actor.person_id,
            )
            for post in sorted(posts, key=lambda post: post.person.sort_key)
        ],
        [
            InvitationLine(
                row.pk, full_name(row.last_name, row.first_name, row.patronymic), row.get_role_display(),
                row.expires_at, row.expires_at <= at,
            )
            for row in invitations
        ],
        code,
        invited,
    )  # fmt: skip


@dataclass(frozen=True)
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
    decree = (
        f"№ {row.decree_number} от {row.decree_day:%d.%m.%Y}" if row.decree_day else "полномочия из Госуслуг"
    )
    return ConnectionRow(
        row.pk, organisation.full_name, organisation.inn, organisation.kpp, organisation.ogrn,
        full_name(applicant.last_name, applicant.first_name, applicant.patronymic), decree,
        f"/connect/{row.pk}/decree/" if row.decree_id else "", row.get_state_display(),
        row.state == ConnectionRequest.State.SUBMITTED, row.submitted_at, row.due_day, row.reason_text,
    )  # fmt: skip


def connections_page(actor: Actor, *, shows_all: bool) -> ConnectionsPage:
    """The region's applications, open ones first in turn; with `shows_all` the latest hundred, decided ones too."""
    found = access.connections_to_decide(actor).select_related("organisation", "applicant")
    rows = (
        found.order_by("-pk")[:100]
        if shows_all
        else found.filter(state=ConnectionRequest.State.SUBMITTED).order_by("submitted_at", "pk")[:100]
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


@dataclass(frozen=True)
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
    found = (
        access.demands_to_decide(actor).select_related("subject").order_by("-state", "due_day", "pk")[:100]
    )
    return DemandsPage(
        "Удаление данных",
        [
            DemandRow(
                row.pk, row.subject_id, full_name(row.subject.last_name, row.subject.first_name, row.subject.patronymic),
                row.subject.birth_date, row.text, row.get_state_display(),
                row.state == DeletionRequest.State.SUBMITTED, row.submitted_at, row.due_day, row.answer,
            )
            for row in found
        ],
    )  # fmt: skip


def student_of_placement(placement_id: int) -> int | None:
    """Whose place it is."""
    return Placement.objects.filter(pk=placement_id).values_list("student", flat=True).first()


def student_of_guardianship(guardianship_id: int) -> int | None:
    """Whom a guardian is linked with."""
    return Guardianship.objects.filter(pk=guardianship_id).values_list("student", flat=True).first()


def student_of_restriction(restriction_id: int) -> int | None:
    """About whom a guardian's rights are restricted."""
    return GuardianRestriction.objects.filter(pk=restriction_id).values_list("student", flat=True).first()


def person_of_merge(merge_id: int) -> int | None:
    """Who stayed when two rows were joined."""
    return PersonMerge.objects.filter(pk=merge_id).values_list("kept", flat=True).first()


def subject_of_demand(demand_id: int) -> int | None:
    """Whose data a demand is about."""
    return DeletionRequest.objects.filter(pk=demand_id).values_list("subject", flat=True).first()
