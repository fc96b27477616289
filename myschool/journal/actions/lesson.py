"""What a teacher does on the page of a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.journal import facts
from myschool.journal.actions.cells import CellIsClosed, NotInGroupThatDay
from myschool.journal.actions.pages import bump_pages
from myschool.journal.models import (
    AbsenceNote,
    Attendance,
    AttendanceCode,
    JournalPage,
    JournalRules,
    LessonMaterial,
    LessonTopic,
    Mark,
    Remark,
    Work,
    WorkKind,
)
from myschool.journal.queries.declared import weight_on
from myschool.journal.queries.lesson import control_works_on, known_students, lesson_closed_because
from myschool.journal.rules import attendance
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.text import plural
from myschool.people.models import Person
from myschool.timetable.models import Lesson

MOST_WORKS = 5


class TooManyControlWorks(Refusal):
    """The class writes as many control works that day as the school allows."""

    status = 409
    field = "kind"


class TooManyWorks(Refusal):
    """The lesson has as many works as the journal shows."""

    status = 409


class WorkHasMarks(Refusal):
    """Marks were given for the work."""

    status = 409


class LateWithoutMinutes(Refusal):
    """Minutes were given to somebody who was not late."""

    status = 422


@transaction.atomic
def write_topic(*, lesson: Lesson, text: str, by: Actor, at: datetime) -> None:
    """Write what the lesson is about; empty text takes it away."""
    if text:
        LessonTopic.objects.update_or_create(
            lesson=lesson, defaults={"text": text, "written_by_id": by.person_id, "written_at": at}
        )
    else:
        LessonTopic.objects.filter(lesson=lesson).delete()
    bump_pages(group_ids=[lesson.teaching_group_id])
    chronicle.write(facts.TopicWritten(teaching_group_id=lesson.teaching_group_id, lesson_id=lesson.pk, **by.stamp(at)))


@transaction.atomic
def note_class_attendance(
    *, lesson: Lesson, noted: Mapping[int, tuple[int | None, int]], today: date, by: Actor, at: datetime
) -> int:
    """Note the attendance of many in one move: by student a code's id, or None for being there, and minutes late.

    Only those whose attendance differs are touched; answers how many that were.

    Raises:
        CellIsClosed: the lesson cannot be changed today.
        NotInGroupThatDay: somebody is not in the group.
        LateWithoutMinutes: minutes of somebody who was not late.
    """
    _lock_page(lesson)
    if closed := lesson_closed_because(lesson, today):
        raise CellIsClosed(closed.words)
    if known_students(lesson, noted.keys()) != noted.keys():
        raise NotInGroupThatDay("Кто-то из отмеченных в день урока не был в группе. Обновите страницу.")
    codes = {row.pk: row for row in AttendanceCode.objects.filter(region=lesson.school.organisation.region_id)}
    live = {
        row.student_id: row for row in Attendance.objects.filter(lesson=lesson, day=lesson.day, ended_at__isnull=True)
    }
    changed, papers = {}, _papers(lesson, noted, codes)
    for student, (noted_id, minutes) in noted.items():
        row = live.get(student)
        code_id = papers[student].code_id if student in papers else noted_id
        if code_id is not None and code_id not in codes:
            raise LateWithoutMinutes("Такого кода посещаемости нет. Обновите страницу.")
        if minutes and (code_id is None or codes[code_id].meaning != "late"):
            raise LateWithoutMinutes("Минуты пишут только у опоздания.")
        if (row.code_id if row else None, row.minutes if row else 0) != (code_id, minutes):
            changed[student] = (code_id, minutes)
    if not changed:
        return 0
    ended = [live[student].pk for student in changed if student in live]
    Attendance.objects.filter(pk__in=ended, day=lesson.day).update(ended_at=at, ended_by=by.person_id)
    Attendance.objects.bulk_create(
        Attendance(
            day=lesson.day,
            teaching_group_id=lesson.teaching_group_id,
            lesson=lesson,
            student_id=student,
            code_id=code_id,
            minutes=minutes,
            note_id=papers[student].note_id if student in papers else None,
            given_by_id=by.person_id,
            given_at=at,
        )
        for student, (code_id, minutes) in changed.items()
        if code_id is not None
    )
    bump_pages(group_ids=[lesson.teaching_group_id])
    chronicle.write(
        facts.ClassAttendanceNoted(
            teaching_group_id=lesson.teaching_group_id,
            lesson_id=lesson.pk,
            student_ids=sorted(changed),
            codes=[
                f"{codes[code_id].code}{minutes or ''}" if code_id else ""
                for _, (code_id, minutes) in sorted(changed.items())
            ],
            **by.stamp(at),
        )
    )
    return len(changed)


@dataclass(frozen=True)
class _Paper:
    """An accepted paper about the day, and the code that it gives an absence."""

    note_id: int
    code_id: int


def _papers(
    lesson: Lesson, noted: Mapping[int, tuple[int | None, int]], codes: Mapping[int, AttendanceCode]
) -> dict[int, _Paper]:
    """Of those noted absent without a good reason: whose absence a paper explains."""
    absent = [
        student
        for student, (code_id, _) in noted.items()
        if code_id and code_id in codes and attendance.Meaning(codes[code_id].meaning) in attendance.EXPLAINABLE
    ]
    first = {code.meaning: code.pk for code in sorted(codes.values(), key=lambda code: -code.position)}
    notes = AbsenceNote.objects.filter(
        student__in=absent,
        school=lesson.school_id,
        state=AbsenceNote.State.ACCEPTED,
        from_date__lte=lesson.day,
        to_date__gt=lesson.day,
    ).order_by("decided_at")
    return {note.student_id: _Paper(note.pk, first[note.meaning]) for note in notes if note.meaning in first}


def _lock_page(lesson: Lesson) -> None:
    """Writers of one page take turns, as those of single cells do."""
    JournalPage.objects.get_or_create(teaching_group_id=lesson.teaching_group_id)
    JournalPage.objects.select_for_update().get(teaching_group=lesson.teaching_group_id)


@transaction.atomic
def plan_work(*, lesson: Lesson, kind: WorkKind, title: str, weight: Decimal | None, by: Actor, at: datetime) -> Work:
    """Give a lesson a work of its own, a column in the journal; the first one takes the place of the usual answer.

    Raises:
        TooManyControlWorks: the class has its share of the day.
        TooManyWorks: there is no place for another column.
    """
    _lock_page(lesson)
    if kind.is_control:
        limit = (JournalRules.objects.filter(school=lesson.school_id).first() or JournalRules()).control_works_a_day
        others = control_works_on(lesson.teaching_group_id, lesson.day)
        if len(others) >= limit:
            named = ", ".join(f"{work.lesson.subject.title} ({work.kind.title.lower()})" for work in others)
            works = plural(limit, "контрольная работа", "контрольные работы", "контрольных работ")
            raise TooManyControlWorks(
                f"В этот день у класса уже запланировано: {named}. По правилу школы в день может быть {limit} {works}."
            )
    positions = set(lesson.works.values_list("position", flat=True))
    # Marks given without any planned work stand at position 1: a work planned later gets a column beside them.
    if Mark.objects.filter(lesson=lesson, day=lesson.day, position=1, ended_at__isnull=True).exists():
        positions.add(1)
    position = next((place for place in range(1, MOST_WORKS + 1) if place not in positions), None)
    if position is None:
        raise TooManyWorks(f"На уроке может быть не больше {MOST_WORKS} работ.")
    new_work = Work.objects.create(
        lesson=lesson,
        position=position,
        kind=kind,
        title=title,
        weight=weight_on(kind, lesson.day) if weight is None else weight,
        planned_by_id=by.person_id,
        planned_at=at,
    )
    bump_pages(group_ids=[lesson.teaching_group_id])
    chronicle.write(
        facts.WorkPlanned(
            teaching_group_id=lesson.teaching_group_id,
            lesson_id=lesson.pk,
            position=position,
            is_control=kind.is_control,
            **by.stamp(at),
        )
    )
    return new_work


@transaction.atomic
def drop_work(*, work: Work, by: Actor, at: datetime) -> None:
    """Take a work out of a lesson.

    Raises:
        WorkHasMarks: marks were given for it.
    """
    lesson = work.lesson
    _lock_page(lesson)
    marks = Mark.objects.filter(lesson=lesson, day=lesson.day, position=work.position, ended_at__isnull=True)
    if marks.exists():
        raise WorkHasMarks("За эту работу уже стоят отметки. Сначала снимите их.")
    fact = facts.WorkDropped(
        teaching_group_id=lesson.teaching_group_id, lesson_id=lesson.pk, position=work.position, **by.stamp(at)
    )
    work.delete()
    bump_pages(group_ids=[lesson.teaching_group_id])
    chronicle.write(fact)


@transaction.atomic
def give_remark(*, lesson: Lesson, student: Person, text: str, is_praise: bool, by: Actor, at: datetime) -> Remark:
    """Write to a student's family about the lesson."""
    remark = Remark.objects.create(
        lesson=lesson, student=student, text=text, is_praise=is_praise, given_by_id=by.person_id, given_at=at
    )
    bump_pages(group_ids=[lesson.teaching_group_id])
    chronicle.write(
        facts.RemarkGiven(
            lesson_id=lesson.pk, student_id=student.pk, remark_id=remark.pk, is_praise=is_praise, **by.stamp(at)
        )
    )
    return remark


@transaction.atomic
def withdraw_remark(*, remark: Remark, by: Actor, at: datetime) -> None:
    """Take one's words back; the family no longer sees them."""
    if Remark.objects.filter(pk=remark.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        bump_pages(group_ids=[remark.lesson.teaching_group_id])
        chronicle.write(
            facts.RemarkWithdrawn(
                lesson_id=remark.lesson_id, student_id=remark.student_id, remark_id=remark.pk, **by.stamp(at)
            )
        )


@transaction.atomic
def add_material(
    *, lesson: Lesson, title: str, url: str, file: Received | None, by: Actor, at: datetime
) -> LessonMaterial:
    """Put a link or a file beside the lesson, for its students."""
    material = LessonMaterial.objects.create(
        lesson=lesson,
        title=title or (file.name if file else url),
        url="" if file else url,
        file=files.keep(received=file, by=by, at=at) if file else None,
        added_by_id=by.person_id,
        added_at=at,
    )
    chronicle.write(
        facts.MaterialAdded(teaching_group_id=lesson.teaching_group_id, lesson_id=lesson.pk, **by.stamp(at))
    )
    return material


@transaction.atomic
def remove_material(*, material: LessonMaterial, by: Actor, at: datetime) -> None:
    """Take a link or a file away."""
    lesson = material.lesson
    material.delete()
    chronicle.write(
        facts.MaterialRemoved(teaching_group_id=lesson.teaching_group_id, lesson_id=lesson.pk, **by.stamp(at))
    )
