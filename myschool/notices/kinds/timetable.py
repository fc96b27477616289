"""A weekly timetable is published."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from myschool.kernel.text import day_month
from myschool.notices.rosters import taught_by
from myschool.notices.rules import EVERYBODY, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told
from myschool.schools.models import School
from myschool.timetable.access import loads_on, teachers_of
from myschool.timetable.facts import TimetablePublished

ONE_DAY = timedelta(days=1)


def timetables_told(facts: Sequence[TimetablePublished], at: datetime) -> list[Told]:
    """A weekly timetable that was published: to the families and the teachers of the groups whose lessons are other ones."""
    last = {fact.school_id: fact for fact in facts if fact.school_id is not None}
    schools = School.objects.in_bulk(last)
    notices = []
    for school_id, fact in last.items():
        from_day, zone = date.fromisoformat(fact.from_day), schools[school_id].time_zone
        taught = taught_by([(group_id, from_day) for group_id in fact.teaching_group_ids])
        students = sorted({student for those in taught.values() for student in those})
        loads = loads_on(from_day).filter(teaching_group__in=fact.teaching_group_ids)
        named: dict[str, Any] = {
            "at": fact.at,
            "title": f"Новое расписание с {day_month(from_day)}",
            "zone": zone,
            "school_id": school_id,
            "not_to": fact.actor_id,
        }
        notices += [
            Told(
                **named,
                thing=f"timetable:{school_id}:{student}",
                student_id=student,
                path=f"/diary/students/{student}/?week={from_day - from_day.weekday() * ONE_DAY}",
            )
            for student in students
        ]
        working = teachers_of(school_id, from_day).filter(pk__in=loads.values("teacher"))
        teachers = tuple(sorted(working.values_list("pk", flat=True)))
        notices.append(
            Told(**named, thing=f"timetable:{school_id}", persons=teachers, path=f"/timetable/?day={from_day}")
        )
    return notices


KIND = Kind(
    code="timetable",
    title="Новое расписание",
    order=20,
    audience=EVERYBODY,
    mail=IN_DIGEST,
    push=False,
    settles=timedelta(minutes=5),
    tells=(Telling(TimetablePublished, words=timetables_told),),
)
