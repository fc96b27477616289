"""What the demo teachers have written into their journals these weeks, cell by cell."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from myschool.journal import actions
from myschool.journal.queries.cells import standing
from myschool.kernel.actors import Actor
from myschool.schools.models import School
from myschool.timetable.access import members_on
from myschool.timetable.models import Lesson
from myschool.timetable.rules import moment_of

KINDS = (
    ("Работа на уроке", "отв", "1", False, True),
    ("Самостоятельная работа", "СР", "1.5", False, False),
    ("Контрольная работа", "КР", "2", True, False),
    ("Проект", "пр", "1.5", False, False),
)
CELLS = ("5", "4", "4", "3", "5", "4", "Н", "О10", "2", "5/4", "Н", "Б", ".", "осв")
MARKED_WEEKS = timedelta(weeks=3)


def declare(school: School, by: Actor, at: datetime) -> None:
    """The school's kinds of work."""
    for title, short, weight, is_control, is_default in KINDS:
        actions.add_kind(
            school=school, title=title, short=short, weight=Decimal(weight), is_control=is_control,
            is_default=is_default, by=by, at=at,
        )  # fmt: skip


def mark_lessons(school: School, teacher: Actor, today: date) -> None:
    """The teacher marks about a third of each class at every lesson of the last weeks."""
    random = Random(teacher.person_id)
    lessons = Lesson.objects.filter(
        school=school, teacher=teacher.person_id, day__gte=today - MARKED_WEEKS, day__lt=today, state="held"
    ).select_related("teaching_group")
    for lesson in lessons.order_by("day", "number"):
        at = moment_of(lesson.day, lesson.ends, school.time_zone)
        for student in members_on(lesson.teaching_group, lesson.day):
            if random.random() > 0.35:
                continue
            found = standing(teacher, lesson.pk, student.pk, 1, at)
            if found is not None:
                actions.save_cell(
                    standing=found, text=random.choice(CELLS), seen=found.seen, due=None, comment=None, reason="",
                    by=teacher, at=at,
                )  # fmt: skip
