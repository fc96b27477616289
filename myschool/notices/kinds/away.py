"""A teacher is away or asks to be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from myschool.kernel import clock
from myschool.kernel.clock import local_day
from myschool.notices.rosters import staff_of
from myschool.notices.rules import AT_ONCE, STAFF
from myschool.notices.telling import Kind, Telling, Told
from myschool.people.rules.names import short_name
from myschool.timetable.access import PLAN_KEEPERS
from myschool.timetable.facts import AbsenceAsked, AbsenceDecided, AbsenceEnded
from myschool.timetable.models import TeacherAbsence
from myschool.timetable.queries.absences import period_in_words

AbsenceFact = AbsenceAsked | AbsenceDecided | AbsenceEnded
State = TeacherAbsence.State


def absences_told(facts: Sequence[AbsenceFact], at: datetime) -> list[Told]:
    """Absences of teachers as they stand now: to who keeps the plan, and to the teacher what others have decided.

    The titles hold no reason: an illness is on nobody's locked screen.
    """
    last = {fact.absence_id: fact for fact in facts}
    rows = TeacherAbsence.objects.filter(pk__in=last).select_related("school", "teacher")
    absences = list(rows)
    keepers = staff_of({row.school_id for row in absences}, PLAN_KEEPERS, clock.latest_day(at))
    notices = []
    for row in absences:
        fact = last[row.pk]
        named: dict[str, Any] = {
            "at": fact.at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": fact.actor_id,
        }
        others = tuple(entry for entry in keepers.get(row.school_id, ()) if entry != row.teacher_id)
        notices += [
            Told(**named, **_to_keepers(row, fact), thing=f"absence-of:{row.pk}", persons=others),
            Told(
                **named,
                **_to_teacher(row),
                thing=f"own-absence:{row.pk}",
                persons=(row.teacher_id,),
                path="/timetable/absences/",
            ),
        ]
    return [entry for entry in notices if entry.title]


def _to_keepers(row: TeacherAbsence, fact: AbsenceFact) -> dict[str, Any]:
    period = period_in_words(row)
    name = short_name(row.teacher.last_name, row.teacher.first_name, row.teacher.patronymic)
    first = max(row.from_date, local_day(row.school.time_zone, fact.at))
    text = f"{name}: {row.get_kind_display().lower()}."
    covered, listed = f"/substitutions/?day={first}", "/substitutions/absences/"
    match row.state:
        case State.ASKED:
            return {
                "title": f"Учитель просит согласовать отсутствие: {period}",
                "text": text,
                "path": f"{listed}{row.pk}/",
            }
        case State.APPROVED if isinstance(fact, AbsenceEnded):
            return {"title": f"Учитель возвращается раньше: {period}", "text": f"{name}.", "path": listed}
        case State.APPROVED:
            return {"title": f"Отсутствие учителя согласовано, нужны замены: {period}", "text": text, "path": covered}
        case State.DECLINED:
            return {"title": f"Отсутствие учителя не согласовано: {period}", "text": f"{name}.", "path": listed}
    return {"title": f"Отсутствие учителя отменено: {period}", "text": f"{name}.", "path": listed, "only_again": True}


def _to_teacher(row: TeacherAbsence) -> dict[str, Any]:
    """Words for the teacher; none while only they themselves have spoken."""
    words = {
        State.APPROVED: "Ваше отсутствие согласовано",
        State.DECLINED: "Ваше отсутствие не согласовано",
        State.WITHDRAWN: "Ваше отсутствие отменено",
    }.get(State(row.state), "")
    return {"title": f"{words}: {period_in_words(row)}" if words else "", "text": row.answer}


KIND = Kind(
    code="away",
    title="Отсутствие учителей",
    order=200,
    audience=STAFF,
    mail=AT_ONCE,
    tells=(Telling(AbsenceAsked, AbsenceDecided, AbsenceEnded, words=absences_told),),
)
