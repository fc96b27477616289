"""What the journal keeps of a student, for the copy of their data."""

from myschool.journal import rules
from myschool.journal.models import Attendance, Mark, TermMark, YearMark
from myschool.journal.queries.averages import held_of
from myschool.journal.queries.lists import term_title
from myschool.people.models import Person


def export_of(person: Person) -> dict[str, object]:
    """Marks, final marks and attendance as they stand now, the oldest first."""
    marks = Mark.objects.filter(student=person, ended_at__isnull=True).select_related("lesson__subject")
    absences = Attendance.objects.filter(student=person, ended_at__isnull=True).select_related(
        "lesson__subject", "code"
    )
    return {
        "Отметки": [
            {
                "Дата": row.day, "Урок": row.lesson.number, "Предмет": row.lesson.subject.title,
                "Отметка": rules.written(held_of(row.state, row.origin, row.five, row.due)), "Комментарий": row.comment,
            }
            for row in marks.order_by("day", "lesson", "position", "part")
        ],
        "Итоговые отметки": [
            {
                "Предмет": row.teaching_group.subject.title, "За что": title, "Поставлена": row.given_at,
                "Отметка": rules.written(held_of(row.state, row.origin, row.five, None)), "Пояснение": row.reason,
            }
            for row, title in _finals(person)
        ],
        "Посещаемость": [
            {
                "Дата": row.day, "Урок": row.lesson.number, "Предмет": row.lesson.subject.title, "Код": row.code.title,
                "Опоздание, минут": row.minutes,
            }
            for row in absences.order_by("day", "lesson")
        ],
    }  # fmt: skip


def _finals(person: Person) -> list[tuple[TermMark | YearMark, str]]:
    """Final marks with what each is for, as they were given."""
    terms = TermMark.objects.filter(student=person, ended_at__isnull=True)
    years = YearMark.objects.filter(student=person, ended_at__isnull=True)
    return [
        *((row, term_title(row.term)) for row in terms.select_related("teaching_group__subject", "term__scheme")
          .order_by("given_at", "pk")),
        *((row, "Год") for row in years.select_related("teaching_group__subject").order_by("given_at", "pk")),
    ]  # fmt: skip
