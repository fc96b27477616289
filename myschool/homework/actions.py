"""Homework is set, changed, done, handed in and reviewed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max, Q

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.homework import facts, rules
from myschool.homework.access import lessons_due, students_to_set
from myschool.homework.models import (
    HandIn,
    HandInFile,
    Homework,
    HomeworkFile,
    HomeworkRules,
    HomeworkStudent,
    HomeworkTick,
)
from myschool.journal.actions import cells
from myschool.journal.queries.cells import standing
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.errors import Refusal
from myschool.people.models import Person
from myschool.schools.models import School
from myschool.timetable.models import Lesson, TeachingGroup

State = HandIn.State
MOST_FILES = 10


class DueUnfit(Refusal):
    """The day has passed, is of another year, or there is no further lesson."""

    status = 422
    field = "due_day"


class NobodyChosen(Refusal):
    """An individual homework is for somebody of the group."""

    status = 422
    field = "students"


class NothingHandedIn(Refusal):
    """Neither words nor a file."""

    status = 422
    field = "text"


class AlreadyAccepted(Refusal):
    """The teacher has accepted the work."""

    status = 409


class NotAwaited(Refusal):
    """The homework is not handed in here, or the version was reviewed already."""

    status = 409


class MarkUnfit(Refusal):
    """The mark has no place in the journal."""

    status = 409
    field = "mark"


class CommentMissing(Refusal):
    """A returned work needs words."""

    status = 422
    field = "comment"


@transaction.atomic
def set_homework(
    *,
    teaching_group: TeachingGroup,
    lesson: Lesson | None,
    due_day: date | None,
    text: str,
    minutes: int | None,
    needs_hand_in: bool,
    student_ids: Collection[int],
    attached: Sequence[Received],
    today: date,
    by: Actor,
    at: datetime,
) -> Homework:
    """Set homework for a group, or for some of its students; without a day it is due at the group's next lesson.

    Raises:
        DueUnfit: the day has passed or is of another year, or no day was said and there is no further lesson.
        NobodyChosen: none of the chosen is in the group.
    """
    due_lesson, day = _due(teaching_group, lesson.day if lesson else today, due_day, today)
    chosen = set(student_ids)
    if chosen and chosen != set(
        students_to_set(teaching_group, day).filter(pk__in=chosen).values_list("pk", flat=True)
    ):
        raise NobodyChosen("Выберите учеников этой группы.")
    school = School.objects.get(pk=teaching_group.school_id)
    declared = HomeworkRules.objects.filter(school=school).first()
    homework = Homework.objects.create(
        school=school,
        teaching_group=teaching_group,
        lesson=lesson,
        due_lesson=due_lesson,
        due_day=day,
        text=text,
        minutes=minutes,
        needs_hand_in=needs_hand_in,
        is_for_all=not chosen,
        posted_by_id=by.person_id,
        posted_at=at,
        was_late=rules.is_late(at, day, declared.post_until if declared else None, school.time_zone),
    )
    HomeworkStudent.objects.bulk_create(
        HomeworkStudent(homework=homework, student_id=student) for student in sorted(chosen)
    )
    _attach(homework, attached, by, at)
    chronicle.write(facts.HomeworkPosted(homework_id=homework.pk, teaching_group_id=teaching_group.pk, **by.stamp(at)))
    return homework


def _due(teaching_group: TeachingGroup, after: date, due_day: date | None, today: date) -> tuple[Lesson | None, date]:
    """The lesson and the day it is due at; the lesson is locked, so that whoever moves it sees the homework or waits."""
    if due_day is None:
        lesson = lessons_due(teaching_group, max(after, today)).select_for_update(no_key=True).first()
        if lesson is None:
            raise DueUnfit("Следующего урока в расписании нет. Укажите день, к которому задаёте.")
        return lesson, lesson.day
    year = teaching_group.school_year
    if not max(today, year.from_date) <= due_day < year.to_date:
        raise DueUnfit("Укажите день не раньше сегодняшнего и в пределах учебного года.")
    lessons = Lesson.objects.filter(teaching_group=teaching_group, state=Lesson.State.HELD, day=due_day)
    return lessons.select_for_update(no_key=True).order_by("number").first(), due_day


def _attach(homework: Homework, attached: Sequence[Received], by: Actor, at: datetime) -> None:
    for received in attached[:MOST_FILES]:
        HomeworkFile.objects.create(homework=homework, file=files.keep(received=received, by=by, at=at))


@transaction.atomic
def change_homework(
    *,
    homework: Homework,
    due_day: date,
    text: str,
    minutes: int | None,
    attached: Sequence[Received],
    today: date,
    by: Actor,
    at: datetime,
) -> None:
    """Say a homework otherwise; families see when it was changed.

    Raises:
        DueUnfit: the new day has passed or is of another year.
    """
    # The lesson before the homework, as whoever moves a lesson locks them.
    due = None if due_day == homework.due_day else _due(homework.teaching_group, today, due_day, today)
    homework = Homework.objects.select_for_update().get(pk=homework.pk)
    if due:
        homework.due_lesson, homework.due_day = due
        homework.put_off_from = None
    homework.text, homework.minutes, homework.changed_at = text, minutes, at
    homework.save(update_fields=["due_lesson", "due_day", "put_off_from", "text", "minutes", "changed_at"])
    _attach(homework, attached, by, at)
    chronicle.write(
        facts.HomeworkChanged(homework_id=homework.pk, teaching_group_id=homework.teaching_group_id, **by.stamp(at))
    )


@transaction.atomic
def withdraw_homework(*, homework: Homework, by: Actor, at: datetime) -> None:
    """Set a homework no longer; what was handed in stays."""
    if Homework.objects.filter(pk=homework.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        chronicle.write(
            facts.HomeworkWithdrawn(
                homework_id=homework.pk, teaching_group_id=homework.teaching_group_id, **by.stamp(at)
            )
        )


@transaction.atomic
def tick(*, homework: Homework, student: Person, done: bool, by: Actor, at: datetime) -> None:
    """Say that a homework is done, or not after all; said twice it is the same."""
    if done:
        _, changed = HomeworkTick.objects.get_or_create(homework=homework, student=student, defaults={"ticked_at": at})
    else:
        changed = bool(HomeworkTick.objects.filter(homework=homework, student=student).delete()[0])
    if changed:
        chronicle.write(
            facts.HomeworkTicked(
                homework_id=homework.pk, student_id=student.pk, done=done, **by.stamp(at, school_id=homework.school_id)
            )
        )


@transaction.atomic
def hand_in(
    *,
    homework: Homework,
    student: Person,
    text: str,
    attached: Sequence[Received],
    today: date,
    by: Actor,
    at: datetime,
) -> HandIn:
    """Hand in a version; one that nobody has reviewed yet gives way to the next.

    Raises:
        NothingHandedIn: there is nothing in it.
        NotAwaited: this homework is not handed in here.
        AlreadyAccepted: the work was accepted.
    """
    if not text and not attached:
        raise NothingHandedIn("Напишите ответ или приложите файл.")
    homework = Homework.objects.select_for_update().get(pk=homework.pk)
    if not homework.needs_hand_in:
        raise NotAwaited("Это задание не нужно сдавать в системе.")
    versions = HandIn.objects.filter(homework=homework, student=student)
    if versions.filter(state=State.ACCEPTED).exists():
        raise AlreadyAccepted("Учитель уже принял работу.")
    last = versions.aggregate(last=Max("version"))["last"] or 0
    hand_in = HandIn.objects.create(
        homework=homework,
        student=student,
        version=last + 1,
        text=text,
        handed_in_at=at,
        was_late=today > homework.due_day,
    )
    for received in attached[:MOST_FILES]:
        HandInFile.objects.create(hand_in=hand_in, file=files.keep(received=received, by=by, at=at))
    chronicle.write(
        facts.HandedIn(
            homework_id=homework.pk,
            student_id=student.pk,
            version=hand_in.version,
            **by.stamp(at, school_id=homework.school_id),
        )
    )
    return hand_in


@transaction.atomic
def review(*, version: HandIn, accepted: bool, comment: str, mark: str = "", by: Actor, at: datetime) -> None:
    """Accept a version, or return it with words; a mark goes into the journal, for the lesson the work was due at.

    Raises:
        NotAwaited: there is a newer version, or it was reviewed.
        CommentMissing: returned without words.
        MarkUnfit: there is no lesson of the teacher's to mark, or the student has a mark there already. Whatever the
            journal itself refuses, it refuses here too.
    """
    version = HandIn.objects.select_for_update().get(pk=version.pk)
    newer = HandIn.objects.filter(homework=version.homework_id, student=version.student_id, version__gt=version.version)
    if version.state != State.SUBMITTED or newer.exists():
        raise NotAwaited("Эту версию уже проверили, или ученик сдал новую. Обновите страницу.")
    if not accepted and not comment:
        raise CommentMissing("Напишите, что доработать.")
    version.state = State.ACCEPTED if accepted else State.RETURNED
    version.comment, version.reviewed_by_id, version.reviewed_at = comment, by.person_id, at
    version.save(update_fields=["state", "comment", "reviewed_by", "reviewed_at"])
    if mark:
        _give_mark(version, mark, by, at)
    chronicle.write(
        facts.HandInReviewed(
            homework_id=version.homework_id,
            student_id=version.student_id,
            version=version.version,
            accepted=accepted,
            **by.stamp(at),
        )
    )


def _give_mark(version: HandIn, mark: str, by: Actor, at: datetime) -> None:
    lesson_id = version.homework.due_lesson_id
    cell_state = standing(by, lesson_id, version.student_id, 1, at) if lesson_id else None
    if cell_state is None:
        raise MarkUnfit("Задание сдавали не к вашему уроку: поставьте отметку в журнале сами.")
    if cell_state.live:
        raise MarkUnfit(
            f"За этот урок у ученика уже стоит «{cell_state.cell.text}»: поставьте вторую отметку в журнале."
        )
    text = f"{cell_state.cell.text} {mark}".strip()
    cells.save_cell(
        standing=cell_state, text=text, seen=cell_state.seen, due=None, comment=None, reason="", by=by, at=at
    )


@transaction.atomic
def declare_rules(*, school: School, post_until: time | None, by: Actor, at: datetime) -> None:
    """Say by which hour of the day before homework is to be posted; None for no such rule."""
    HomeworkRules.objects.filter(school=school).delete()
    if post_until is not None:
        HomeworkRules.objects.create(school=school, post_until=post_until)
    chronicle.write(facts.HomeworkRulesDeclared(**by.stamp(at)))


@transaction.atomic
def follow_lessons(*, lesson_ids: Collection[int] = (), group_ids: Collection[int] = (), at: datetime) -> None:
    """Homework due at these lessons, or at those of these groups, goes with them, in the transaction that moves them.

    Where its lesson is not held it is put off to the group's next one, and comes back if the lesson is held after all.
    """
    meant = Q(due_lesson__in=lesson_ids) | Q(put_off_from__in=lesson_ids)
    unheld = ~Q(due_lesson__state=Lesson.State.HELD) & Q(due_lesson__isnull=False)
    of_groups = Q(teaching_group__in=group_ids) & (unheld | Q(put_off_from__isnull=False))
    rows = Homework.objects.filter(meant | of_groups, withdrawn_at__isnull=True).select_for_update(
        of=("self",), no_key=True
    )
    # The lessons are read after the lock: a row that was waited for may be due at another than it was.
    for row in rows.prefetch_related("due_lesson", "put_off_from", "teaching_group").order_by("pk"):
        lesson = row.put_off_from or row.due_lesson
        if lesson is None:
            continue
        target = lesson
        if lesson.state != Lesson.State.HELD:
            target = lessons_due(row.teaching_group, lesson.day).first() or lesson
        if (row.due_lesson_id, row.due_day) == (target.pk, target.day):
            continue
        put_off_from = None if target == lesson else lesson
        Homework.objects.filter(pk=row.pk).update(
            due_lesson=target, due_day=target.day, put_off_from=put_off_from, changed_at=at
        )
        chronicle.write(
            facts.HomeworkChanged(
                homework_id=row.pk, teaching_group_id=row.teaching_group_id, **nobody(at, school_id=row.school_id)
            )
        )
