"""A mark is given, changed or withdrawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.journal.facts import MarkChanged, MarkGiven, MarkWithdrawn
from myschool.journal.models import Work
from myschool.kernel.text import day_month
from myschool.notices.rosters import latest, lessons_of
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told

CellFact = MarkGiven | MarkChanged | MarkWithdrawn


def marks_told(facts: Sequence[CellFact], at: datetime) -> list[Told]:
    """Marks given, changed and withdrawn: of one cell the last word."""
    last = latest(facts, "lesson_id", "student_id", "position")
    lessons = lessons_of(fact.lesson_id for fact in last)
    works = {
        (row.lesson_id, row.position): row.title or row.kind.title
        for row in Work.objects.filter(lesson__in=lessons).select_related("kind")
    }
    notices = []
    for fact in last:
        if lesson := lessons.get(fact.lesson_id):
            work = works.get((fact.lesson_id, fact.position), "")
            about = f"{work.lower() if work.istitle() else work}, урок {day_month(lesson.day)}".lstrip(", ")
            subject = lesson.subject.title
            notices.append(
                Told(
                    thing=f"mark:{lesson.pk}:{fact.student_id}:{fact.position}",
                    at=fact.at,
                    title=f"Отметка: {subject}" if fact.new else f"Отметка снята: {subject}",
                    again=f"Отметка изменена: {subject}" if fact.new else "",
                    only_again=not fact.new,
                    text=f"{fact.new}: {about}" if fact.new else about.capitalize(),
                    path=f"/diary/students/{fact.student_id}/lessons/{lesson.pk}/",
                    zone=lesson.school.time_zone,
                    school_id=lesson.school_id,
                    student_id=fact.student_id,
                    not_to=fact.actor_id,
                )
            )
    return notices


KIND = Kind(
    code="mark",
    title="Отметки",
    order=30,
    audience=FAMILIES,
    mail=IN_DIGEST,
    settles=timedelta(minutes=5),
    tells=(Telling(MarkGiven, MarkChanged, MarkWithdrawn, words=marks_told),),
)
