"""Homework goes with its lesson in the transaction that moves the lesson: nobody sees one without the other."""

from datetime import date, time, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from myschool.homework.actions import change_homework
from myschool.homework.tests.test_homework import set_one
from myschool.journal.tests.makers import AT, DAY, make_journal, person_of
from myschool.kernel.models import Entry
from myschool.timetable.actions import bells, template
from myschool.timetable.actions.changes import cancel_lesson, move_lesson
from myschool.timetable.models import Lesson
from myschool.timetable.rules.bells import BellSlot
from myschool.timetable.tests.makers import make_lesson

SEEN = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"


def lesson_on(journal, days):
    return make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=days))


@pytest.mark.django_db
def test_homework_is_put_off_by_the_publishing_that_takes_its_lesson_out():
    journal = make_journal()
    by = {"by": journal.deputy, "at": AT}
    bells.make_bells(school=journal.school, title="Звонки", shift=1, slots=[BellSlot(1, time(8), time(8, 45))], **by)
    line = {"teaching_group": journal.taught, "number": 1, "teacher_id": journal.teacher.person_id, "room": None}
    thursdays, _ = (
        template.add_template_lesson(weekday=weekday, week="", from_day=DAY, **line, **by) for weekday in (3, 4)
    )
    published = {"school": journal.school, "year": journal.school_class.school_year, **by}
    template.publish_timetable(from_day=DAY + timedelta(days=1), **published)
    homework = set_one(journal, due_day=date(2026, 9, 17))
    assert homework.due_lesson == Lesson.objects.get(day=date(2026, 9, 17))
    template.end_template_lesson(line=thursdays, day=date(2026, 9, 15), **by)
    template.publish_timetable(from_day=date(2026, 9, 15), **published)
    homework.refresh_from_db()
    assert (homework.due_day, homework.due_lesson.state) == (date(2026, 9, 18), Lesson.State.HELD)
    assert homework.put_off_from.day == date(2026, 9, 17)
    assert Entry.objects.filter(kind="homework.changed").count() == 1, "the family is told"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cancels", [False, True])
def test_homework_set_while_its_lesson_is_moved_is_due_where_the_lesson_is(cancels):
    journal = make_journal()
    due_lesson, after = lesson_on(journal, 2), lesson_on(journal, 7)
    change = {"lesson": due_lesson, "reason": "", "today": DAY, "by": journal.deputy, "at": AT}
    moved = DAY + timedelta(days=4)
    results = []

    def set_at_once():
        results.append(set_one(journal, due_day=None))
        connection.close()

    setting = Thread(target=set_at_once)
    with transaction.atomic():
        if cancels:
            cancel_lesson(**change)
        else:
            move_lesson(day=moved, number=1, starts=time(8, 30), ends=time(9, 15), room=None, **change)
        setting.start()
        waiting = False
        while setting.is_alive() and not waiting:
            with connection.cursor() as cursor:
                cursor.execute(SEEN)
                (waiting,) = cursor.fetchone()
    setting.join()
    [homework] = results
    lesson = after if cancels else due_lesson
    assert (homework.due_lesson, homework.due_day) == (lesson, after.day if cancels else moved)


@pytest.mark.django_db(transaction=True)
def test_a_lesson_moved_while_homework_is_set_takes_it_along():
    journal = make_journal()
    due_lesson, moved = lesson_on(journal, 2), DAY + timedelta(days=4)

    def move():
        move_lesson(
            lesson=due_lesson,
            day=moved,
            number=1,
            starts=time(8, 30),
            ends=time(9, 15),
            room=None,
            reason="",
            today=DAY,
            by=journal.deputy,
            at=AT,
        )
        connection.close()

    moving = Thread(target=move)
    with transaction.atomic():
        homework = set_one(journal, due_day=due_lesson.day)
        moving.start()
        waiting = False
        while moving.is_alive() and not waiting:
            with connection.cursor() as cursor:
                cursor.execute(SEEN)
                (waiting,) = cursor.fetchone()
    moving.join()
    homework.refresh_from_db()
    assert (homework.due_lesson, homework.due_day) == (due_lesson, moved)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_put_elsewhere", [True, False])
def test_homework_changed_while_its_lesson_is_moved_is_as_the_teacher_said(is_put_elsewhere):
    journal = make_journal()
    old_lesson, other_lesson, moved = lesson_on(journal, 2), lesson_on(journal, 7), DAY + timedelta(days=4)
    homework = set_one(journal, due_day=old_lesson.day)
    due_lesson = other_lesson if is_put_elsewhere else old_lesson

    def move():
        move_lesson(
            lesson=old_lesson,
            day=moved,
            number=1,
            starts=time(8, 30),
            ends=time(9, 15),
            room=None,
            reason="",
            today=DAY,
            by=journal.deputy,
            at=AT,
        )
        connection.close()

    moving = Thread(target=move)
    with transaction.atomic():
        change_homework(
            homework=homework,
            due_day=due_lesson.day,
            text="Сказано иначе",
            minutes=None,
            attached=[],
            today=DAY,
            by=journal.teacher,
            at=AT,
        )
        moving.start()
        waiting = False
        while moving.is_alive() and not waiting:
            with connection.cursor() as cursor:
                cursor.execute(SEEN)
                (waiting,) = cursor.fetchone()
    moving.join()
    homework.refresh_from_db()
    due_day = other_lesson.day if is_put_elsewhere else moved
    assert (homework.text, homework.due_lesson, homework.due_day) == ("Сказано иначе", due_lesson, due_day)
