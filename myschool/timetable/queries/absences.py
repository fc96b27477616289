"""Who is away on a day, and the pages on which absences of teachers are asked for and decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from myschool.kernel.actors import Actor
from myschool.kernel.text import day_month, plural, weekday_name
from myschool.people.models import Person
from myschool.people.rules.names import full_name, short_name
from myschool.schools.models import School
from myschool.timetable import access
from myschool.timetable.models import Lesson, TeacherAbsence, lasting_on

ONE_DAY = timedelta(days=1)
LATELY = timedelta(days=30)
SHOWN = 100
State = TeacherAbsence.State


def absences_on(school_id: int, day: date) -> QuerySet[TeacherAbsence]:
    """The approved absences that hold a day."""
    return TeacherAbsence.objects.filter(lasting_on(day), school=school_id, state=State.APPROVED)


@dataclass(frozen=True, kw_only=True)
class DayToCover:
    """A day of an absence with lessons that nobody else leads yet."""

    day: date
    title: str
    lessons: str


@dataclass(frozen=True, kw_only=True)
class AbsenceLine:
    """An absence in words: «с 10 по 12 сентября»; `is_open` while it waits for a decision, `is_ended` when it is over."""

    id: int
    teacher: str
    period: str
    kind: str
    reason: str
    state: str
    is_open: bool
    is_approved: bool
    is_ended: bool
    answer: str
    decided_by: str
    is_own: bool
    days: list[DayToCover]


@dataclass(frozen=True)
class OwnAbsencesPage:
    """A teacher's absences, the latest first, who decides on them, and the form for the next one."""

    title: str
    lines: list[AbsenceLine]
    who_decides: str


@dataclass(frozen=True, kw_only=True)
class AbsencesPage:
    """The absences of a school's teachers: those to be decided, those that hold or are to come, those of late."""

    title: str
    asked: list[AbsenceLine]
    approved: list[AbsenceLine]
    past: list[AbsenceLine]
    who_decides_on_own: str


@dataclass(frozen=True)
class AbsencePage:
    """One absence, to be decided or ended where it still may be."""

    title: str
    line: AbsenceLine


def period_in_words(absence: TeacherAbsence) -> str:
    """«10 сентября» or «10 сентября — 12 сентября»."""
    last = absence.to_date - ONE_DAY
    if last == absence.from_date:
        return day_month(last)
    return f"{day_month(absence.from_date)} — {day_month(last)}"


def own_absences_page(actor: Actor, today: date) -> OwnAbsencesPage:
    """What the teacher has asked for, and what came of it."""
    rows = access.own_absences(actor).select_related("teacher", "decided_by").order_by("-from_date", "-pk")
    lines = [_line(row, actor, today, []) for row in rows[:SHOWN]]
    return OwnAbsencesPage("Моё отсутствие", lines, _who_decides(actor, today))


def _who_decides(actor: Actor, day: date) -> str:
    """Who decides on the actor's own absence; where the school has nobody else it waits, as all that is a leader's own."""
    if access.who_else_decides_on_absences(actor, day).exists():
        return "Отсутствие согласует завуч или другой руководитель школы. Решение придёт вам уведомлением."
    return (
        "Кроме вас, в школе сейчас нет ни руководителя, ни завуча, а о своём отсутствии не решает никто. Просьба подождёт, "
        "пока у школы появится завуч или второй руководитель. Замены своих уроков вы можете назначить и без неё: в роли "
        "руководителя, в разделе «Замены»."
    )


def absences_page(actor: Actor, today: date) -> AbsencesPage:
    """The school's absences that are not long over."""
    rows = list(
        access.absences_to_plan(actor)
        .filter(to_date__gt=today - LATELY)
        .select_related("teacher", "decided_by")
        .order_by("from_date", "teacher__sort_key", "pk")
    )
    lines = [_line(row, actor, today, days) for row, days in zip(rows, _days_of(rows, today), strict=True)]
    approved = [line for line in lines if line.is_approved and not line.is_ended]
    return AbsencesPage(
        title="Отсутствие учителей",
        asked=[line for line in lines if line.is_open],
        approved=approved,
        past=[line for line in reversed(lines) if not line.is_open and line not in approved],
        who_decides_on_own=_who_decides(actor, today) if any(line.is_own and line.is_open for line in lines) else "",
    )


def absence_page(absence: TeacherAbsence, actor: Actor, today: date) -> AbsencePage:
    """Who asks to be away, when, and which lessons would be without a teacher."""
    (days,) = _days_of([absence], today)
    return AbsencePage("Отсутствие учителя", _line(absence, actor, today, days))


def first_day_to_cover(absence: TeacherAbsence, today: date) -> date:
    """The first day from today on with lessons to substitute, or else the absence's first day that is not past."""
    (days,) = _days_of([absence], today)
    return days[0].day if days else max(absence.from_date, today)


def absence_of_teacher(school_id: int, teacher_id: int, day: date) -> TeacherAbsence | None:
    """The teacher's approved absence that holds the day."""
    return absences_on(school_id, day).filter(teacher=teacher_id).first()


@dataclass(frozen=True)
class AwayLine:
    """Who is away on a day: why, and until when."""

    teacher_id: int
    name: str
    why: str


def away_on(school: School, day: date) -> list[AwayLine]:
    """The teachers who are away on the day."""
    rows = absences_on(school.pk, day).select_related("teacher").order_by("teacher__sort_key", "pk")
    return [
        AwayLine(
            row.teacher_id,
            short_name(row.teacher.last_name, row.teacher.first_name, row.teacher.patronymic),
            f"{row.get_kind_display().lower()}, {period_in_words(row)}",
        )
        for row in rows
    ]


def _days_of(rows: Sequence[TeacherAbsence], today: date) -> Iterable[list[DayToCover]]:
    """By absence its days from today on with lessons that its teacher still leads; one statement for all."""
    ahead = [row for row in rows if row.to_date > today and row.state in (State.ASKED, State.APPROVED)]
    counts: dict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    if ahead:
        lessons = Lesson.objects.filter(
            school__in={row.school_id for row in ahead},
            teacher__in={row.teacher_id for row in ahead},
            state=Lesson.State.HELD,
            day__gte=max(today, min(row.from_date for row in ahead)),
            day__lt=max(row.to_date for row in ahead),
        )
        for school, teacher, day, count in (
            lessons.values_list("school", "teacher", "day").annotate(count=Count("pk")).order_by("day")
        ):
            if teacher is not None:
                counts[school, teacher][day] = count
    for row in rows:
        taught = counts[row.school_id, row.teacher_id] if row in ahead else {}
        yield [
            DayToCover(
                day=day,
                title=f"{weekday_name(day)}, {day_month(day)}",
                lessons=f"{count} {plural(count, 'урок', 'урока', 'уроков')}",
            )
            for day, count in taught.items()
            if row.from_date <= day < row.to_date
        ]


def _line(row: TeacherAbsence, actor: Actor, today: date, days: list[DayToCover]) -> AbsenceLine:
    return AbsenceLine(
        id=row.pk,
        teacher=_name(row.teacher),
        period=period_in_words(row),
        kind=row.get_kind_display(),
        reason=row.reason,
        state=row.get_state_display(),
        is_open=row.state == State.ASKED,
        is_approved=row.state == State.APPROVED,
        is_ended=row.to_date <= today,
        answer=row.answer,
        decided_by=_name(row.decided_by) if row.decided_by else "",
        is_own=row.teacher_id == actor.person_id,
        days=days,
    )


def _name(person: Person) -> str:
    return full_name(person.last_name, person.first_name, person.patronymic)
