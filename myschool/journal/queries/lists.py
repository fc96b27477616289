"""Lists of journals, and requests to change old lessons."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from myschool.journal import access
from myschool.kernel.actors import Actor, Role
from myschool.kernel.text import day_month, in_order_of_numbers
from myschool.people.rules.names import short_name
from myschool.schools.models import Term
from myschool.schools.rules import terms
from myschool.timetable.models import Lesson, TeachingGroup


def term_title(term: Term) -> str:
    """«2-я четверть»; the scheme must be loaded."""
    return terms.term_title(term.scheme.kind, term.number)


@dataclass(frozen=True, kw_only=True)
class LessonLink:
    """One of today's lessons."""

    id: int
    number: int
    time: str
    subject: str
    title: str
    group_id: int
    note: str


@dataclass(frozen=True)
class GroupLink:
    """A journal."""

    id: int
    title: str


@dataclass(frozen=True)
class SubjectGroups:
    """The journals of one subject."""

    subject: str
    groups: list[GroupLink]


@dataclass(frozen=True)
class Section:
    """Journals by why the actor sees them."""

    title: str
    subjects: list[SubjectGroups]


@dataclass(frozen=True, kw_only=True)
class JournalsPage:
    """The journals the actor may open, and for a teacher the lessons of the day."""

    title: str
    day: str
    lessons: list[LessonLink]
    sections: list[Section]
    classes: list[GroupLink]
    unlocks: int


def journals_page(actor: Actor, day: date) -> JournalsPage:
    """Own groups, the led class's and, for those who govern, everybody's; three or four statements."""
    if actor.role != Role.TEACHER:
        everybodys = _by_subject(access.groups_to_govern(actor).filter(closed_at__isnull=True))
        return JournalsPage(
            title="Журналы",
            day=day_month(day),
            lessons=[],
            sections=[Section("Журналы школы", everybodys)] if everybodys else [],
            classes=_classes(actor, day),
            unlocks=access.unlocks_to_decide(actor).count(),
        )
    taught = access.groups_to_mark(actor, day)
    led = access.groups_to_follow(actor, day).exclude(pk__in=taught.values("pk"))
    sections = [Section("Мои журналы", _by_subject(taught)), Section("Журналы моего класса", _by_subject(led))]
    lessons = (
        access.lessons_to_mark(actor)
        .filter(day=day, teacher=actor.person_id)
        .select_related("subject", "teaching_group")
        .order_by("starts")
    )
    return JournalsPage(
        title="Журналы",
        day=day_month(day),
        lessons=[_lesson(row) for row in lessons],
        sections=[section for section in sections if section.subjects],
        classes=_classes(actor, day),
        unlocks=0,
    )


def _lesson(row: Lesson) -> LessonLink:
    substituted = row.planned_teacher_id not in (None, row.teacher_id)
    return LessonLink(
        id=row.pk,
        number=row.number,
        time=f"{row.starts:%H:%M}–{row.ends:%H:%M}",
        subject=row.subject.title,
        title=row.teaching_group.title,
        group_id=row.teaching_group_id,
        note="замена" if substituted else "",
    )


def _classes(actor: Actor, day: date) -> list[GroupLink]:
    rows = access.classes_to_follow(actor, day).filter(closed_at__isnull=True)
    return [GroupLink(row.pk, row.title) for row in rows.order_by("level", "letter")]


def _by_subject(groups: QuerySet[TeachingGroup]) -> list[SubjectGroups]:
    groups_by_subject: dict[str, list[GroupLink]] = {}
    rows = groups.select_related("subject").order_by("subject__title", "pk")
    for row in sorted(rows, key=lambda row: (row.subject.title, in_order_of_numbers(row.title))):
        groups_by_subject.setdefault(row.subject.title, []).append(GroupLink(row.pk, row.title))
    return [SubjectGroups(subject, links) for subject, links in groups_by_subject.items()]


@dataclass(frozen=True)
class TermLink:
    """A term to switch to."""

    id: int
    title: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class UnlockLine:
    """A request to change an old lesson."""

    id: int
    subject: str
    taught: str
    day: date
    teacher: str
    reason: str
    asked_at: datetime


@dataclass(frozen=True)
class UnlocksPage:
    """Requests that wait for a decision."""

    title: str
    lines: list[UnlockLine]


def unlocks_page(actor: Actor) -> UnlocksPage:
    """The requests, the oldest first."""
    rows = access.unlocks_to_decide(actor).select_related("lesson__subject", "lesson__teaching_group", "asked_by")
    return UnlocksPage(
        "Запросы на изменение журнала",
        [
            UnlockLine(
                id=row.pk,
                subject=row.lesson.subject.title,
                taught=row.lesson.teaching_group.title,
                day=row.lesson.day,
                teacher=short_name(row.asked_by.last_name, row.asked_by.first_name, row.asked_by.patronymic),
                reason=row.reason,
                asked_at=row.asked_at,
            )
            for row in rows.order_by("asked_at")
        ],
    )
