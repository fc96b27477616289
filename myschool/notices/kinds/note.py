"""A paper about an absence is filed or decided on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from myschool.journal.facts import NoteDecided, NoteFiled, NoteWithdrawn
from myschool.journal.models import AbsenceNote
from myschool.kernel import clock
from myschool.kernel.text import day_month
from myschool.notices.rosters import latest, leaders_of_classes
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Retraction, Telling, Told
from myschool.people.rules.names import full_name

ONE_DAY = timedelta(days=1)


def notes_told(facts: Sequence[NoteFiled | NoteDecided], at: datetime) -> list[Told]:
    """Papers about absences: filed, to the homeroom teacher; decided, to the family."""
    rows = AbsenceNote.objects.filter(pk__in={fact.note_id for fact in facts})
    notes = {row.pk: row for row in rows.select_related("school", "student")}
    led = leaders_of_classes([row.student_id for row in notes.values()], clock.latest_day(at))
    notices = []
    for fact in latest(facts, "note_id"):
        note = notes.get(fact.note_id)
        if note is None:
            continue
        period = _period(note)
        named: dict[str, Any] = {
            "thing": note_thing(note.pk),
            "at": fact.at,
            "zone": note.school.time_zone,
            "school_id": note.school_id,
            "not_to": fact.actor_id,
        }
        if isinstance(fact, NoteDecided):
            word = "принята" if fact.accepted else "не принята"
            notices.append(
                Told(
                    **named,
                    title=f"Справка {word}: {period}",
                    text=note.answer,
                    student_id=note.student_id,
                    path=f"/diary/students/{note.student_id}/absences/",
                )
            )
        else:
            notices.append(
                Told(
                    **named,
                    title=f"Справка об отсутствии: {period}",
                    persons=tuple(led[note.student_id, note.school_id]),
                    text=full_name(note.student.last_name, note.student.first_name),
                    path="/journal/notes/",
                )
            )
    return notices


def _period(note: AbsenceNote) -> str:
    last = note.to_date - ONE_DAY
    return day_month(note.from_date) if last == note.from_date else f"{day_month(note.from_date)} — {day_month(last)}"


def note_things(facts: Sequence[NoteWithdrawn]) -> list[str]:
    """A paper taken back need not be looked at."""
    return [note_thing(fact.note_id) for fact in facts]


def note_thing(note_id: int) -> str:
    """What a notice of a paper is about."""
    return f"note:{note_id}"


KIND = Kind(
    code="note",
    title="Справки и объяснения",
    order=150,
    audience=EVERYBODY,
    mail=AT_ONCE,
    tells=(Telling(NoteFiled, NoteDecided, words=notes_told),),
    retracts=(Retraction(NoteWithdrawn, things=note_things),),
)
