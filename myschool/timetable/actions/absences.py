"""Teachers' absences: asked for, entered, decided, taken back, ended early."""

from datetime import date, datetime, timedelta

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.text import day_month
from myschool.schools.models import School
from myschool.timetable import facts
from myschool.timetable.access import teachers_of
from myschool.timetable.actions.changes import LONGEST_AGO
from myschool.timetable.actions.plan import NotATeacher
from myschool.timetable.models import TeacherAbsence

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
State = TeacherAbsence.State


class AbsenceUnfit(Refusal):
    """The days are in a wrong order, too long ago or too many."""

    status = 422
    field = "last_day"


class AbsenceThere(Refusal):
    """The teacher is, or wants to be, away on some of these days already."""

    status = 409
    field = "from_day"


class OwnAbsence(Refusal):
    """Nobody decides on their own absence."""

    status = 409
    field = "teacher"


class AbsenceDecidedMeanwhile(Refusal):
    """Somebody else has decided, or it was taken back."""

    status = 409


class NotAwayThen(Refusal):
    """The absence does not hold the day."""

    status = 422
    field = "day"


@transaction.atomic
def ask_absence(
    *, school: School, from_day: date, last_day: date, kind: str, reason: str, today: date, by: Actor, at: datetime
) -> TeacherAbsence:
    """Ask to be away from one day to another, both included; a keeper of the plan decides.

    Raises:
        AbsenceUnfit: the last day is before the first, or the days are too long ago or too many.
        NotATeacher: the person holds no teaching post in the school on the first day.
        AbsenceThere: some of the days are among those of another absence.
    """
    absence = _asked(school, by.person_id, from_day, last_day, today)
    absence.kind, absence.reason, absence.asked_by_id, absence.asked_at = kind, reason, by.person_id, at
    absence.save()
    chronicle.write(facts.AbsenceAsked(absence_id=absence.pk, teacher_id=absence.teacher_id, **by.stamp(at)))
    return absence


@transaction.atomic
def enter_absence(
    *,
    school: School,
    teacher_id: int,
    from_day: date,
    last_day: date,
    kind: str,
    reason: str,
    today: date,
    by: Actor,
    at: datetime,
) -> TeacherAbsence:
    """Write down that a teacher is away, whether or not they have asked: a message by telephone, a decree.

    Raises:
        OwnAbsence: it is the keeper's own.
        AbsenceUnfit, NotATeacher, AbsenceThere: as for asking.
    """
    if teacher_id == by.person_id:
        raise OwnAbsence("О своём отсутствии решает другой руководитель. Отправьте просьбу из роли учителя.")
    entered = _asked(school, teacher_id, from_day, last_day, today)
    entered.kind, entered.reason, entered.state = kind, reason, State.APPROVED
    entered.asked_by_id = entered.decided_by_id = by.person_id
    entered.asked_at = entered.decided_at = at
    entered.save()
    _tell_decided(entered, by, at)
    return entered


@transaction.atomic
def decide_absence(*, absence: TeacherAbsence, accepted: bool, answer: str, by: Actor, at: datetime) -> TeacherAbsence:
    """Approve what a teacher has asked for, or say why not.

    Raises:
        OwnAbsence: it is the keeper's own.
        AbsenceDecidedMeanwhile: it does not wait any more.
    """
    absence = _locked(absence)
    if absence.teacher_id == by.person_id:
        raise OwnAbsence("О своём отсутствии решает другой руководитель.")
    if absence.state != State.ASKED:
        raise AbsenceDecidedMeanwhile("Эту просьбу уже рассмотрели или отозвали. Обновите страницу.")
    absence.state = State.APPROVED if accepted else State.DECLINED
    absence.answer, absence.decided_by_id, absence.decided_at = answer, by.person_id, at
    absence.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    _tell_decided(absence, by, at)
    return absence


@transaction.atomic
def withdraw_absence(*, absence: TeacherAbsence, by: Actor, at: datetime) -> None:
    """Take back what one has asked for, while nobody has decided; said twice it is the same.

    Raises:
        AbsenceDecidedMeanwhile: somebody has decided.
    """
    absence = _locked(absence)
    if absence.state == State.WITHDRAWN:
        return
    if absence.state != State.ASKED:
        raise AbsenceDecidedMeanwhile("Решение уже принято. О переменах скажите завучу.")
    absence.state = State.WITHDRAWN
    absence.save(update_fields=["state"])
    _tell_ended(absence, by, at)


@transaction.atomic
def end_absence(*, absence: TeacherAbsence, day: date, by: Actor, at: datetime) -> None:
    """Let a teacher be back from a day on; from the first day on they were never away. Substitutions stay as they are.

    Raises:
        OwnAbsence: it is the keeper's own.
        AbsenceDecidedMeanwhile: it was ended altogether.
        NotAwayThen: the day is not one of the absence.
    """
    absence = _locked(absence)
    if absence.teacher_id == by.person_id:
        raise OwnAbsence("О своём отсутствии решает другой руководитель.")
    if absence.state != State.APPROVED:
        raise AbsenceDecidedMeanwhile("Это отсутствие уже отменили.")
    if not absence.from_date <= day < absence.to_date:
        last_day = absence.to_date - ONE_DAY
        raise NotAwayThen(
            f"Выберите день с {day_month(absence.from_date)} по {day_month(last_day)}: с него учитель снова ведёт уроки."
        )
    if day == absence.from_date:
        absence.state = State.WITHDRAWN
    else:
        absence.to_date = day
    absence.save(update_fields=["state", "to_date"])
    _tell_ended(absence, by, at)


def _asked(school: School, teacher_id: int, from_day: date, last_day: date, today: date) -> TeacherAbsence:
    """An absence not yet saved, if its days are free; the school's timetable is locked, as for its substitutions."""
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    if last_day < from_day:
        raise AbsenceUnfit("Последний день не раньше первого.")
    if from_day < today - LONGEST_AGO:
        raise AbsenceUnfit("Отсутствие записывают не позже чем через 30 дней.", field="from_day")
    if last_day - from_day >= LONGEST:
        raise AbsenceUnfit("Отсутствие записывают не больше чем на год.")
    if not teachers_of(school.pk, from_day).filter(pk=teacher_id).exists():
        raise NotATeacher("В этот день сотрудник не работает в школе учителем.")
    others = TeacherAbsence.objects.filter(
        school=school,
        teacher=teacher_id,
        state__in=(State.ASKED, State.APPROVED),
        from_date__lte=last_day,
        to_date__gt=from_day,
    )
    if there := others.order_by("from_date").first():
        last = there.to_date - ONE_DAY
        raise AbsenceThere(f"На эти дни отсутствие уже записано: с {day_month(there.from_date)} по {day_month(last)}.")
    return TeacherAbsence(school=school, teacher_id=teacher_id, from_date=from_day, to_date=last_day + ONE_DAY)


def _locked(absence: TeacherAbsence) -> TeacherAbsence:
    School.objects.select_for_update(no_key=True).get(pk=absence.school_id)
    return TeacherAbsence.objects.select_for_update().get(pk=absence.pk)


def _tell_decided(absence: TeacherAbsence, by: Actor, at: datetime) -> None:
    chronicle.write(
        facts.AbsenceDecided(
            absence_id=absence.pk,
            teacher_id=absence.teacher_id,
            approved=absence.state == State.APPROVED,
            **by.stamp(at),
        )
    )


def _tell_ended(absence: TeacherAbsence, by: Actor, at: datetime) -> None:
    chronicle.write(facts.AbsenceEnded(absence_id=absence.pk, teacher_id=absence.teacher_id, **by.stamp(at)))
