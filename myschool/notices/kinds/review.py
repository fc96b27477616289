"""A student's work is accepted or returned."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.homework.facts import HandInReviewed
from myschool.homework.models import HandIn, Homework
from myschool.kernel.text import shortened
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told


def reviews_told(facts: Sequence[HandInReviewed], at: datetime) -> list[Told]:
    """Works accepted and returned."""
    last = {(fact.homework_id, fact.student_id): fact for fact in facts}
    rows = Homework.objects.filter(pk__in={homework for homework, _ in last})
    homework = {row.pk: row for row in rows.select_related("school", "teaching_group__subject")}
    words_of = {
        (row.homework_id, row.student_id, row.version): row.comment
        for row in HandIn.objects.filter(homework__in=homework, student__in={student for _, student in last})
    }
    return [
        Told(
            thing=f"review:{pk}:{student}",
            at=fact.at,
            title=f"Работа {'принята' if fact.accepted else 'возвращена на доработку'}: {piece.teaching_group.subject.title}",
            text=shortened(words_of.get((pk, student, fact.version), ""), 300),
            path=f"/homework/{pk}/students/{student}/",
            zone=piece.school.time_zone,
            school_id=piece.school_id,
            student_id=student,
            not_to=fact.actor_id,
        )
        for (pk, student), fact in last.items()
        if (piece := homework.get(pk))
    ]


KIND = Kind(
    code="review",
    title="Проверенные работы",
    order=100,
    audience=FAMILIES,
    mail=IN_DIGEST,
    settles=timedelta(minutes=5),
    tells=(Telling(HandInReviewed, words=reviews_told),),
)
