"""A teacher asks to change an old lesson, or is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from myschool.journal.facts import UnlockAsked, UnlockDecided
from myschool.journal.models import UnlockRequest
from myschool.kernel import clock
from myschool.kernel.text import day_month
from myschool.notices.rosters import latest, name_in_short, staff_of
from myschool.notices.rules import AT_ONCE, STAFF
from myschool.notices.telling import Kind, Telling, Told
from myschool.timetable.access import PLAN_KEEPERS


def unlocks_told(facts: Sequence[UnlockAsked | UnlockDecided], at: datetime) -> list[Told]:
    """Requests to change an old lesson: to those who decide, and the answer to who asked."""
    rows = UnlockRequest.objects.filter(pk__in={fact.request_id for fact in facts})
    requests = {
        row.pk: row for row in rows.select_related("school", "asked_by", "lesson__subject", "lesson__teaching_group")
    }
    keepers = staff_of({row.school_id for row in requests.values()}, PLAN_KEEPERS, clock.latest_day(at))
    notices = []
    for fact in latest(facts, "request_id"):
        row = requests.get(fact.request_id)
        if row is None:
            continue
        lesson = row.lesson
        what = f"{lesson.subject.title}, {lesson.teaching_group.title}, {day_month(lesson.day)}"
        named: dict[str, Any] = {
            "thing": f"unlock:{row.pk}",
            "at": fact.at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": fact.actor_id,
        }
        if isinstance(fact, UnlockDecided):
            word = "разрешено" if fact.granted else "не разрешено"
            notices.append(
                Told(
                    **named,
                    title=f"Изменить журнал {word}: {what}",
                    text=row.answer,
                    persons=(row.asked_by_id,),
                    path=f"/journal/lessons/{lesson.pk}/",
                )
            )
        elif row.state == UnlockRequest.State.SUBMITTED:
            notices.append(
                Told(
                    **named,
                    title=f"Просят изменить журнал: {what}",
                    text=f"{name_in_short(row.asked_by)}: {row.reason}",
                    persons=keepers.get(row.school_id, ()),
                    path="/journal/unlocks/",
                )
            )
    return notices


KIND = Kind(
    code="unlock",
    title="Изменение журнала",
    order=190,
    audience=STAFF,
    mail=AT_ONCE,
    tells=(Telling(UnlockAsked, UnlockDecided, words=unlocks_told),),
)
