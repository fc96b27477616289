"""What is changed about single lessons: substitutions, moves, cancellations, additions, and taking them back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.schools.models import School
from myschool.timetable import facts
from myschool.timetable.access import teachers_of
from myschool.timetable.actions.plan import NotATeacher
from myschool.timetable.models import Lesson, LessonChange, Room, TeachingGroup
from myschool.timetable.queries.absences import absence_of_teacher, period_in_words
from myschool.timetable.queries.calendar import as_lesson, groups_as_taught, lessons_held, planned_year
from myschool.timetable.questions import LessonMoves, LessonsSettled, lesson_moves, lessons_settled
from myschool.timetable.rules import clashes

Kind = LessonChange.Kind
LONGEST_AGO = timedelta(days=30)
LOADED = ("planned_room", "teaching_group__school_year")
EFFECTIVE = ("state", "day", "number", "starts", "ends", "teacher_id", "room_id", "room_is_shared", "subject_id")


class LessonClash(Refusal):
    """The change would need a teacher, a room or students that are busy."""

    status = 409


class TeacherAway(Refusal):
    """Who is to lead the lesson is absent that day."""

    status = 409
    field = "teacher"


class TooLate(Refusal):
    """The lesson is past."""

    status = 409


class DayUnfit(Refusal):
    """The lesson would leave its school year, or the day has passed."""

    status = 422
    field = "day"


class TimesUnfit(Refusal):
    """The lesson would end before it begins."""

    status = 422
    field = "ends"


class NobodyChosen(Refusal):
    """Nothing was chosen."""

    status = 422


class AlreadyWithdrawn(Refusal):
    """The change was taken back."""

    status = 409


@transaction.atomic
def substitute(*, lesson: Lesson, teacher_id: int, reason: str, today: date, by: Actor, at: datetime) -> LessonChange:
    """Let another teacher lead a lesson; they get that lesson's rights only. A past one may still be recorded.

    Raises:
        NotATeacher: they hold no teaching post in the school that day.
        TeacherAway: they are absent that day.
        TooLate: the lesson was more than 30 days ago.
        LessonClash: they lead another lesson then.
    """
    lesson = _locked(lesson)
    if lesson.day < today - LONGEST_AGO:
        raise TooLate("Замену можно записать не позже чем через 30 дней после урока.")
    _check_teacher(lesson.school_id, teacher_id, lesson.day)
    return _changed(lesson, LessonChange(kind=Kind.SUBSTITUTION, teacher_id=teacher_id, reason=reason), by, at)


@transaction.atomic
def substitute_many(
    *, choices: Mapping[Lesson, int], reason: str, today: date, by: Actor, at: datetime
) -> list[LessonChange]:
    """Substitute several lessons at once, each by its own teacher: all of them or none.

    Raises:
        NobodyChosen: no lesson was chosen.
        NotATeacher, TeacherAway, TooLate, LessonClash: as for one lesson.
    """
    if not choices:
        raise NobodyChosen("Выберите, кто заменит хотя бы один урок.")
    in_order = sorted(choices.items(), key=lambda chosen: (chosen[0].day, chosen[0].starts, chosen[0].pk))
    return [
        substitute(lesson=lesson, teacher_id=teacher_id, reason=reason, today=today, by=by, at=at)
        for lesson, teacher_id in in_order
    ]


@transaction.atomic
def move_lesson(
    *,
    lesson: Lesson,
    day: date,
    number: int,
    starts: time,
    ends: time,
    room: Room | None,
    reason: str,
    today: date,
    by: Actor,
    at: datetime,
) -> LessonChange:
    """Hold a lesson on another day, at another time or in another room, unless `questions.lesson_moves` is refused.

    Raises:
        TooLate: the lesson is past.
        DayUnfit: the new day is past, or of another school year.
        TimesUnfit: it would end before it begins.
        LessonClash: its teacher, students or room are busy then.
    """
    lesson = _locked(lesson)
    if lesson.day < today:
        raise TooLate("Прошедший урок не переносят.")
    year = lesson.teaching_group.school_year
    if not max(today, year.from_date) <= day < year.to_date:
        raise DayUnfit("Выберите день не раньше сегодняшнего и в пределах учебного года.")
    if ends <= starts:
        raise TimesUnfit("Урок заканчивается позже, чем начинается.")
    change = LessonChange(kind=Kind.MOVE, day=day, number=number, starts=starts, ends=ends, room=room, reason=reason)
    return _changed(lesson, change, by, at)


@transaction.atomic
def cancel_lesson(*, lesson: Lesson, reason: str, today: date, by: Actor, at: datetime) -> LessonChange:
    """Do not hold a lesson; families see it as cancelled.

    Raises:
        TooLate: the lesson is past.
    """
    lesson = _locked(lesson)
    if lesson.day < today:
        raise TooLate("Прошедший урок не отменяют.")
    return _changed(lesson, LessonChange(kind=Kind.CANCELLATION, reason=reason), by, at)


@transaction.atomic
def add_lesson(
    *,
    teaching_group: TeachingGroup,
    teacher_id: int,
    day: date,
    number: int,
    starts: time,
    ends: time,
    room: Room | None,
    reason: str,
    today: date,
    by: Actor,
    at: datetime,
) -> LessonChange:
    """Hold a lesson that the template does not have.

    Raises:
        DayUnfit: the day is past, or of another school year.
        TimesUnfit: it would end before it begins.
        NotATeacher: the teacher holds no post that day.
        TeacherAway: the teacher is absent that day.
        LessonClash: somebody or something is busy then.
    """
    year = teaching_group.school_year
    if not max(today, year.from_date) <= day < year.to_date:
        raise DayUnfit("Выберите день не раньше сегодняшнего и в пределах учебного года.")
    if ends <= starts:
        raise TimesUnfit("Урок заканчивается позже, чем начинается.")
    School.objects.select_for_update(no_key=True).get(pk=teaching_group.school_id)
    _check_teacher(teaching_group.school_id, teacher_id, day)
    lesson = Lesson.objects.create(
        school_id=teaching_group.school_id,
        teaching_group=teaching_group,
        subject_id=teaching_group.subject_id,
        day=day,
        number=number,
        starts=starts,
        ends=ends,
        teacher_id=teacher_id,
        room=room,
        room_is_shared=bool(room and room.is_shared),
        state=Lesson.State.DROPPED,
    )
    change = LessonChange(
        kind=Kind.ADDITION,
        teacher_id=teacher_id,
        day=day,
        number=number,
        starts=starts,
        ends=ends,
        room=room,
        reason=reason,
    )
    return _changed(Lesson.objects.select_related(*LOADED).get(pk=lesson.pk), change, by, at)


@transaction.atomic
def withdraw_change(*, change: LessonChange, today: date, by: Actor, at: datetime) -> None:
    """Take a change back: the lesson is again as the plan and its other changes have it; it moves as by `move_lesson`.

    Raises:
        AlreadyWithdrawn: it was taken back before.
        TooLate: the lesson is past.
        LessonClash: what the plan wants is taken meanwhile.
    """
    lesson = _locked(change.lesson)
    change = LessonChange.objects.select_for_update().get(pk=change.pk)
    if change.withdrawn_at:
        raise AlreadyWithdrawn("Это изменение уже отменили.")
    if lesson.day < today:
        raise TooLate("Урок уже прошёл, его изменения остаются.")
    change.withdrawn_at = at
    change.save(update_fields=["withdrawn_at"])
    old_day = lesson.day
    _settle(lesson, at)
    _tell(change, lesson, old_day, by, at)


def _check_teacher(school_id: int, teacher_id: int, day: date) -> None:
    """Make sure that somebody teaches in the school that day, and is there."""
    if not teachers_of(school_id, day).filter(pk=teacher_id).exists():
        raise NotATeacher("В этот день сотрудник не работает в школе учителем.", field="teacher")
    if away := absence_of_teacher(school_id, teacher_id, day):
        raise TeacherAway(f"Этот учитель отсутствует: {period_in_words(away)}. Выберите другого.")


def _locked(lesson: Lesson) -> Lesson:
    """The lesson, with its school's timetable locked: who changes it takes turns with who publishes.

    The key of the school stays free: whoever sets homework for the lesson names the school too, and would wait in a ring.
    """
    School.objects.select_for_update(no_key=True).get(pk=lesson.school_id)
    return Lesson.objects.select_for_update(of=("self",)).select_related(*LOADED).get(pk=lesson.pk)


def _changed(lesson: Lesson, change: LessonChange, by: Actor, at: datetime) -> LessonChange:
    old_day = lesson.day
    change.lesson, change.made_by_id, change.made_at = lesson, by.person_id, at
    change.save()
    _settle(lesson, at)
    _tell(change, lesson, old_day, by, at)
    return change


def _settle(lesson: Lesson, at: datetime) -> None:
    """Make the lesson what its plan and its living changes say, if nothing stands in the way."""
    changes = list(
        LessonChange.objects.filter(lesson=lesson, withdrawn_at__isnull=True)
        .select_related("room")
        .order_by("made_at", "pk")
    )
    effect, old_day = _effect(lesson, changes), lesson.day
    for name, value in effect.items():
        setattr(lesson, name, value)
    if lesson.state == Lesson.State.HELD and (words := _clashes(lesson)):
        raise LessonClash(" ".join(words))
    if lesson.day != old_day:
        lesson_moves.ask(
            LessonMoves(
                lesson_id=lesson.pk, teaching_group_id=lesson.teaching_group_id, from_day=old_day, to_day=lesson.day
            )
        )
    lesson.save(update_fields=[*(name.removesuffix("_id") for name in EFFECTIVE)])
    lessons_settled.ask(LessonsSettled(at, lesson_ids=(lesson.pk,)))


def _effect(lesson: Lesson, changes: Iterable[LessonChange]) -> dict[str, object]:
    """The plan with the changes applied in their order; a cancelled lesson stays cancelled whatever else changes."""
    effect: dict[str, object] = {
        "state": Lesson.State.HELD if lesson.planned_day else Lesson.State.CANCELLED,
        "day": lesson.planned_day or lesson.day,
        "number": lesson.planned_number or lesson.number,
        "starts": lesson.planned_starts or lesson.starts,
        "ends": lesson.planned_ends or lesson.ends,
        "teacher_id": lesson.planned_teacher_id or (None if lesson.planned_day else lesson.teacher_id),
        "room_id": lesson.planned_room_id or (None if lesson.planned_day else lesson.room_id),
        "room_is_shared": lesson.planned_room.is_shared if lesson.planned_room else lesson.room_is_shared,
        "subject_id": lesson.planned_subject_id or lesson.subject_id,
    }
    cancelled = False
    for change in changes:
        match change.kind:
            case Kind.SUBSTITUTION:
                effect["teacher_id"] = change.teacher_id
            case Kind.MOVE:
                effect |= {"day": change.day, "number": change.number, "starts": change.starts, "ends": change.ends}
                if change.room:
                    effect |= {"room_id": change.room_id, "room_is_shared": change.room.is_shared}
            case Kind.ADDITION:
                effect["state"] = Lesson.State.HELD
            case Kind.CANCELLATION:
                cancelled = True
    return effect | ({"state": Lesson.State.CANCELLED} if cancelled else {})


def _clashes(lesson: Lesson) -> list[str]:
    """What the lesson would collide with on its day, in words."""
    fresh = Lesson(**{name: getattr(lesson, name) for name in EFFECTIVE}, teaching_group_id=lesson.teaching_group_id)
    fresh.pk = lesson.pk
    school = School.objects.select_related("organisation").get(pk=lesson.school_id)
    classes = planned_year(school, lesson.teaching_group.school_year).classes
    groups = groups_as_taught({lesson.teaching_group_id}, classes, lesson.day)
    if lesson.teaching_group_id not in groups:
        return []
    bookings = clashes.Bookings(lessons_held(school, lesson.day, classes))
    return [clash.words for clash in bookings.clashes_of(as_lesson(fresh, groups))]


def _tell(change: LessonChange, lesson: Lesson, old_day: date, by: Actor, at: datetime) -> None:
    chronicle.write(
        facts.LessonChanged(
            change_id=change.pk,
            lesson_id=lesson.pk,
            teaching_group_id=lesson.teaching_group_id,
            change=change.kind,
            withdrawn=change.withdrawn_at is not None,
            day=str(lesson.day),
            old_day=str(old_day),
            **by.stamp(at),
        )
    )
