"""The page of one lesson: topic, works, attendance of the class, remarks and materials."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from myschool.journal import access
from myschool.journal.models import (
    AbsenceNote,
    Attendance,
    AttendanceCode,
    GroupTopicPlan,
    JournalPage,
    Mark,
    PlannedTopic,
    Remark,
    UnlockRequest,
    Work,
)
from myschool.journal.queries.declared import codes_of, declared, kinds_on, term_on, terms_of
from myschool.journal.rules import windows
from myschool.kernel import numbers
from myschool.kernel.actors import Actor
from myschool.kernel.text import day_month
from myschool.people.rules.names import full_name, short_name
from myschool.timetable.models import GroupClass, Lesson, lasting_on


def lesson_closed_because(lesson: Lesson, today: date) -> windows.Closed | None:
    """Why nothing of a lesson can be changed today; None while it can."""
    term = term_on(terms_of(lesson.teaching_group), lesson.day)
    page = JournalPage.objects.filter(teaching_group=lesson.teaching_group_id).first()
    unlocked = (
        UnlockRequest.objects.filter(lesson=lesson, state=UnlockRequest.State.GRANTED)
        .order_by("-to_date")
        .values_list("to_date", flat=True)
    )
    return windows.closed_because(
        lesson.day,
        today,
        window_days=declared(lesson.school_id).journal.window_days,
        term_closed=bool(page and term and term.pk in page.closed_terms),
        unlocked_to_date=unlocked.first(),
    )


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """A work of the lesson."""

    id: int
    position: int
    kind: str
    title: str
    weight: str
    is_control: bool
    has_marks: bool


@dataclass(frozen=True)
class RemarkLine:
    """A teacher's words about a student at this lesson."""

    id: int
    text: str
    is_praise: bool
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class StudentLine:
    """A student of the lesson: how they attended, and what was said of them."""

    id: int
    name: str
    code_id: int | None
    minutes: int
    proposed_code: str
    remarks: list[RemarkLine]


@dataclass(frozen=True)
class CodeChoice:
    """A code that attendance can be noted by."""

    id: int
    title: str
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class MaterialLine:
    """A link or a file beside the lesson."""

    id: int
    title: str
    url: str
    is_file: bool
    is_of_library: bool


@dataclass(frozen=True, kw_only=True)
class LessonPage:
    """One lesson, for whoever teaches it or may read the journal."""

    title: str
    id: int
    group_id: int
    day: date
    hours: str
    number: int
    room: str
    teacher: str
    state: str
    topic: str
    proposed_topic: str
    works: list[WorkLine]
    kinds: list[tuple[int, str]]
    students: list[StudentLine]
    codes: list[CodeChoice]
    materials: list[MaterialLine]
    previous_id: int | None
    next_id: int | None
    may_write: bool
    closed_because: str
    unlock_may_be_asked: bool

    @property
    def student_choices(self) -> list[tuple[int, str]]:
        """The students by their ids, to write about one of them."""
        return [(line.id, line.name) for line in self.students]


def lesson_page(lesson: Lesson, actor: Actor, today: date) -> LessonPage:
    """A lesson with its students; the subject, group, teacher, room and school's organisation must be loaded."""
    students = list(access.students_to_mark(lesson).order_by("sort_key", "pk"))
    codes = codes_of(lesson.school)
    noted = {
        row.student_id: row for row in Attendance.objects.filter(lesson=lesson, day=lesson.day, ended_at__isnull=True)
    }
    closed = lesson_closed_because(lesson, today)
    may_mark = access.lessons_to_mark(actor).filter(pk=lesson.pk).exists()
    before, after = _neighbours(lesson)
    notes = _noted_by_family(lesson, codes)
    remarks = _remarks(lesson, actor)
    own_topic = lesson.topic.text if hasattr(lesson, "topic") else ""
    return LessonPage(
        title=f"{lesson.subject.title}, {lesson.teaching_group.title}: {day_month(lesson.day)}",
        id=lesson.pk,
        group_id=lesson.teaching_group_id,
        day=lesson.day,
        hours=f"{lesson.starts:%H:%M}–{lesson.ends:%H:%M}",
        number=lesson.number,
        room=lesson.room.title if lesson.room else "",
        teacher=short_name(lesson.teacher.last_name, lesson.teacher.first_name, lesson.teacher.patronymic)
        if lesson.teacher
        else "",
        state=lesson.state,
        topic=own_topic,
        proposed_topic=own_topic or _proposed_topic(lesson),
        works=_works(lesson),
        kinds=[
            (kind.pk, f"{kind.title}, вес {numbers.plain(Fraction(weight))}")
            for kind, weight in kinds_on(lesson.school_id, lesson.day)
        ],
        students=[
            StudentLine(
                id=row.pk,
                name=full_name(row.last_name, row.first_name, row.patronymic),
                code_id=noted[row.pk].code_id if row.pk in noted else None,
                minutes=noted[row.pk].minutes if row.pk in noted else 0,
                proposed_code=notes.get(row.pk, ""),
                remarks=remarks.get(row.pk, []),
            )
            for row in students
        ],
        codes=[CodeChoice(code.pk, f"{code.code} — {code.title}", code.meaning == "late") for code in codes],
        materials=[
            MaterialLine(
                id=row.pk,
                title=row.title,
                url=row.url,
                is_file=row.file_id is not None,
                is_of_library=row.version_id is not None,
            )
            for row in lesson.materials.order_by("pk")
        ],
        previous_id=before,
        next_id=after,
        may_write=may_mark and closed is None,
        closed_because=closed.words if closed and may_mark else "",
        unlock_may_be_asked=may_mark and closed is not None and closed.may_be_asked,
    )


def _neighbours(lesson: Lesson) -> tuple[int | None, int | None]:
    others = Lesson.objects.filter(teaching_group=lesson.teaching_group_id).exclude(state="dropped")
    here = Q(day=lesson.day, number__lt=lesson.number)
    before = others.filter(Q(day__lt=lesson.day) | here).order_by("-day", "-number").values_list("pk", flat=True)
    there = Q(day=lesson.day, number__gt=lesson.number)
    after = others.filter(Q(day__gt=lesson.day) | there).order_by("day", "number").values_list("pk", flat=True)
    return before.first(), after.first()


def _works(lesson: Lesson) -> list[WorkLine]:
    marked = set(
        Mark.objects.filter(lesson=lesson, day=lesson.day, ended_at__isnull=True).values_list("position", flat=True)
    )
    return [
        WorkLine(
            id=row.pk,
            position=row.position,
            kind=row.kind.title,
            title=row.title,
            weight=numbers.plain(Fraction(row.weight)),
            is_control=row.kind.is_control,
            has_marks=row.position in marked,
        )
        for row in Work.objects.filter(lesson=lesson).select_related("kind").order_by("position")
    ]


def _remarks(lesson: Lesson, actor: Actor) -> dict[int, list[RemarkLine]]:
    by_student: dict[int, list[RemarkLine]] = {}
    for row in Remark.objects.filter(lesson=lesson, withdrawn_at__isnull=True).order_by("given_at"):
        line = RemarkLine(row.pk, row.text, row.is_praise, row.given_by_id == actor.person_id)
        by_student.setdefault(row.student_id, []).append(line)
    return by_student


def _noted_by_family(lesson: Lesson, codes: list[AttendanceCode]) -> dict[int, str]:
    """By students whose accepted paper holds the lesson's day: the code that it gives."""
    by_meaning = {code.meaning: code.code for code in reversed(codes)}
    papers = AbsenceNote.objects.filter(
        school=lesson.school_id, state=AbsenceNote.State.ACCEPTED, from_date__lte=lesson.day, to_date__gt=lesson.day
    )
    return {paper.student_id: by_meaning.get(paper.meaning, "") for paper in papers}


def _proposed_topic(lesson: Lesson) -> str:
    """The topic whose turn it is by the group's plan."""
    followed = GroupTopicPlan.objects.filter(teaching_group=lesson.teaching_group_id).first()
    if followed is None:
        return ""
    taught = Lesson.objects.filter(
        Q(day__lt=lesson.day) | Q(day=lesson.day, number__lt=lesson.number),
        teaching_group=lesson.teaching_group_id,
        state=Lesson.State.HELD,
    ).count()
    for topic in PlannedTopic.objects.filter(plan=followed.plan_id).order_by("position"):
        taught -= topic.hours
        if taught < 0:
            return topic.title
    return ""


def control_works_on(group_id: int, day: date, *, besides: int | None = None) -> list[Work]:
    """Control works of the classes of a group on a day, of whatever subject."""
    classes = GroupClass.objects.filter(lasting_on(day), teaching_group=group_id).values("school_class")
    groups = GroupClass.objects.filter(lasting_on(day), school_class__in=classes).values("teaching_group")
    works = Work.objects.filter(
        lesson__teaching_group__in=groups, lesson__day=day, lesson__state=Lesson.State.HELD, kind__is_control=True
    ).select_related("lesson__subject", "kind")
    return list(works.exclude(pk=besides or 0).order_by("lesson__number"))


def known_students(lesson: Lesson, student_ids: Collection[int]) -> set[int]:
    """Which of these are in the lesson's group on its day."""
    return set(access.students_to_mark(lesson).filter(pk__in=student_ids).values_list("pk", flat=True))


def lessons_written(lesson_ids: Collection[int]) -> set[int]:
    """Those of the lessons for which a mark or an absence is written."""
    return {
        lesson_id
        for model in (Mark, Attendance)
        for lesson_id in model.objects.filter(lesson_id__in=lesson_ids, ended_at__isnull=True).values_list(
            "lesson_id", flat=True
        )
    }
