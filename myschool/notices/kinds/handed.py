"""A student hands a work in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.homework.facts import HandedIn
from myschool.homework.models import Homework
from myschool.notices.rosters import name_in_short
from myschool.notices.rules import IN_DIGEST, STAFF
from myschool.notices.telling import Kind, Telling, Told
from myschool.people.models import Person


def handed_told(facts: Sequence[HandedIn], at: datetime) -> list[Told]:
    """Works handed in, to who set the homework."""
    last = {(fact.homework_id, fact.student_id): fact for fact in facts}
    rows = Homework.objects.filter(pk__in={homework for homework, _ in last})
    homework = {row.pk: row for row in rows.select_related("school", "teaching_group__subject")}
    people = Person.objects.in_bulk({student for _, student in last})
    return [
        Told(
            thing=f"handed:{pk}:{student}",
            at=fact.at,
            persons=(piece.posted_by_id,),
            title=f"Сдана работа: {piece.teaching_group.subject.title}, {piece.teaching_group.title}",
            text=name_in_short(people.get(student)),
            path=f"/homework/{pk}/",
            zone=piece.school.time_zone,
            school_id=piece.school_id,
        )
        for (pk, student), fact in last.items()
        if (piece := homework.get(pk))
    ]


KIND = Kind(
    code="handed",
    title="Сданные работы",
    order=180,
    audience=STAFF,
    mail=IN_DIGEST,
    push=False,
    settles=timedelta(minutes=5),
    tells=(Telling(HandedIn, words=handed_told),),
)
