"""Bells, the template, publishing, and what is changed about single lessons, through the database."""

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.models import Entry
from myschool.people.tests.makers import make_person
from myschool.schools import actions as schools
from myschool.schools.models import Holiday, TermScheme
from myschool.schools.rules.terms import Span
from myschool.schools.tests.makers import FIRST_DAY, NOON, make_class, make_school, make_year
from myschool.timetable.actions import bells, changes, plan, tasks, template
from myschool.timetable.facts import LessonChanged, PlanTaskSettled, TimetablePublished
from myschool.timetable.models import Lesson, LessonChange, PlanTask, TemplateLesson
from myschool.timetable.queries import plan as plan_queries
from myschool.timetable.queries import week as week_queries
from myschool.timetable.rules.bells import BellSlot
from myschool.timetable.rules.lessons import moment_of
from myschool.timetable.tests.makers import (
    assign,
    fill,
    make_deputy,
    make_group,
    make_lesson,
    make_subject,
    make_teacher,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 10)
MONDAY = date(2026, 9, 7)
SLOTS = [BellSlot(1, time(8), time(8, 45)), BellSlot(2, time(9), time(9, 45)), BellSlot(3, time(10), time(10, 45))]


@pytest.fixture
def school():
    """A school with a class, a group, two teachers, bells and a year of one term."""
    place = make_school()
    deputy = make_deputy(place)
    school_class = make_class(place)
    scheme = schools.make_term_scheme(
        school=place,
        year=school_class.school_year,
        title="Год",
        kind=TermScheme.Kind.OTHER,
        terms=[Span(FIRST_DAY, date(2027, 5, 27))],
        by=deputy,
        at=NOON,
    )
    schools.give_scheme(scheme=scheme, class_ids=[school_class.pk], by=deputy, at=NOON)
    taught = make_group(deputy, school_class, title="7А")
    teacher, other = make_teacher(place), make_teacher(place, "Другова")
    assign(taught, teacher, deputy, day=FIRST_DAY)
    bells.make_bells(school=place, title="Первая смена", shift=1, slots=SLOTS, by=deputy, at=NOON)
    return SimpleNamespace(
        row=place,
        by=deputy,
        school_class=school_class,
        taught=taught,
        teacher=teacher,
        other=other,
        scheme=scheme,
        year=school_class.school_year,
    )


def add_line(school, taught=None, weekday=0, number=1, teacher=None, room=None, week="", from_day=FIRST_DAY):
    return template.add_template_lesson(
        teaching_group=taught or school.taught,
        weekday=weekday,
        number=number,
        teacher_id=(teacher or school.teacher).pk,
        room=room,
        week=week,
        from_day=from_day,
        by=school.by,
        at=NOON,
    )


def publish(school, from_day=FIRST_DAY):
    return template.publish_timetable(school=school.row, year=school.year, from_day=from_day, by=school.by, at=NOON)


def held(**more):
    return Lesson.objects.filter(state="held", **more)


def test_the_template_becomes_lessons_once(school):
    add_line(school)
    first = publish(school)
    assert {row.day.weekday() for row in held()} == {0}
    assert (held().first().day, held().count(), len(first.created)) == (MONDAY, 38, 38)
    again = publish(school)
    assert (again.created, again.changed, again.dropped) == ([], [], [])
    assert Entry.objects.filter(kind=TimetablePublished.kind).count() == 2


def test_holidays_and_moved_days_are_followed(school):
    add_line(school)
    Holiday.objects.create(
        school=school.row,
        school_year=school.year,
        title="Осенние",
        from_date=date(2026, 10, 26),
        to_date=date(2026, 11, 2),
    )
    bells.move_day(school=school.row, day=date(2026, 9, 19), instead_of=date(2026, 9, 21), by=school.by, at=NOON)
    publish(school)
    assert not held(day=date(2026, 10, 26)).exists()
    assert not held(day=date(2026, 9, 21)).exists()
    assert held(day=date(2026, 9, 19)).exists()
    with pytest.raises(bells.DaysUnfit):
        bells.move_day(school=school.row, day=date(2026, 9, 19), instead_of=date(2026, 9, 22), by=school.by, at=NOON)


def test_week_a_and_week_b_alternate_over_new_year(school):
    Holiday.objects.create(
        school=school.row,
        school_year=school.year,
        title="Зимние",
        from_date=date(2026, 12, 28),
        to_date=date(2027, 1, 11),
    )
    add_line(school, week="A")
    publish(school)
    days = list(held(day__gte=date(2026, 12, 7)).order_by("day").values_list("day", flat=True)[:4])
    # Two weeks without lessons are passed over: the rhythm goes on as if they were not there.
    assert days == [date(2026, 12, 7), date(2026, 12, 21), date(2027, 1, 18), date(2027, 2, 1)]


def test_a_changed_template_changes_later_lessons_only_and_drops_what_fell_out(school):
    line = add_line(school)
    publish(school)
    template.end_template_lesson(line=line, day=TODAY, by=school.by, at=NOON)
    add_line(school, weekday=1, from_day=TODAY)
    publication = publish(school, from_day=TODAY)
    assert (len(publication.created), len(publication.dropped)) == (37, 37)
    assert held(day=MONDAY).exists()
    assert not held(day=MONDAY + timedelta(weeks=1)).exists()
    assert Lesson.objects.filter(state="dropped").count() == 37


def test_what_a_template_cannot_hold_is_said_in_words(school):
    add_line(school)
    with pytest.raises(template.TemplateClash, match="уже стоит"):
        add_line(school)
    second = make_class(school.row, letter="Б")
    schools.give_scheme(scheme=school.scheme, class_ids=[school.school_class.pk, second.pk], by=school.by, at=NOON)
    other = make_group(school.by, second, subject=school.taught.subject, title="7Б")
    with pytest.raises(template.TemplateClash, match="у учителя Учителева"):
        add_line(school, taught=other)
    (room,) = bells.add_rooms(school=school.row, titles=["101", "101"], is_shared=False, by=school.by, at=NOON)
    add_line(school, number=2, room=room)
    with pytest.raises(template.TemplateClash, match="кабинет 101"):
        add_line(school, taught=other, number=2, teacher=school.other, room=room)
    with pytest.raises(template.TemplateClash, match="нет урока 9"):
        add_line(school, number=9)
    assert TemplateLesson.objects.count() == 2


def test_two_shifts_clash_by_real_time(school):
    second = make_class(school.row, letter="Б")
    schools.give_scheme(scheme=school.scheme, class_ids=[school.school_class.pk, second.pk], by=school.by, at=NOON)
    bells.set_regime(school_class=second, shift=2, days_a_week=5, profile="", by=school.by, at=NOON)
    late = [BellSlot(1, time(10, 30), time(11, 15)), BellSlot(2, time(11, 30), time(12, 15))]
    bells.make_bells(school=school.row, title="Вторая смена", shift=2, slots=late, by=school.by, at=NOON)
    other = make_group(school.by, second, subject=school.taught.subject, title="7Б")
    add_line(school, number=3)
    with pytest.raises(template.TemplateClash, match="10:00–10:45"):
        add_line(school, taught=other, number=1)
    add_line(school, taught=other, number=2)


def test_bells_that_contradict_themselves_are_refused(school):
    for slots in ([], [BellSlot(1, time(9), time(8))], [SLOTS[0], BellSlot(2, time(8, 30), time(9))]):
        with pytest.raises(bells.BellsUnfit):
            bells.make_bells(school=school.row, title="Новые", shift=1, slots=slots, by=school.by, at=NOON)
    with pytest.raises(bells.NameTaken):
        bells.make_bells(school=school.row, title="Первая смена", shift=1, slots=SLOTS, by=school.by, at=NOON)


def test_the_database_itself_refuses_a_second_lesson_of_a_teacher_a_room_or_a_group(school):
    (room,) = bells.add_rooms(school=school.row, titles=["101"], is_shared=False, by=school.by, at=NOON)
    (hall,) = bells.add_rooms(school=school.row, titles=["Зал"], is_shared=True, by=school.by, at=NOON)
    other = make_group(school.by, make_class(school.row, letter="Б"), subject=school.taught.subject, title="7Б")
    make_lesson(school.taught, teacher=school.teacher, room=room)
    for clash in (
        {"teaching_group": other, "teacher": school.teacher},
        {"teaching_group": other, "room": room},
        {"teaching_group": school.taught},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_lesson(**clash, number=2, starts=time(9), ends=time(9, 40))
    make_lesson(other, room=hall, room_is_shared=True, starts=time(12), ends=time(13))
    make_lesson(school.taught, room=hall, room_is_shared=True, number=5, starts=time(12), ends=time(13))


def test_monday_morning_in_kamchatka_stays_monday(school):
    lesson = make_lesson(school.taught, day=MONDAY, starts=time(8), ends=time(8, 45))
    assert str(moment_of(lesson.day, lesson.starts, "Asia/Kamchatka")) == "2026-09-06 20:00:00+00:00"
    assert lesson.day.weekday() == 0


# Changes


def substitute(school, lesson, teacher=None, today=TODAY):
    return changes.substitute(
        lesson=lesson, teacher_id=(teacher or school.other).pk, reason="Болезнь", today=today, by=school.by, at=NOON
    )


def move(school, lesson, day=TODAY + timedelta(days=1), starts=time(12), ends=time(12, 45), room=None):
    return changes.move_lesson(
        lesson=lesson,
        day=day,
        number=4,
        starts=starts,
        ends=ends,
        room=room,
        reason="",
        today=TODAY,
        by=school.by,
        at=NOON,
    )


def withdraw(school, change, today=TODAY):
    changes.withdraw_change(change=change, today=today, by=school.by, at=NOON + timedelta(hours=1))


def test_a_substitution_comes_and_goes(school):
    lesson = make_lesson(school.taught, teacher=school.teacher)
    change = substitute(school, lesson)
    lesson.refresh_from_db()
    assert (lesson.teacher, lesson.planned_teacher) == (school.other, school.teacher)
    (shown,) = week_queries.lessons_of_teacher(school.row.pk, school.teacher.pk, TODAY, TODAY + timedelta(days=1))
    assert shown.changes == ("замена: по плану Учителева А. И.",)
    withdraw(school, change)
    lesson.refresh_from_db()
    assert lesson.teacher == school.teacher
    with pytest.raises(changes.AlreadyWithdrawn):
        withdraw(school, change)
    entries = Entry.objects.filter(kind=LessonChanged.kind).order_by("id")
    assert [(entry.payload["change"], entry.payload["withdrawn"]) for entry in entries] == [
        ("substitution", False),
        ("substitution", True),
    ]


def test_an_absent_teachers_lessons_are_substituted_all_or_none(school):
    first = make_lesson(school.taught, teacher=school.teacher)
    second = make_lesson(school.taught, teacher=school.teacher, number=2, starts=time(9, 25), ends=time(10, 10))
    params = {"reason": "болезнь", "today": TODAY, "by": school.by, "at": NOON}
    with pytest.raises(changes.NobodyChosen):
        changes.substitute_many(choices={}, **params)
    with pytest.raises(plan.NotATeacher):
        changes.substitute_many(choices={first: school.other.pk, second: make_person("Чужой").pk}, **params)
    assert not LessonChange.objects.exists()
    changes.substitute_many(choices={second: school.other.pk, first: school.other.pk}, **params)
    assert set(Lesson.objects.values_list("teacher", flat=True)) == {school.other.pk}


def test_a_substitute_is_a_free_teacher_of_the_school(school):
    lesson = make_lesson(school.taught, teacher=school.teacher)
    other = make_group(school.by, make_class(school.row, letter="Б"), subject=school.taught.subject, title="7Б")
    make_lesson(other, teacher=school.other, starts=time(9), ends=time(9, 45))
    with pytest.raises(changes.LessonClash, match="Другова"):
        substitute(school, lesson)
    with pytest.raises(plan.NotATeacher):
        substitute(school, lesson, make_person("Чужой"))
    with pytest.raises(changes.TooLate):
        substitute(school, lesson, today=TODAY + timedelta(days=31))
    assert not LessonChange.objects.exists()


def test_two_changes_count_in_their_order_and_each_goes_by_itself(school):
    lesson = make_lesson(school.taught, teacher=school.teacher)
    moved, substituted = move(school, lesson), substitute(school, lesson)
    lesson.refresh_from_db()
    assert (lesson.day, lesson.starts, lesson.teacher) == (TODAY + timedelta(days=1), time(12), school.other)
    withdraw(school, moved)
    lesson.refresh_from_db()
    assert (lesson.day, lesson.starts, lesson.teacher) == (TODAY, time(8, 30), school.other)
    cancelled = changes.cancel_lesson(lesson=lesson, reason="Карантин", today=TODAY, by=school.by, at=NOON)
    withdraw(school, substituted)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.teacher) == ("cancelled", school.teacher)
    withdraw(school, cancelled)
    lesson.refresh_from_db()
    assert lesson.state == "held"


def test_a_lesson_moves_within_its_year_to_a_free_time(school):
    lesson = make_lesson(school.taught, teacher=school.teacher)
    make_lesson(
        school.taught, teacher=school.teacher, day=TODAY + timedelta(days=1), starts=time(12, 30), ends=time(13)
    )
    with pytest.raises(changes.LessonClash):
        move(school, lesson)
    for day in (TODAY - timedelta(days=1), date(2027, 9, 1)):
        with pytest.raises(changes.DayUnfit):
            move(school, lesson, day)
    with pytest.raises(changes.TimesUnfit):
        move(school, lesson, ends=time(11))
    past = make_lesson(school.taught, teacher=school.teacher, day=TODAY - timedelta(days=1))
    with pytest.raises(changes.TooLate):
        move(school, past)
    with pytest.raises(changes.TooLate):
        changes.cancel_lesson(lesson=past, reason="", today=TODAY, by=school.by, at=NOON)


def test_an_added_lesson_is_held_until_it_is_taken_back(school):
    added = changes.add_lesson(
        teaching_group=school.taught,
        teacher_id=school.teacher.pk,
        day=TODAY,
        number=7,
        starts=time(15),
        ends=time(15, 45),
        room=None,
        reason="Консультация",
        today=TODAY,
        by=school.by,
        at=NOON,
    )
    (shown,) = week_queries.lessons_of_teacher(school.row.pk, school.teacher.pk, TODAY, TODAY + timedelta(days=1))
    assert (shown.changes, shown.reason) == (("дополнительный урок",), "Консультация")
    withdraw(school, added)
    assert Lesson.objects.get().state == "cancelled"


def test_publishing_leaves_what_was_changed_by_hand(school):
    add_line(school)
    publish(school)
    lesson = held(day=MONDAY + timedelta(weeks=1)).get()
    substitute(school, lesson)
    publication = publish(school, from_day=TODAY)
    assert (publication.created, publication.changed, publication.dropped) == ([], [], [])
    lesson.refresh_from_db()
    assert lesson.teacher == school.other


# A student's lessons


def test_a_student_has_the_lessons_of_the_groups_they_are_in_on_each_day(school):
    second = make_class(school.row, letter="Б")
    mover, day = make_person("Переводов"), TODAY
    make_placement(mover, school.school_class, to_date=day)
    make_placement(mover, second, from_date=day)
    part = make_group(
        school.by, school.school_class, subject=make_subject(school.by, school.row, "Труд"), title="7А-1", is_part=True
    )
    fill(part, mover, by=school.by, day=FIRST_DAY)
    together = make_group(
        school.by, school.school_class, second, subject=make_subject(school.by, school.row, "Хор"), title="7А и 7Б"
    )
    other = make_group(school.by, second, subject=school.taught.subject, title="7Б")
    for offset in (-1, 0):
        for number, taught in enumerate((school.taught, part, together, other), start=1):
            make_lesson(
                taught,
                day=day + timedelta(days=offset),
                number=number,
                starts=time(7 + number),
                ends=time(7 + number, 45),
            )
    shown = week_queries.lessons_of_student(mover.pk, day - timedelta(days=7), day + timedelta(days=7))
    assert [(lesson.day - day).days for lesson in shown] == [-1, -1, -1, 0, 0]
    assert [lesson.taught for lesson in shown] == ["7А", "7А-1", "7А и 7Б", "7А и 7Б", "7Б"]


def test_who_moves_out_of_a_part_gives_the_keeper_something_to_check(school):
    second = make_class(school.row, letter="Б")
    mover = make_person("Переводов")
    make_placement(mover, school.school_class, to_date=TODAY)
    part = make_group(
        school.by, school.school_class, subject=make_subject(school.by, school.row, "Труд"), title="7А-1", is_part=True
    )
    fill(part, mover, by=school.by, day=FIRST_DAY)
    make_placement(mover, second, from_date=TODAY)
    for _ in range(2):
        tasks.raise_task(student_id=mover.pk, at=NOON)
    task = PlanTask.objects.get()
    assert (task.from_class, task.to_class) == (school.school_class, second)
    tasks.settle_task(task=task, by=school.by, at=NOON)
    assert not plan_queries.plan_page(school.by, school.row, TODAY).tasks


@pytest.fixture
def parts(school):
    """The second class has English in two parts, each with somebody on its list."""
    second = make_class(school.row, letter="Б")
    english = make_subject(school.by, school.row, "Английский язык")
    teaching_groups = [
        make_group(school.by, second, subject=english, title=f"7Б, {number}", is_part=True) for number in (1, 2)
    ]
    for part in teaching_groups:
        listed = make_person("Списков")
        make_placement(listed, second)
        fill(part, listed, by=school.by, day=FIRST_DAY)
    return SimpleNamespace(second=second, english=english, first=teaching_groups[0], other=teaching_groups[1])


def open_tasks():
    return [
        (task.from_class and task.from_class.title, task.to_class and task.to_class.title)
        for task in PlanTask.objects.filter(settled_at__isnull=True).order_by("pk")
    ]


def put(student, school_class, day=TODAY):
    """The student has another class from the day on; the follower reads of it."""
    student.placements.filter(to_date__isnull=True).update(to_date=day)
    make_placement(student, school_class, from_date=day)
    tasks.raise_task(student_id=student.pk, at=NOON)


def test_who_comes_to_a_class_taught_in_parts_is_to_be_put_into_one(school, parts):
    mover, newcomer = make_person("Переводов"), make_person("Новиков")
    make_placement(mover, school.school_class)
    put(mover, parts.second)
    put(newcomer, parts.second)
    assert open_tasks() == [("7А", "7Б"), (None, "7Б")]
    first, _ = plan_queries.plan_page(school.by, school.row, TODAY).tasks
    assert [part.title for part in first.parts] == ["Английский язык: 7Б, 1", "Английский язык: 7Б, 2"]
    fill_also(parts.first, mover, by=school.by)
    assert open_tasks() == [(None, "7Б")]
    fill_also(parts.other, newcomer, by=school.by)
    assert open_tasks() == []
    entries = Entry.objects.filter(kind=PlanTaskSettled.kind)
    assert [entry.payload["student_id"] for entry in entries.order_by("id")] == [mover.pk, newcomer.pk]


def fill_also(part, student, by):
    """Put one more student on a part's list."""
    listed = [*part.members.filter(to_date__isnull=True).values_list("student", flat=True), student.pk]
    plan.fill_part(teaching_group=part, student_ids=listed, day=TODAY, by=by, at=NOON)


def test_a_task_is_open_until_the_student_is_in_a_part_of_every_subject(school, parts):
    labour = make_group(
        school.by, parts.second, subject=make_subject(school.by, school.row, "Труд"), title="7Б, м", is_part=True
    )
    # Nobody is on the list of the third part yet: nothing is lacking there.
    mover = make_person("Переводов")
    put(mover, parts.second)
    fill(labour, mover, by=school.by, day=TODAY)
    assert open_tasks() == [(None, "7Б")]
    fill_also(parts.first, mover, by=school.by)
    assert open_tasks() == []


def test_a_second_move_makes_the_first_task_the_present_one(school, parts):
    third = make_class(school.row, letter="В")
    part = make_group(school.by, school.school_class, subject=parts.english, title="7А, 1", is_part=True)
    mover = make_person("Переводов")
    make_placement(mover, school.school_class)
    fill(part, mover, by=school.by, day=FIRST_DAY)
    put(mover, parts.second)
    assert open_tasks() == [("7А", "7Б")]
    put(mover, third, TODAY + timedelta(days=1))
    assert open_tasks() == [("7А", "7В")]
    # Back in the class whose part knows them there is nothing to do.
    put(mover, school.school_class, TODAY + timedelta(days=2))
    assert open_tasks() == []
    assert PlanTask.objects.filter(settled_at__isnull=False, settled_by__isnull=True).count() == 2


def test_who_goes_on_to_the_next_year_leaves_nothing_behind(school):
    part = make_group(
        school.by, school.school_class, title="7А, 1", subject=make_subject(school.by, school.row, "Труд"), is_part=True
    )
    mover = make_person("Переводов")
    make_placement(mover, school.school_class)
    fill(part, mover, by=school.by, day=FIRST_DAY)
    next_year = make_year(school.row.organisation.region, school.year.to_date, date(2028, 9, 1))
    put(mover, make_class(school.row, level=8, year=next_year), next_year.from_date)
    assert open_tasks() == []


def test_nothing_is_to_be_checked_about_who_has_left(school, parts):
    mover = make_person("Переводов")
    put(mover, parts.second)
    mover.placements.update(to_date=TODAY + timedelta(days=1))
    tasks.raise_task(student_id=mover.pk, at=NOON)
    assert open_tasks() == []


def test_groups_are_called_by_the_present_name_of_their_class(school):
    second = make_class(school.row, letter="Б")
    of_both = make_group(
        school.by, school.school_class, second, subject=make_subject(school.by, school.row, "Хор"), title="7А и 7Б"
    )
    part = make_group(school.by, school.school_class, subject=of_both.subject, title="7А, подгруппа 1", is_part=True)
    alien = make_group(school.by, second, subject=make_subject(school.by, school.row, "Труд"), title="Лего 7А")
    own = make_group(
        school.by, school.school_class, subject=make_subject(school.by, school.row, "Театр"), title="17А, Маска"
    )
    schools.rename_class(school_class=school.school_class, level=7, letter="Г", by=school.by, at=NOON)
    for row in (school.taught, of_both, part, alien, own):
        row.refresh_from_db()
    assert [row.title for row in (school.taught, of_both, part, alien, own)] == [
        "7Г",
        "7Г и 7Б",
        "7Г, подгруппа 1",
        "Лего 7А",
        "17А, Маска",
    ]


def test_a_name_that_another_group_has_taken_is_not_taken_twice(school):
    make_group(school.by, school.school_class, subject=school.taught.subject, title="7Г")
    schools.rename_class(school_class=school.school_class, level=7, letter="Г", by=school.by, at=NOON)
    school.taught.refresh_from_db()
    assert school.taught.title == "7А"


def test_a_group_keeps_at_least_one_class(school):
    second = make_class(school.row, letter="Б")
    remove = {"teaching_group": school.taught, "day": TODAY, "by": school.by, "at": NOON}
    with pytest.raises(tasks.NotItsClass):
        tasks.remove_class(school_class=second, **remove)
    plan.add_class(teaching_group=school.taught, school_class=second, day=FIRST_DAY, by=school.by, at=NOON)
    tasks.remove_class(school_class=school.school_class, **remove)
    with pytest.raises(tasks.LastClass):
        tasks.remove_class(school_class=second, **remove)
