"""What is owed to a person about what stands in journals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from myschool.journal.models import (
    AbsenceNote,
    Acknowledgement,
    Attendance,
    Mark,
    Remark,
    TermMark,
    TopicPlan,
    UnlockRequest,
    YearMark,
)
from myschool.journal.queries.averages import held_of
from myschool.journal.queries.lists import term_title
from myschool.journal.rules import marks as marks_rules
from myschool.kernel.changes import Changes, twins
from myschool.kernel.subjects import Forgotten, Joined, Kept, Room, deeds, keys

LESSONS = Kept(by="journal_kept", since="day")
FINALS = Kept(by="final_marks_kept", since="given_at")
KEYS = (
    *keys("Mark.student", forgotten=LESSONS, copied="Отметки"),
    *keys("Attendance.student", forgotten=LESSONS, copied="Посещаемость"),
    *keys("TermMark.student YearMark.student", forgotten=FINALS, copied="Итоговые отметки"),
    *keys("Remark.student", forgotten=Kept(by="journal_kept", since="given_at"), copied="Замечания и благодарности"),
    *keys("Remark.given_by", forgotten=Forgotten.NAMELESS, copied="Замечания и благодарности"),
    *keys("AbsenceNote.student", forgotten=Kept(by="journal_kept", since="to_date"), copied="Справки о пропусках"),
    *keys("AbsenceNote.filed_by", forgotten=Forgotten.NAMELESS, copied="Справки о пропусках"),
    *keys(
        "Acknowledgement.student Acknowledgement.guardian",
        joined=Joined.DROPS_TWINS,
        forgotten=Kept(by="journal_kept", since="at"),
        copied="Ознакомление с дневником",
    ),
    *keys("TopicPlan.author", forgotten=Forgotten.NAMELESS, copied="Планы тем"),
    *keys("UnlockRequest.asked_by", forgotten=Forgotten.NAMELESS, copied="Запросы на изменение журнала"),
    *deeds(
        "Work.planned_by Mark.given_by Mark.ended_by Attendance.given_by Attendance.ended_by LessonTopic.written_by"
        " LessonMaterial.added_by TermMark.given_by TermMark.ended_by YearMark.given_by YearMark.ended_by"
        " TermClosing.closed_by TermClosing.reopened_by UnlockRequest.decided_by AbsenceNote.decided_by"
    ),
)
# What is never overwritten, but ended.
WITH_HISTORY: tuple[type[Model], ...] = (Mark, Attendance, TermMark, YearMark)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Where both have something in one place, what the kept one has stands; the other is ended, and stays as history."""
    # Of a cell with two marks nothing is mixed: where the kept person has anything, the whole cell is theirs.
    theirs = Mark.objects.filter(
        student=kept_id, ended_at__isnull=True, lesson=OuterRef("lesson"), position=OuterRef("position")
    )
    merged_marks = Mark.objects.filter(student=merged_id, ended_at__isnull=True)
    changes.update(merged_marks.filter(Exists(theirs)), ended_at=at)
    for model in WITH_HISTORY:
        changes.update(twins(model, "student", old=merged_id, new=kept_id), ended_at=at)


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Marks and attendance with what they were before, final marks, remarks, papers and plans, the oldest first."""
    own = {"student__in": person_ids}
    marks = Mark.objects.filter(**own).select_related("lesson__subject")
    absences = Attendance.objects.filter(**own).select_related("lesson__subject", "code")
    terms = (
        TermMark.objects.filter(**own)
        .select_related("teaching_group__subject", "term__scheme")
        .order_by("given_at", "pk")
    )
    years = YearMark.objects.filter(**own).select_related("teaching_group__subject").order_by("given_at", "pk")
    remarks = Remark.objects.filter(Q(student__in=person_ids) | Q(given_by__in=person_ids)).select_related(
        "lesson__subject"
    )
    notes = AbsenceNote.objects.filter(Q(student__in=person_ids) | Q(filed_by__in=person_ids)).select_related("file")
    weeks = Acknowledgement.objects.filter(Q(student__in=person_ids) | Q(guardian__in=person_ids))
    plans = TopicPlan.objects.filter(author__in=person_ids).select_related("subject")
    finals: list[TermMark | YearMark] = [*terms, *years]
    return {
        "Отметки": [
            {
                "Дата": row.day,
                "Урок": row.lesson.number,
                "Предмет": row.lesson.subject.title,
                "Отметка": marks_rules.written(held_of(row.state, row.origin, row.five, row.due)),
                "Комментарий": row.comment,
                "Выставлена": row.given_at,
                "Снята или заменена": row.ended_at,
                "Причина": row.end_reason,
            }
            for row in marks.order_by("day", "lesson", "position", "part", "pk")
        ],
        "Посещаемость": [
            {
                "Дата": row.day,
                "Урок": row.lesson.number,
                "Предмет": row.lesson.subject.title,
                "Код": row.code.title,
                "Опоздание, минут": row.minutes,
                "Снята или заменена": row.ended_at,
            }
            for row in absences.order_by("day", "lesson", "pk")
        ],
        "Итоговые отметки": [
            {
                "Предмет": row.teaching_group.subject.title,
                "За что": term_title(row.term) if isinstance(row, TermMark) else "Год",
                "Отметка": marks_rules.written(held_of(row.state, row.origin, row.five, None)),
                "Предложена": row.proposed,
                "Пояснение": row.reason,
                "Выставлена": row.given_at,
                "Заменена": row.ended_at,
            }
            for row in finals
        ],
        "Замечания и благодарности": [
            {
                "Кому": "вам" if row.student_id in person_ids else "вашему ученику",
                "Предмет": row.lesson.subject.title,
                "Когда": row.given_at,
                "Текст": row.text,
                "Благодарность": row.is_praise,
                "Снято": row.withdrawn_at,
            }
            for row in remarks.order_by("given_at", "pk")
        ],
        "Справки о пропусках": [
            {
                "С": row.from_date,
                "До": row.to_date,
                "О чём": row.text,
                "Файл": row.file.name if row.file else "",
                "Состояние": row.get_state_display(),
                "Подана": row.filed_at,
                "Ответ": row.answer,
            }
            for row in notes.order_by("filed_at", "pk")
        ],
        "Ознакомление с дневником": [
            {
                "Неделя с": row.monday,
                "Кто": "вы" if row.guardian_id in person_ids else "законный представитель",
                "Когда": row.at,
            }
            for row in weeks.order_by("monday", "pk")
        ],
        "Планы тем": [
            {"Название": row.title, "Предмет": row.subject.title, "Параллель": row.level, "Создан": row.made_at}
            for row in plans.order_by("pk")
        ],
        "Запросы на изменение журнала": [
            {"Причина": row.reason, "Когда": row.asked_at, "Состояние": row.get_state_display(), "Ответ": row.answer}
            for row in UnlockRequest.objects.filter(asked_by__in=person_ids).order_by("pk")
        ],
    }


ROOM = Room(package="journal", keys=KEYS, copy=copy, join=join)
