"""The diary through the database: what a family reads, and who does not."""

import json
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from myschool.diary import handlers, rules
from myschool.diary.queries import feed, readers
from myschool.diary.queries import marks as marks_queries
from myschool.diary.queries import week as week_queries
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_placement
from myschool.homework import actions as homework
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.actions import notes
from myschool.journal.rules.attendance import Meaning
from myschool.journal.tests.makers import AT, DAY, make_journal, make_kind, person_of, write
from myschool.kernel import pages
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people.models import GuardianRestriction, Guardianship
from myschool.people.tests.makers import log_in, make_actor, make_guardianship, make_person
from myschool.schools.models import Holiday
from myschool.schools.tests.makers import make_class, make_school
from myschool.timetable.actions.bells import add_rooms as make_rooms
from myschool.timetable.actions.changes import add_lesson, cancel_lesson, move_lesson, substitute
from myschool.timetable.facts import LessonChanged
from myschool.timetable.queries.week import monday_of
from myschool.timetable.tests.makers import make_lesson, make_teacher

pytestmark = pytest.mark.django_db
MONDAY = DAY - timedelta(days=DAY.weekday())
YOUNG = date(2014, 5, 5)


@pytest.fixture
def journal():
    return make_journal()


def test_the_week_holds_who_and_where_was_planned_and_why_it_is_otherwise(journal):
    (room, gym) = make_rooms(
        school=journal.school, titles=["305", "Спортзал"], is_shared=False, by=journal.deputy, at=AT
    )
    journal.lesson.room = journal.lesson.planned_room = room
    journal.lesson.save()
    guardian, student = guardian_of(journal.students[0]), journal.students[0]
    moved: dict[str, Any] = {
        "day": DAY,
        "number": 2,
        "starts": time(9, 30),
        "ends": time(10, 15),
        "room": gym,
        "reason": "ремонт",
    }
    arguments: dict[str, Any] = {"lesson": journal.lesson, "today": DAY, "by": journal.deputy}
    substitute(teacher_id=make_teacher(journal.school, "Заменина").pk, reason="курсы", at=AT, **arguments)
    move_lesson(at=AT + timedelta(minutes=1), **moved, **arguments)
    (shown,) = day_of(week(guardian, student)).lessons
    lesson = shown.lesson
    assert (lesson.teacher, lesson.planned_teacher) == ("Заменина А. И.", "Учителева А. И.")
    assert (lesson.room, lesson.planned_room, lesson.reason) == ("Спортзал", "305", "курсы; ремонт")
    assert lesson.changes == (
        "в другое время, по плану в 08:30",
        "замена: по плану Учителева А. И.",
        "другой кабинет: по плану каб. 305",
    )
    (entry,) = json.loads(pages.found(week_queries.week_document(guardian, student.pk, MONDAY, AT)))["lessons"]
    assert [
        entry[name] for name in ("substituted", "teacher", "planned_teacher", "room", "planned_room", "reason")
    ] == [True, "Заменина А.", "Учителева А.", "Спортзал", "305", "курсы; ремонт"]


def test_an_added_lesson_is_nobodys_substitution(journal):
    guardian, student = guardian_of(journal.students[0]), journal.students[0]
    add_lesson(
        teaching_group=journal.taught,
        teacher_id=journal.teacher.person_id,
        day=DAY,
        number=7,
        starts=time(15),
        ends=time(16),
        room=None,
        reason="",
        today=DAY,
        by=journal.deputy,
        at=AT,
    )
    _, lesson = json.loads(pages.found(week_queries.week_document(guardian, student.pk, MONDAY, AT)))["lessons"]
    assert (lesson["substituted"], lesson["planned_teacher"], lesson["reason"]) == (False, None, None)


def guardian_of(*students):
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    for student in students:
        student.birth_date = YOUNG
        student.save()
        make_guardianship(person_of(guardian), student)
    return guardian


def head_of(actor, student, monday=MONDAY, at=AT):
    return pages.found(week_queries.student_head(actor, student.pk, monday, at))


def week(actor, student, monday=MONDAY, at=AT):
    head = head_of(actor, student, monday, at)
    return week_queries.week_page(head, monday, is_guardian=actor.role == Role.GUARDIAN)


def day_of(shown, day=DAY):
    return next(diary_day for diary_day in shown.days if diary_day.anchor == str(day))


def texts(lesson):
    return [(entry.text, entry.css) for entry in lesson.written]


def test_a_day_holds_lessons_topics_marks_absences_and_homework(journal):
    student = journal.students[0]
    write(journal, "О10 4", comment="Молодец")
    lesson_actions.write_topic(lesson=journal.lesson, text="Дроби", by=journal.teacher, at=AT)
    homework.set_homework(
        teaching_group=journal.taught,
        lesson=None,
        due_day=DAY + timedelta(days=1),
        text="Параграф 5",
        minutes=20,
        needs_hand_in=False,
        student_ids=[],
        attached=[],
        today=DAY,
        by=journal.teacher,
        at=AT,
    )
    guardian = guardian_of(student)
    with CaptureQueriesContext(connection) as run:
        shown = week(guardian, student)
    assert len(run) <= 4  # and the session is the fifth
    (lesson,) = day_of(shown).lessons
    assert lesson.topic == "Дроби"
    assert sorted(texts(lesson)) == [("4", "mark"), ("О", "absence")]
    assert any("Молодец" in entry.about for entry in lesson.written)
    assert any("10 мин" in entry.about for entry in lesson.written)
    assert [due.text for due in day_of(shown, DAY + timedelta(days=1)).homework] == ["Параграф 5"]
    assert [entry.title.split(",")[0] for entry in shown.days][:2] == ["понедельник", "вторник"]


def test_blank_debt_excused_and_a_two_are_four_different_things(journal):
    lessons = [
        journal.lesson,
        *(
            make_lesson(journal.taught, person_of(journal.teacher), DAY, number, time(8 + number), time(8 + number, 45))
            for number in (2, 3, 4)
        ),
    ]
    for lesson, text in zip(lessons, ("", ".", "осв", "2"), strict=True):
        write(journal, text, lesson=lesson)
    student = journal.students[0]
    shown = day_of(week(guardian_of(student), student)).lessons
    assert [texts(diary_lesson) for diary_lesson in shown] == [
        [],
        [("•", "mark debt")],
        [("осв.", "mark")],
        [("2", "mark")],
    ]


def test_a_diary_is_opened_by_its_student_and_their_own_guardians_only(journal):
    student, other = journal.students[:2]
    guardian = guardian_of(student)
    assert week_queries.student_head(guardian, other.pk, MONDAY, AT) is None
    assert week_queries.student_head(journal.teacher, student.pk, MONDAY, AT) is None
    own = make_actor(student, Role.STUDENT)
    assert week_queries.student_head(own, student.pk, MONDAY, AT)
    assert week_queries.student_head(own, other.pk, MONDAY, AT) is None
    assert week_queries.week_document(guardian, other.pk, MONDAY, AT) is None
    assert b'"lessons"' in pages.found(week_queries.week_document(guardian, student.pk, MONDAY, AT))


def test_a_substitution_and_a_cancellation_are_seen(journal):
    student = journal.students[0]
    guardian = guardian_of(student)
    other = make_teacher(journal.school, "Заменина")
    substitute(lesson=journal.lesson, teacher_id=other.pk, reason="болезнь", today=DAY, by=journal.deputy, at=AT)
    (lesson,) = day_of(week(guardian, student)).lessons
    assert "Заменина" in lesson.lesson.teacher
    assert lesson.lesson.changes
    cancel_lesson(lesson=journal.lesson, reason="карантин", today=DAY, by=journal.deputy, at=AT)
    (lesson,) = day_of(week(guardian, student)).lessons
    assert lesson.lesson.is_cancelled


def test_an_empty_week_says_why(journal):
    student = journal.students[0]
    guardian = guardian_of(student, outside := make_person("Внешняя"))
    assert "не опубликовала" in week(guardian, student, MONDAY + timedelta(weeks=2)).empty
    assert "ещё не зачислен" in week(guardian, outside).empty


def test_acknowledging_never_expires_and_is_said_once(journal):
    student = journal.students[0]
    guardian = guardian_of(student)
    assert not week(guardian, student).is_acknowledged
    for at in (AT, AT + timedelta(days=40)):
        notes.acknowledge_week(student_id=student.pk, monday=MONDAY, by=guardian, at=at)
    assert week(guardian, student, at=AT + timedelta(days=300)).is_acknowledged
    assert not week(guardian, student, MONDAY - timedelta(weeks=1)).is_acknowledged


def test_marks_explain_their_average_and_what_a_better_one_needs(journal):
    make_kind(journal.school)
    student = journal.students[0]
    lessons = [journal.lesson, make_lesson(journal.taught, person_of(journal.teacher), DAY + timedelta(days=1))]
    for lesson, text in zip(lessons, ("3", "4"), strict=True):
        write(journal, text, lesson=lesson, at=AT + timedelta(days=1))
    head = head_of(guardian_of(student), student, at=AT + timedelta(days=1))
    (subject,) = marks_queries.marks_page(head, None).subjects
    assert (subject.average, subject.rounded) == ("3,50", "4")
    assert any("(3 + 4) / 2" in line or "3,50" in line for line in subject.lines)
    assert len(subject.needs) == 1
    assert "5" in subject.needs[0]
    assert "вырос с 3,00 до 3,50" in pages.found(subject.trend).words


def test_what_was_changed_is_told_with_its_reason(journal):
    student = journal.students[0]
    write(journal, "3")
    write(journal, "4", reason="проверена вторая часть", at=AT + timedelta(minutes=5))
    write(journal, "", reason="не тот ученик", at=AT + timedelta(minutes=9))
    head = head_of(guardian_of(student), student)
    lines = marks_queries.changes_page(head, AT + timedelta(days=1)).lines
    assert [(line.words, line.reason) for line in lines] == [
        ("снято «4»", "не тот ученик"),
        ("3 → 4", "проверена вторая часть"),
    ]


def test_a_paper_becomes_a_code_when_it_is_accepted(journal):
    student = journal.students[0]
    guardian = guardian_of(student)
    write(journal, "Н")
    note = notes.file_note(
        student_id=student.pk,
        school=journal.school,
        from_day=DAY,
        to_day=DAY + timedelta(days=1),
        meaning=Meaning.ILLNESS,
        text="Температура",
        file=None,
        by=guardian,
        at=AT,
    )
    head = head_of(guardian, student)
    assert marks_queries.absences_page(head, may_file=True).kinds == [("причина не указана", 1)]
    notes.decide_note(note=note, accepted=True, answer="", by=journal.deputy, at=AT + timedelta(hours=1))
    page = marks_queries.absences_page(head, may_file=True)
    assert page.kinds == [("по болезни", 1)]
    assert page.missed == 1


def test_the_feed_holds_every_child_of_every_school(journal):
    other = make_journal(make_school(time_zone="Asia/Vladivostok"))
    first, second = journal.students[0], other.students[1]
    guardian = guardian_of(first, second)
    write(journal, "5")
    write(other, "4", student=second)
    shown = feed.feed_page(guardian, AT)
    assert [card.id for card in shown.cards] == [first.pk, second.pk]
    entries = {(entry.who, entry.text, entry.time) for day in shown.days for entry in day.events}
    assert entries == {(first.first_name, "5", "13:00"), (second.first_name, "4", "20:00")}


def test_a_late_mark_for_an_old_lesson_is_news(journal):
    student = journal.students[0]
    old = make_lesson(journal.taught, person_of(journal.teacher), DAY - timedelta(days=9))
    write(journal, "5", lesson=old)
    shown = feed.feed_page(guardian_of(student), AT)
    assert [entry.text for day in shown.days for entry in day.events] == ["5"]


def test_the_feed_costs_the_same_for_one_child_and_for_five(journal):
    single, five = guardian_of(journal.students[0]), guardian_of(*make_journal(students=5).students)
    costs = []
    for guardian in (single, five):
        with CaptureQueriesContext(connection) as run:
            feed.feed_page(guardian, AT)
        costs.append(len(run))
    assert costs[0] == costs[1]


def test_families_of_everybody_in_the_group_are_told(journal, monkeypatch):
    channels: list[str] = []
    monkeypatch.setattr("myschool.kernel.live.tell", lambda *topics: channels.extend(topics))
    guardian = guardian_of(journal.students[0])
    make_journal()
    cancel_lesson(lesson=journal.lesson, reason="карантин", today=DAY, by=journal.deputy, at=AT)
    entry = Entry.objects.filter(kind="timetable.lesson_changed").latest("pk")
    handlers.tell_taught([LessonChanged(**journal.deputy.stamp(AT), **entry.payload)])
    everybody = {guardian.person_id, *(student.pk for student in journal.students)}
    assert set(channels) == {f"diary:{person}" for person in everybody}


def test_only_who_may_open_the_diary_is_told_of_it(journal):
    student, other = journal.students[:2]
    parents = [guardian_of(student, other) for _ in range(4)]
    links = [Guardianship.objects.get(guardian=parent.person_id, student=student) for parent in parents]
    seeing, leaving, gone, barred = links
    Guardianship.objects.filter(pk=leaving.pk).update(to_date=DAY + timedelta(days=1))
    Guardianship.objects.filter(pk=gone.pk).update(to_date=DAY)
    GuardianRestriction.objects.create(
        guardian=barred.guardian,
        student=student,
        organisation=journal.taught.school.organisation,
        kind=GuardianRestriction.Kind.ENDED,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_day=DAY,
        from_date=DAY,
        imposed_at=AT,
        imposed_by=seeing.guardian,
    )
    assert readers.families_of([student.pk], DAY) == {student.pk, seeing.guardian_id, leaving.guardian_id}
    grown = student.birth_date.replace(year=student.birth_date.year + 18)
    assert readers.families_of([student.pk], grown) == {student.pk}


def test_the_feed_names_the_school_of_today(journal):
    staying, (gone, coming) = journal.students[0], make_journal(students=2).students
    guardian = guardian_of(staying, gone, coming)
    for student, period in (
        (staying, {"to_date": DAY + timedelta(days=9)}),
        (gone, {"to_date": DAY}),
        (coming, {"from_date": DAY + timedelta(days=9)}),
    ):
        Placement.objects.filter(student=student).update(**period)
    places = {card.id: card.place for card in feed.feed_page(guardian, AT).cards}
    assert journal.taught.school.organisation.short_name in places[staying.pk]
    assert places[gone.pk] == places[coming.pk] == "пока без школы"


def test_a_week_is_headed_by_the_class_in_which_it_ends(journal):
    student = journal.students[0]
    old = Placement.objects.get(student=student)
    Placement.objects.filter(pk=old.pk).update(from_date=MONDAY - timedelta(days=1), to_date=MONDAY + timedelta(days=3))
    former = pages.found(old.school_class)
    new = make_class(old.school, level=8, year=former.school_year)
    make_placement(student, new, from_date=MONDAY + timedelta(days=3))
    guardian = guardian_of(student)
    assert head_of(guardian, student).school_class == new.title
    assert head_of(guardian, student, MONDAY - timedelta(days=7)).school_class == former.title
    assert head_of(guardian, student, MONDAY - timedelta(days=28)).school_class == former.title


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 9, 1), date(2027, 5, 31)), st.integers(1, 5), st.fractions(1, 3)),
        min_size=2,
        max_size=40,
    )
)
def test_a_trend_stays_within_its_plot_and_ends_at_the_average(marks):
    drawn = pages.found(rules.trend(marks))
    points = [tuple(map(int, pair.split(","))) for pair in drawn.points.split()]
    assert len(points) == len(marks)
    assert all(0 <= x <= rules.WIDTH and 0 <= y <= rules.HEIGHT for x, y in points)
    average = sum(mark * weight for _, mark, weight in marks) / sum(weight for *_, weight in marks)
    assert f"{float(average):.2f}".replace(".", ",") in drawn.words
    assert rules.trend([(DAY, 5, Fraction(1))]) is None


@pytest.mark.parametrize(("zone", "weeks"), [("Europe/Moscow", 0), ("Asia/Kamchatka", 1)])
def test_a_family_without_clocks_opens_the_week_of_the_school(journal, client, zone, weeks, monkeypatch):
    """On Sunday evening in Moscow it is Monday in Kamchatka: the head, the page and the data are of one week."""
    student = journal.students[0]
    guardian = guardian_of(student)
    type(journal.school).objects.filter(pk=journal.school.pk).update(time_zone=zone)
    at = datetime.combine(MONDAY + timedelta(days=6), time(15, 30), UTC)
    monday = MONDAY + timedelta(weeks=weeks)
    Holiday.objects.create(
        school=journal.school,
        school_year=journal.school_class.school_year,
        title="Каникулы",
        from_date=MONDAY + timedelta(weeks=1),
        to_date=MONDAY + timedelta(weeks=2),
    )
    head = pages.found(week_queries.student_head(guardian, student.pk, None, at))
    assert (head.holiday, monday_of(head.today)) == ("Каникулы" if weeks else "", monday)
    log_in(client, guardian, at)
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: at)
    for number in (0, 1):
        make_lesson(journal.taught, teacher=person_of(journal.teacher), day=MONDAY + timedelta(weeks=number))
    asked, *of_weeks = (
        client.get(f"/diary/students/{student.pk}/week.json{week}").content
        for week in ("", *(f"?week={MONDAY + timedelta(weeks=number)}" for number in (0, 1)))
    )
    assert [asked == one for one in of_weeks] == [weeks == 0, weeks == 1]
