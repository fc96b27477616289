"""Homework is set, changed or withdrawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.homework.facts import HomeworkChanged, HomeworkPosted, HomeworkWithdrawn
from myschool.homework.models import Homework
from myschool.kernel.text import day_month, shortened
from myschool.notices.rosters import taught_by
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told

HomeworkFact = HomeworkPosted | HomeworkChanged | HomeworkWithdrawn


def homework_told(facts: Sequence[HomeworkFact], at: datetime) -> list[Told]:
    """Homework set, changed and withdrawn: to whom it is for."""
    last = {fact.homework_id: fact for fact in facts}
    rows = (
        Homework.objects.filter(pk__in=last)
        .select_related("school", "teaching_group__subject")
        .prefetch_related("students")
    )
    homework = list(rows)
    for_all = [row for row in homework if row.is_for_all]
    taught = taught_by([(row.teaching_group_id, row.due_day) for row in for_all])
    meant = {row.pk: taught[n] for n, row in enumerate(for_all)}
    notices = []
    for row in homework:
        fact, subject = last[row.pk], row.teaching_group.subject.title
        withdrawn = row.withdrawn_at is not None
        notices += [
            Told(
                thing=f"homework:{row.pk}:{student}",
                at=fact.at,
                only_again=withdrawn,
                title=f"Задание снято: {subject}" if withdrawn else f"Задано: {subject}, к {day_month(row.due_day)}",
                again="" if withdrawn else f"Задание изменено: {subject}, к {day_month(row.due_day)}",
                text="" if withdrawn else shortened(row.text, 300),
                path=f"/diary/students/{student}/" if withdrawn else f"/homework/{row.pk}/students/{student}/",
                zone=row.school.time_zone,
                school_id=row.school_id,
                student_id=student,
                not_to=fact.actor_id,
            )
            for student in meant.get(row.pk, [receiver.student_id for receiver in row.students.all()])
        ]
    return notices


KIND = Kind(
    code="homework",
    title="Домашние задания",
    order=80,
    audience=FAMILIES,
    mail=IN_DIGEST,
    push=False,
    settles=timedelta(minutes=5),
    tells=(Telling(HomeworkPosted, HomeworkChanged, HomeworkWithdrawn, words=homework_told),),
)
