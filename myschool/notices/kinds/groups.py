"""A student's parts of a class are to be looked at."""

from collections.abc import Sequence
from datetime import datetime

from myschool.kernel import clock
from myschool.notices.rosters import staff_of
from myschool.notices.rules import AT_ONCE, STAFF
from myschool.notices.telling import Kind, Retraction, Telling, Told
from myschool.people.rules.names import full_name
from myschool.timetable.access import PLAN_KEEPERS
from myschool.timetable.facts import PlanTaskRaised, PlanTaskSettled
from myschool.timetable.models import PlanTask


def tasks_told(facts: Sequence[PlanTaskRaised], at: datetime) -> list[Told]:
    """Students who have come to a class with parts, or left a part behind, while nobody has looked: to who keeps the plan."""
    raised = {fact.task_id: fact.at for fact in facts}
    tasks = list(
        PlanTask.objects.filter(pk__in=raised, settled_at__isnull=True).select_related("school", "student", "to_class")
    )
    keepers = staff_of({row.school_id for row in tasks}, PLAN_KEEPERS, clock.latest_day(at))
    return [
        Told(
            thing=task_thing(row.pk),
            at=raised[row.pk],
            persons=keepers.get(row.school_id, ()),
            title=f"Проверьте подгруппы ученика: {row.to_class.title}"
            if row.to_class
            else "Проверьте подгруппы ученика",
            text=f"{full_name(row.student.last_name, row.student.first_name)}.",
            path="/plan/",
            zone=row.school.time_zone,
            school_id=row.school_id,
        )
        for row in tasks
    ]


def task_things(facts: Sequence[PlanTaskSettled]) -> list[str]:
    """What is settled need not be looked at."""
    return [task_thing(fact.task_id) for fact in facts]


def task_thing(task_id: int) -> str:
    """What a notice of a task is about."""
    return f"plan-task:{task_id}"


KIND = Kind(
    code="groups",
    title="Подгруппы учеников, сменивших класс",
    order=210,
    audience=STAFF,
    mail=AT_ONCE,
    push=False,
    tells=(Telling(PlanTaskRaised, words=tasks_told),),
    retracts=(Retraction(PlanTaskSettled, things=task_things),),
)
