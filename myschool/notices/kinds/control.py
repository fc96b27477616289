"""A control work is ahead."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.journal.facts import WorkDropped, WorkPlanned
from myschool.kernel.clock import local_day
from myschool.kernel.text import day_month, weekday_name
from myschool.notices.rosters import latest, lessons_of, taught_by
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told


def controls_told(facts: Sequence[WorkPlanned | WorkDropped], at: datetime) -> list[Told]:
    """Control works planned ahead, and those dropped after they were told."""
    last = latest(facts, "lesson_id", "position")
    lessons = lessons_of(fact.lesson_id for fact in last)
    works = [
        (fact, lesson)
        for fact in last
        if (lesson := lessons.get(fact.lesson_id))
        and lesson.day >= local_day(lesson.school.time_zone, fact.at)
        and (isinstance(fact, WorkDropped) or fact.is_control)
    ]
    taught = taught_by([(lesson.teaching_group_id, lesson.day) for _, lesson in works])
    return [
        Told(
            thing=f"control:{lesson.pk}:{fact.position}:{student}",
            at=fact.at,
            title=f"{'Отменена контрольная' if isinstance(fact, WorkDropped) else 'Контрольная'}: {lesson.subject.title}, "
            f"{weekday_name(lesson.day)}, {day_month(lesson.day)}",
            only_again=isinstance(fact, WorkDropped),
            path=f"/diary/students/{student}/calendar/",
            zone=lesson.school.time_zone,
            school_id=lesson.school_id,
            student_id=student,
            not_to=fact.actor_id,
        )
        for n, (fact, lesson) in enumerate(works)
        for student in taught[n]
    ]


KIND = Kind(
    code="control",
    title="Контрольные работы",
    order=70,
    audience=FAMILIES,
    mail=IN_DIGEST,
    push=False,
    settles=timedelta(minutes=5),
    tells=(Telling(WorkPlanned, WorkDropped, words=controls_told),),
)
