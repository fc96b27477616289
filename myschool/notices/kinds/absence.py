"""A student is not at a lesson, or late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.journal.facts import AttendanceNoted, ClassAttendanceNoted
from myschool.journal.models import AttendanceCode
from myschool.kernel.text import day_month
from myschool.notices.rosters import lessons_of
from myschool.notices.rules import AT_ONCE, FAMILIES
from myschool.notices.telling import Kind, Telling, Told

NotedFact = AttendanceNoted | ClassAttendanceNoted


def absences_told(facts: Sequence[NotedFact], at: datetime) -> list[Told]:
    """Who was not there, was late, or was there after all."""
    noted: dict[tuple[int, int], tuple[NotedFact, str]] = {}
    for fact in facts:
        pairs = (
            [(fact.student_id, fact.new)]
            if isinstance(fact, AttendanceNoted)
            else zip(fact.student_ids, fact.codes, strict=True)
        )
        noted |= {(fact.lesson_id, student): (fact, code) for student, code in pairs}
    lessons = lessons_of(lesson for lesson, _ in noted)
    regions = {lesson.school.organisation.region_id for lesson in lessons.values()}
    titles = {(row.region_id, row.code): row.title for row in AttendanceCode.objects.filter(region__in=regions)}
    notices = []
    for (lesson_id, student), (fact, code) in noted.items():
        if lesson := lessons.get(lesson_id):
            plain = code.rstrip("0123456789")
            reason_text = titles.get((lesson.school.organisation.region_id, plain), plain)
            minutes = f", {code[len(plain) :]} мин" if code != plain else ""
            notices.append(
                Told(
                    thing=f"absence:{lesson_id}:{student}",
                    at=fact.at,
                    title=f"Посещаемость: {lesson.subject.title}, {day_month(lesson.day)}",
                    only_again=not code,
                    text=f"{reason_text.capitalize()}{minutes}." if code else "Запись о пропуске снята.",
                    path=f"/diary/students/{student}/lessons/{lesson_id}/",
                    zone=lesson.school.time_zone,
                    school_id=lesson.school_id,
                    student_id=student,
                    not_to=fact.actor_id,
                )
            )
    return notices


KIND = Kind(
    code="absence",
    title="Пропуски и опоздания",
    order=40,
    audience=FAMILIES,
    mail=AT_ONCE,
    settles=timedelta(minutes=5),
    tells=(Telling(AttendanceNoted, ClassAttendanceNoted, words=absences_told),),
)
