"""What the journal keeps of a student, for the copy of their data."""

from myschool.journal.models import Attendance, Mark
from myschool.people.models import Person


def export_of(person: Person) -> dict[str, object]:
    """Marks and attendance as they stand now, the oldest first."""
    marks = Mark.objects.filter(student=person, ended_at__isnull=True).select_related("lesson__subject")
    absences = Attendance.objects.filter(student=person, ended_at__isnull=True).select_related(
        "lesson__subject", "code"
    )
    return {
        "Отметки": [
            {
                "Дата": row.day, "Урок": row.lesson.number, "Предмет": row.lesson.subject.title, "Отметка": row.origin or row.state,
                "Комментарий": row.comment,
            }
            for row in marks.order_by("day", "lesson", "position", "part")
        ],
        "Посещаемость": [
            {
                "Дата": row.day, "Урок": row.lesson.number, "Предмет": row.lesson.subject.title, "Код": row.code.title,
                "Опоздание, минут": row.minutes,
            }
            for row in absences.order_by("day", "lesson")
        ],
    }  # fmt: skip
