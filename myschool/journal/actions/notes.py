"""Papers about absences, and that a guardian has seen a week."""

from datetime import date, datetime, timedelta

from django.db import transaction

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.journal import facts
from myschool.journal.actions.pages import bump_pages
from myschool.journal.models import AbsenceNote, Acknowledgement, AttendanceCode
from myschool.journal.rules import attendance
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.statements import Statement
from myschool.schools.models import School

State = AbsenceNote.State
LONGEST = timedelta(days=200)
ONE_DAY = timedelta(days=1)


class NotePeriod(Refusal):
    """The days of the absence make no period."""

    status = 422
    field = "last_day"


class NoteDecided(Refusal):
    """The paper was decided or taken back."""

    status = 409


class AnswerMissing(Refusal):
    """A refusal needs words."""

    status = 422
    field = "answer"


@transaction.atomic
def file_note(
    *,
    student_id: int,
    school: School,
    from_day: date,
    to_day: date,
    meaning: str,
    text: str,
    file: Received | None,
    by: Actor,
    at: datetime,
) -> AbsenceNote:
    """Tell the homeroom teacher about an absence up to `to_day`, that day excluded, perhaps with a paper.

    Raises:
        NotePeriod: it ends before it begins, or is longer than a school can excuse.
    """
    if not from_day < to_day <= from_day + LONGEST:
        raise NotePeriod("Проверьте дни: последний не раньше первого, всего не больше 200 дней.")
    note = AbsenceNote.objects.create(
        school=school,
        student_id=student_id,
        from_date=from_day,
        to_date=to_day,
        meaning=meaning,
        text=text,
        file=files.keep(received=file, by=by, at=at) if file else None,
        filed_by_id=by.person_id,
        filed_at=at,
    )
    chronicle.write(facts.NoteFiled(note_id=note.pk, student_id=student_id, **by.stamp(at, school_id=school.pk)))
    return note


@transaction.atomic
def withdraw_note(*, note: AbsenceNote, by: Actor, at: datetime) -> None:
    """Take a paper back before it is decided.

    Raises:
        NoteDecided: it was decided.
    """
    note = _open(note)
    AbsenceNote.objects.filter(pk=note.pk).update(state=State.WITHDRAWN, decided_at=at)
    chronicle.write(
        facts.NoteWithdrawn(note_id=note.pk, student_id=note.student_id, **by.stamp(at, school_id=note.school_id))
    )


# Unexplained absences of the days get the paper's code; what was noted otherwise stays.
EXCUSE = Statement("""
WITH ended AS (
    UPDATE journal_attendance noted SET ended_at = %(at)s, ended_by_id = %(by)s
    FROM journal_attendancecode code, timetable_lessons lesson
    WHERE code.id = noted.code_id AND code.meaning = ANY(%(explainable)s::text[]) AND lesson.lesson_id = noted.lesson_id
      AND lesson.school_id = %(school)s AND noted.student_id = %(student)s AND noted.ended_at IS NULL
      AND noted.day >= %(from)s AND noted.day < %(to)s
    RETURNING noted.day, noted.teaching_group_id, noted.lesson_id, noted.student_id
), given AS (
    INSERT INTO journal_attendance (day, teaching_group_id, lesson_id, student_id, code_id, minutes, note_id, given_by_id,
                                    given_at)
    SELECT day, teaching_group_id, lesson_id, student_id, %(code)s, 0, %(note)s, %(by)s, %(at)s FROM ended
    RETURNING teaching_group_id
)
SELECT DISTINCT teaching_group_id FROM given
""")


@transaction.atomic
def decide_note(*, note: AbsenceNote, accepted: bool, answer: str, by: Actor, at: datetime) -> None:
    """Accept a paper, which changes the codes of its days, or say why not.

    Raises:
        NoteDecided: it was decided or taken back.
        AnswerMissing: declined without words.
    """
    note = _open(note)
    if not accepted and not answer:
        raise AnswerMissing("Объясните семье, почему справка не принята.")
    note.state = State.ACCEPTED if accepted else State.DECLINED
    note.answer, note.decided_by_id, note.decided_at = answer, by.person_id, at
    note.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    region = note.school.organisation.region_id
    code = AttendanceCode.objects.filter(region=region, meaning=note.meaning).order_by("position").first()
    if accepted and code:
        rows = EXCUSE.rows(
            {
                "at": at,
                "by": by.person_id,
                "school": note.school_id,
                "student": note.student_id,
                "from": note.from_date,
                "to": note.to_date,
                "code": code.pk,
                "note": note.pk,
                "explainable": sorted(attendance.EXPLAINABLE),
            }
        )
        bump_pages(group_ids=[row.teaching_group_id for row in rows])
    chronicle.write(facts.NoteDecided(note_id=note.pk, student_id=note.student_id, accepted=accepted, **by.stamp(at)))


def _open(note: AbsenceNote) -> AbsenceNote:
    locked = AbsenceNote.objects.select_for_update(of=("self",)).select_related("school__organisation")
    note = locked.get(pk=note.pk)
    if note.state != State.SUBMITTED:
        raise NoteDecided("Справку уже рассмотрели или отозвали.")
    return note


@transaction.atomic
def acknowledge_week(*, student_id: int, monday: date, by: Actor, at: datetime) -> None:
    """Say that a guardian has seen a student's week; once is enough, and it never expires."""
    _, is_new = Acknowledgement.objects.get_or_create(
        guardian_id=by.person_id, student_id=student_id, monday=monday, defaults={"at": at}
    )
    if is_new:
        chronicle.write(facts.WeekAcknowledged(student_id=student_id, monday=str(monday), **by.stamp(at)))
