"""A lesson is replaced, moved, cancelled or added."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from myschool.kernel.clock import local_day
from myschool.kernel.text import day_month, weekday_name
from myschool.notices.rosters import first_lessons, latest, name_in_short, taught_by
from myschool.notices.rules import AT_ONCE, EVERYBODY, local_moment
from myschool.notices.telling import Kind, Telling, Told
from myschool.timetable.facts import LessonChanged
from myschool.timetable.models import LessonChange

ONE_DAY = timedelta(days=1)
Change = LessonChange.Kind


def lessons_told(facts: Sequence[LessonChanged], at: datetime) -> list[Told]:
    """Changes of lessons that are still ahead or of today: to the group's families, and to the teachers concerned."""
    last = latest(facts, "lesson_id")
    changes = {
        row.pk: row
        for row in LessonChange.objects.filter(pk__in=[fact.change_id for fact in last]).select_related(
            "lesson__school",
            "lesson__subject",
            "lesson__teacher",
            "lesson__room",
            "lesson__planned_teacher",
            "lesson__planned_subject",
            "teacher",
        )
    }
    latest_facts = []
    for fact in last:
        change = changes.get(fact.change_id)
        if change is None or (change.withdrawn_at is not None and not fact.withdrawn):
            continue
        today = local_day(change.lesson.school.time_zone, at)
        ahead = [day for day in _days(fact) if day >= today]
        if ahead:
            latest_facts.append((fact, change, min(ahead)))
    taught = taught_by([(fact.teaching_group_id, day) for fact, _, day in latest_facts])
    everybody = sorted({student for students in taught.values() for student in students})
    first = first_lessons(sorted({day for _, _, day in latest_facts}), everybody)
    notices = []
    for n, (fact, change, day) in enumerate(latest_facts):
        lesson, zone = change.lesson, change.lesson.school.time_zone
        title, text = _lesson_words(change, withdrawn=fact.withdrawn)
        named: dict[str, Any] = {
            "at": fact.at,
            "title": title,
            "text": text,
            "zone": zone,
            "school_id": lesson.school_id,
            "only_again": fact.withdrawn,
            "not_to": fact.actor_id,
        }
        notices += [
            Told(
                **named,
                thing=f"lesson:{lesson.pk}:{student}",
                student_id=student,
                path=f"/diary/students/{student}/?week={day - day.weekday() * ONE_DAY}",
                begins_at=local_moment(day, first.get((day, student), lesson.starts), zone),
            )
            for student in taught[n]
        ]
        teachers = {lesson.teacher_id, lesson.planned_teacher_id, change.teacher_id} - {None}
        notices.append(
            Told(
                **named,
                thing=f"lesson:{lesson.pk}",
                persons=tuple(sorted(teacher for teacher in teachers if teacher)),
                path=f"/timetable/?day={day}",
                begins_at=local_moment(day, lesson.starts, zone),
            )
        )
    return notices


def _days(fact: LessonChanged) -> list[date]:
    return [date.fromisoformat(fact.day), date.fromisoformat(fact.old_day)]


def _lesson_words(change: LessonChange, *, withdrawn: bool) -> tuple[str, str]:
    lesson = change.lesson
    planned = lesson.planned_subject or lesson.subject
    if withdrawn:
        return (
            f"Урок снова по расписанию: {lesson.subject.title}",
            f"{_when(lesson.day, lesson.number).capitalize()}, начало в {lesson.starts:%H:%M}.",
        )
    when = _when(lesson.day, lesson.number)
    room = f"Кабинет {lesson.room.title}." if lesson.room else ""
    reason = f"Причина: {change.reason}." if change.reason else ""
    begins = f"Начало в {lesson.starts:%H:%M}."
    if change.kind == Change.CANCELLATION:
        return f"Урок отменён: {lesson.subject.title}, {when}", reason
    if change.kind == Change.MOVE:
        before = (
            f"Было: {_when(lesson.planned_day, lesson.planned_number or lesson.number)}." if lesson.planned_day else ""
        )
        words = (begins, room, before, reason)
        return f"Урок перенесён: {lesson.subject.title}, {when}", " ".join(filter(None, words))
    if change.kind == Change.ADDITION:
        return f"Дополнительный урок: {lesson.subject.title}, {when}", " ".join(filter(None, (begins, room, reason)))
    instead = f"Ведёт {name_in_short(lesson.teacher)}." if lesson.teacher else ""
    if lesson.planned_teacher and lesson.teacher and lesson.planned_teacher_id != lesson.teacher_id:
        instead = f"Ведёт {name_in_short(lesson.teacher)}. По расписанию — {name_in_short(lesson.planned_teacher)}."
    other = f"Вместо предмета «{planned.title}»." if planned.pk != lesson.subject_id else ""
    return f"Замена: {lesson.subject.title}, {when}", " ".join(filter(None, (instead, other, room, reason)))


def _when(day: date, number: int) -> str:
    return f"{weekday_name(day)}, {day_month(day)}, {number}-й урок"


KIND = Kind(
    code="lesson",
    title="Замены, переносы и отмены уроков",
    order=10,
    audience=EVERYBODY,
    mail=AT_ONCE,
    tells=(Telling(LessonChanged, words=lessons_told),),
)
