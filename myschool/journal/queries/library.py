"""Which lessons a material may be for, and what students made of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from myschool.journal import access
from myschool.journal.models import LessonMaterial, Mark
from myschool.kernel.actors import Actor
from myschool.kernel.text import day_month, short_weekday_name
from myschool.library.queries.pages import outcomes
from myschool.people.rules.names import full_name

AHEAD, BACK, SHOWN = timedelta(days=21), timedelta(days=2), 60


@dataclass(frozen=True)
class TakePage:
    """A material and the teacher's lessons."""

    title: str
    material_id: int
    has_lessons: bool


def lessons_ahead(actor: Actor, today: date) -> list[tuple[int, str]]:
    """The teacher's lessons of the coming three weeks, and of the last two days, in words."""
    rows = (
        access.lessons_to_mark(actor)
        .filter(day__gte=today - BACK, day__lt=today + AHEAD)
        .select_related("subject", "teaching_group")
        .order_by("day", "number")[:SHOWN]
    )
    return [
        (
            row.pk,
            f"{short_weekday_name(row.day)}, {day_month(row.day)}, урок {row.number}: {row.subject.title}, {row.teaching_group.title}",
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """What a student made of a material, and the marks they have for the lesson."""

    student_id: int
    name: str
    state: str
    percent: int | None
    minutes: int | None
    marks: str


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """A lesson's material and everybody's result."""

    title: str
    id: int
    lesson_id: int
    may_mark: bool
    lines: list[ResultLine]


def results_page(material: LessonMaterial, *, may_mark: bool) -> ResultsPage:
    """Results since the material was put into the lesson; lesson, group, subject and version must be loaded."""
    lesson = material.lesson
    students = list(access.students_to_mark(lesson).order_by("sort_key", "pk"))
    version = material.version
    outcome_by_student = outcomes(
        version.material_id if version else 0, [row.pk for row in students], material.added_at
    )
    marks: dict[int, list[str]] = {}
    for mark in Mark.objects.filter(lesson=lesson, day=lesson.day, ended_at__isnull=True).order_by("position", "part"):
        marks.setdefault(mark.student_id, []).append(mark.origin or mark.state)
    lines = []
    for row in students:
        outcome = outcome_by_student.get(row.pk)
        state = "не открыто" if outcome is None else "пройдено" if outcome.is_finished else "начато"
        lines.append(
            ResultLine(
                student_id=row.pk,
                name=full_name(row.last_name, row.first_name, row.patronymic),
                state=state,
                percent=outcome.percent if outcome else None,
                minutes=-(-outcome.seconds // 60) if outcome else None,
                marks=" ".join(marks.get(row.pk, [])),
            )
        )
    return ResultsPage(
        title=f"{material.title}: результаты", id=material.pk, lesson_id=lesson.pk, may_mark=may_mark, lines=lines
    )
