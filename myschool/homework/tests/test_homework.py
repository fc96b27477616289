"""Homework through the database, and its rules without one."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from myschool.enrolment.tests.makers import make_placement
from myschool.homework import access, actions, queries, rules
from myschool.homework.models import HandIn, Homework
from myschool.journal.tests.makers import AT, DAY, make_journal, person_of, stands, write
from myschool.kernel.actors import Role
from myschool.kernel.errors import Refusal
from myschool.kernel.models import Entry
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import make_class
from myschool.timetable.actions.changes import cancel_lesson, move_lesson, withdraw_change
from myschool.timetable.models import Lesson
from myschool.timetable.tests.makers import make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal():
    return make_journal()


def set_one(journal, at=AT, **more):
    defaults = {
        "teaching_group": journal.taught,
        "lesson": None,
        "due_day": DAY + timedelta(days=1),
        "text": "Параграф 5",
        "minutes": 20,
        "needs_hand_in": True,
        "student_ids": [],
        "attached": [],
        "today": at.date(),
        "by": journal.teacher,
        "at": at,
    }
    return actions.set_homework(**(defaults | more))


def hand_in(journal, homework, text="Готово", today=DAY, student=None):
    return actions.hand_in(
        homework=homework,
        student=student or journal.students[0],
        text=text,
        attached=[],
        today=today,
        by=journal.teacher,
        at=AT,
    )


def due(student):
    return [
        homework.id for homework in queries.homework_due(student.pk, DAY - timedelta(days=30), DAY + timedelta(days=30))
    ]


def test_it_is_due_at_the_next_lesson_unless_a_day_is_said(journal):
    later = make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=3))
    homework = set_one(journal, due_day=None, lesson=journal.lesson)
    assert (homework.due_lesson, homework.due_day) == (later, later.day)
    assert set_one(journal).due_lesson is None
    with pytest.raises(actions.DueUnfit):
        set_one(journal, due_day=None, today=later.day)
    for day in (DAY - timedelta(days=1), date(2027, 9, 1)):
        with pytest.raises(actions.DueUnfit):
            set_one(journal, due_day=day)


@pytest.mark.parametrize(
    ("zone", "hour", "late"),
    [
        ("Europe/Moscow", 14, False),
        ("Europe/Moscow", 16, True),
        ("Asia/Kamchatka", 5, False),
        ("Asia/Kamchatka", 7, True),
    ],
)
def test_late_is_judged_by_the_clocks_of_the_school(zone, hour, late):
    posted = datetime(2026, 9, 10, hour, tzinfo=UTC)
    assert rules.is_late(posted, date(2026, 9, 11), time(18), zone) is late
    assert not rules.is_late(posted, date(2026, 9, 11), None, zone)


def test_the_load_of_a_day_is_told_and_forbids_nothing():
    assert rules.load_warning(5, 120, 0) == ""
    assert "не больше 120" in rules.load_warning(5, 121, 0)
    assert "контрольная" in rules.load_warning(11, 0, 1)
    assert [rules.daily_cap(level) for level in (1, 2, 4, 6, 9, 11)] == [60, 90, 120, 150, 210, 210]


def test_the_schools_hour_is_kept_with_the_homework(journal):
    actions.declare_rules(school=journal.school, post_until=time(12), by=journal.deputy, at=AT)
    assert set_one(journal).was_late
    actions.declare_rules(school=journal.school, post_until=None, by=journal.deputy, at=AT)
    assert not set_one(journal).was_late


def test_an_individual_homework_is_seen_by_those_it_is_for(journal):
    chosen, other, _ = journal.students
    homework = set_one(journal, student_ids=[chosen.pk])
    assert (due(chosen), due(other)) == ([homework.pk], [])
    assert access.homework_of(chosen, DAY).get() == homework
    assert not access.homework_of(other, DAY).exists()
    with pytest.raises(actions.NobodyChosen):
        set_one(journal, student_ids=[make_person("Чужой").pk])


def test_who_moves_has_the_homework_of_the_group_they_are_in_on_the_day(journal):
    mover = journal.students[0]
    place = mover.placements.get()
    place.to_date = DAY + timedelta(days=3)
    place.save()
    make_placement(mover, make_class(journal.school, letter="Б"), from_date=place.to_date)
    soon, late = set_one(journal), set_one(journal, due_day=DAY + timedelta(days=5))
    assert due(mover) == [soon.pk]
    assert due(journal.students[1]) == [soon.pk, late.pk]


def test_versions_are_handed_in_returned_and_accepted(journal):
    homework = set_one(journal)
    first = hand_in(journal, homework)
    second = hand_in(journal, homework, "Лучше", today=DAY + timedelta(days=2))
    assert (second.version, second.was_late, first.was_late) == (2, True, False)
    review = {"by": journal.teacher, "at": AT}
    with pytest.raises(actions.NotAwaited):
        actions.review(version=first, accepted=True, comment="", **review)
    with pytest.raises(actions.CommentMissing):
        actions.review(version=second, accepted=False, comment="", **review)
    actions.review(version=second, accepted=False, comment="Добавьте вывод", **review)
    third = hand_in(journal, homework, "С выводом")
    actions.review(version=third, accepted=True, comment="", **review)
    with pytest.raises(actions.AlreadyAccepted):
        hand_in(journal, homework)
    assert [
        row.hand_in_state for row in queries.homework_due(journal.students[0].pk, DAY, DAY + timedelta(days=9))
    ] == ["accepted"]
    assert HandIn.objects.count() == 3


def test_there_is_something_in_what_is_handed_in(journal):
    with pytest.raises(actions.NothingHandedIn):
        hand_in(journal, set_one(journal), "")
    with pytest.raises(actions.NotAwaited):
        hand_in(journal, set_one(journal, needs_hand_in=False))


def test_a_tick_said_twice_is_one(journal):
    homework, student = set_one(journal), journal.students[0]
    for is_done in (True, True, False, False):
        actions.tick(homework=homework, student=student, done=is_done, by=journal.teacher, at=AT)
    assert Entry.objects.filter(kind="homework.ticked").count() == 2


def test_homework_goes_with_a_moved_lesson_and_past_a_cancelled_one(journal):
    teacher = person_of(journal.teacher)
    due_lesson = make_lesson(journal.taught, teacher=teacher, day=DAY + timedelta(days=2))
    homework = set_one(journal, due_day=due_lesson.day)
    change = {"lesson": due_lesson, "reason": "", "today": DAY, "by": journal.deputy, "at": AT}
    moved = DAY + timedelta(days=4)
    move_lesson(day=moved, number=1, starts=time(8, 30), ends=time(9, 15), room=None, **change)
    homework.refresh_from_db()
    assert (homework.due_day, homework.changed_at) == (moved, AT)
    after = make_lesson(journal.taught, teacher=teacher, day=DAY + timedelta(days=7))
    cancelled = cancel_lesson(**change)
    homework.refresh_from_db()
    assert (homework.due_day, homework.due_lesson) == (after.day, after)
    withdraw_change(change=cancelled, today=DAY, by=journal.deputy, at=AT)
    homework.refresh_from_db()
    assert (homework.due_day, homework.due_lesson) == (moved, due_lesson), "held after all, it is asked there again"


def test_homework_for_a_lesson_that_fell_out_of_the_timetable_is_put_off(journal):
    teacher = person_of(journal.teacher)
    due_lesson = make_lesson(journal.taught, teacher=teacher, day=DAY + timedelta(days=2))
    after = make_lesson(journal.taught, teacher=teacher, day=DAY + timedelta(days=7))
    homework = set_one(journal, due_day=due_lesson.day)
    for state, lesson in (("dropped", after), ("held", due_lesson)):
        Lesson.objects.filter(pk=due_lesson.pk).update(state=state)
        actions.follow_lessons(group_ids=[journal.taught.pk], at=AT)
        homework.refresh_from_db()
        assert (homework.due_day, homework.due_lesson) == (lesson.day, lesson)


def test_a_withdrawn_homework_is_gone_for_students_but_not_for_the_school(journal):
    homework = set_one(journal)
    actions.withdraw_homework(homework=homework, by=journal.teacher, at=AT)
    assert due(journal.students[0]) == []
    assert Homework.objects.get().withdrawn_at == AT


def test_the_report_for_a_spreadsheet_runs_no_formula(journal):
    page = queries.ReportPage(
        title="",
        from_day=DAY,
        last_day=DAY,
        post_until=None,
        lines=[queries.ReportLine('=HYPERLINK("x")', 1, 0, "10:00")],
    )
    assert queries.report_as_csv(page).splitlines()[1] == '"\'=HYPERLINK(""x"")";1;0;10:00'


def test_a_mark_for_a_work_goes_into_the_journal_by_the_journals_own_rules(journal):
    homework = set_one(journal, due_day=DAY, today=DAY - timedelta(days=1))
    homework.due_lesson = journal.lesson
    homework.save()
    first, second = (hand_in(journal, homework, student=student) for student in journal.students[:2])
    arguments = {"accepted": True, "comment": "", "by": journal.teacher, "at": AT}
    with pytest.raises(Refusal, match="в шкале нет"):
        actions.review(version=first, mark="7", **arguments)
    assert HandIn.objects.get(pk=first.pk).state == HandIn.State.SUBMITTED
    actions.review(version=first, mark="5", **arguments)
    assert stands(journal).cell.text == "5"
    assert Entry.objects.filter(kind="journal.mark_given").count() == 1
    write(journal, "Н 3", student=journal.students[1])
    with pytest.raises(actions.MarkUnfit, match="Н 3"):
        actions.review(version=second, mark="5", **arguments)
    actions.review(version=second, **arguments)


def test_a_work_due_at_no_lesson_is_marked_in_the_journal_only(journal):
    version = hand_in(journal, set_one(journal))
    with pytest.raises(actions.MarkUnfit, match="не к вашему уроку"):
        actions.review(version=version, accepted=True, comment="", mark="5", by=journal.teacher, at=AT)


def test_the_report_tells_who_sets_when(journal):
    set_one(journal)
    page = queries.report_page(journal.school, DAY, DAY + timedelta(days=1))
    assert [(line.teacher, line.count, line.median_hour) for line in page.lines] == [("Учителева А. И.", 1, "13:00")]


def test_a_former_guardian_no_longer_sees_it(journal):
    guardian = make_person("Мамина")
    student = make_person("Мамин", birth_date=date(2016, 1, 1))
    make_guardianship(guardian, student, to_date=DAY)
    actor = make_actor(guardian, Role.GUARDIAN)
    assert access.students_of(actor, DAY - timedelta(days=1)).exists()
    assert not access.students_of(actor, DAY).exists()
