"""What a demo teacher has written into the journal these weeks: topics, marks cell by cell, homework."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from myschool.homework import actions as homework
from myschool.journal.actions import cells, settings
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.queries.cells import standing
from myschool.kernel.actors import Actor
from myschool.schools.models import School
from myschool.timetable.access import members_on
from myschool.timetable.models import Lesson
from myschool.timetable.rules.lessons import moment_of

KINDS = (
    ("Работа на уроке", "отв", "1", False, True),
    ("Самостоятельная работа", "СР", "1.5", False, False),
    ("Контрольная работа", "КР", "2", True, False),
    ("Проект", "пр", "1.5", False, False),
)
CELLS = ("5", "4", "4", "3", "5", "4", "Н", "О10", "2", "5/4", "Н", "Б", ".", "осв")
TOPICS = (
    "Повторение: сравнение и порядок",
    "Решение задач в два действия",
    "Проверочная работа и разбор ошибок",
    "Новый материал: свойства и примеры",
    "Закрепление: работа в парах",
)
HOMEWORK = (
    ("Прочитать параграф, ответить на вопросы 1–4", 20),
    ("Упражнения 112 и 114", 30),
    ("Выучить правило, придумать три примера", 15),
    ("Подготовиться к проверочной работе", 25),
    ("Сделать рисунок к задаче и принести на урок", 30),
)
MARKED_WEEKS = timedelta(weeks=3)


def declare(school: School, by: Actor, at: datetime) -> None:
    """The school's kinds of work."""
    for title, short, weight, is_control, is_default in KINDS:
        settings.add_kind(
            school=school,
            title=title,
            short=short,
            weight=Decimal(weight),
            is_control=is_control,
            is_default=is_default,
            by=by,
            at=at,
        )


def keep_journal(school: School, teacher: Actor, today: date) -> None:
    """The teacher's lessons of the last weeks, each with its topic, its marks and what was set at its end."""
    random = Random(teacher.person_id)
    lessons = Lesson.objects.filter(
        school=school, teacher=teacher.person_id, day__gte=today - MARKED_WEEKS, day__lt=today, state="held"
    ).select_related("teaching_group")
    for number, lesson in enumerate(lessons.order_by("day", "number")):
        at = moment_of(lesson.day, lesson.ends, school.time_zone)
        lesson_actions.write_topic(lesson=lesson, text=TOPICS[number % len(TOPICS)], by=teacher, at=at)
        _mark(lesson, teacher, random, at)
        text, minutes = HOMEWORK[number % len(HOMEWORK)]
        homework.set_homework(
            teaching_group=lesson.teaching_group,
            lesson=lesson,
            due_day=None,
            text=text,
            minutes=minutes,
            needs_hand_in=number % 7 == 0,
            student_ids=(),
            attached=(),
            today=lesson.day,
            by=teacher,
            at=at,
        )


def _mark(lesson: Lesson, teacher: Actor, random: Random, at: datetime) -> None:
    """About a third of the class gets something."""
    for student in members_on(lesson.teaching_group, lesson.day):
        if random.random() > 0.35:
            continue
        cell_state = standing(teacher, lesson.pk, student.pk, 1, at)
        if cell_state is not None:
            cells.save_cell(
                standing=cell_state,
                text=random.choice(CELLS),
                seen=cell_state.seen,
                due=None,
                comment=None,
                reason="",
                by=teacher,
                at=at,
            )
