"""Lessons, topics, final marks, closing, papers and rules through the database."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from myschool.journal.actions import cells, notes, settings
from myschool.journal.actions import finals as finals_actions
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.actions import topics as topics_actions
from myschool.journal.facts import ClassAttendanceNoted, JournalClosed, JournalReopened, TermMarkGiven, WeightChanged
from myschool.journal.models import Attendance, AttendanceCode, KindWeight, LessonTopic, TermMark, Work, WorkKind
from myschool.journal.queries import averages, declared, keeping
from myschool.journal.queries import finals as finals_queries
from myschool.journal.queries import lesson as lesson_queries
from myschool.journal.queries import page as page_queries
from myschool.journal.rules.topics import Topic, UnfitTopics, parsed_topics, written_topics
from myschool.journal.tests.makers import AT, DAY, make_journal, make_kind, person_of, write
from myschool.kernel import pages
from myschool.kernel.models import Entry
from myschool.timetable.tests.makers import make_group, make_lesson, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal():
    return make_journal()


def code(journal, meaning):
    return AttendanceCode.objects.get(region=journal.school.organisation.region, meaning=meaning).pk


def note(journal, noted, at=AT):
    return lesson_actions.note_class_attendance(
        lesson=journal.lesson, noted=noted, today=at.date(), by=journal.teacher, at=at
    )


def live(journal):
    rows = Attendance.objects.filter(ended_at__isnull=True).select_related("code")
    return {row.student_id: (row.code.code, row.minutes) for row in rows}


def test_a_whole_class_is_noted_in_one_move_and_only_changes_are_written(journal):
    first, second, third = (student.pk for student in journal.students)
    ill, late = code(journal, "illness"), code(journal, "late")
    assert note(journal, {first: (ill, 0), second: (late, 7), third: (None, 0)}) == 2
    assert live(journal) == {first: ("Б", 0), second: ("О", 7)}
    before = Attendance.objects.get(student=first).pk
    assert note(journal, {first: (ill, 0), second: (None, 0), third: (None, 0)}) == 1
    assert live(journal) == {first: ("Б", 0)}
    assert Attendance.objects.get(student=first).pk == before
    entries = Entry.objects.filter(kind=ClassAttendanceNoted.kind).order_by("id")
    assert [entry.payload["codes"] for entry in entries] == [["Б", "О7"], [""]]


@pytest.mark.parametrize("days", [-1, 15])
def test_attendance_keeps_to_the_window_too(journal, days):
    with pytest.raises(cells.CellIsClosed):
        note(journal, {journal.students[0].pk: (code(journal, "illness"), 0)}, at=AT + timedelta(days=days))


def test_minutes_are_for_those_who_were_late(journal):
    with pytest.raises(lesson_actions.LateWithoutMinutes):
        note(journal, {journal.students[0].pk: (code(journal, "illness"), 5)})
    with pytest.raises(cells.NotInGroupThatDay):
        note(journal, {0: (None, 0)})


def test_a_class_writes_no_more_control_works_a_day_than_the_school_allows(journal):
    control = make_kind(journal.school)
    planned = {"kind": control, "title": "", "weight": None, "by": journal.teacher, "at": AT}
    lesson_actions.plan_work(lesson=journal.lesson, **planned)
    other = make_group(
        journal.deputy, journal.school_class, subject=make_subject(journal.deputy, journal.school, "Физика"), title="7А"
    )
    lesson = make_lesson(other, teacher=person_of(journal.teacher), day=DAY, number=2, starts="09:30", ends="10:15")
    with pytest.raises(lesson_actions.TooManyControlWorks, match="Алгебра"):
        lesson_actions.plan_work(lesson=lesson, **planned)
    later = make_lesson(other, teacher=person_of(journal.teacher), day=DAY + timedelta(days=1))
    assert lesson_actions.plan_work(lesson=later, **planned).position == 1


def test_a_work_with_marks_is_not_dropped_and_marks_before_it_keep_their_column(journal):
    write(journal, "4")
    work = lesson_actions.plan_work(
        lesson=journal.lesson,
        kind=make_kind(journal.school),
        title="Дроби",
        weight=Decimal("1.5"),
        by=journal.teacher,
        at=AT,
    )
    assert work.position == 2
    write(journal, "5", position=2)
    with pytest.raises(lesson_actions.WorkHasMarks):
        lesson_actions.drop_work(work=work, by=journal.teacher, at=AT)
    write(journal, "", position=2)
    lesson_actions.drop_work(work=work, by=journal.teacher, at=AT)
    assert not journal.lesson.works.exists()


def finals(journal, given, day=DAY):
    return finals_actions.give_term_marks(
        teaching_group=journal.taught, term=journal.term, given=given, day=day, by=journal.teacher, at=AT
    )


def test_a_final_mark_follows_the_rule_or_has_a_reason(journal):
    write(journal, "4")
    student = journal.students[0].pk
    assert finals(journal, {student: ("4", "")}) == 1
    assert finals(journal, {student: ("4", "")}) == 0
    with pytest.raises(finals_actions.ReasonNeeded, match="Абрамов"):
        finals(journal, {student: ("5", "мало")})
    assert finals(journal, {student: ("5", "Победа на олимпиаде")}) == 1
    assert TermMark.objects.get(ended_at__isnull=True).proposed == 4
    entries = Entry.objects.filter(kind=TermMarkGiven.kind).order_by("id")
    assert [(entry.payload["old"], entry.payload["new"]) for entry in entries] == [("", "4"), ("4", "5")]
    for text in ("6", "4/5"):
        with pytest.raises(cells.CellUnfit):
            finals(journal, {student: (text, "")})


def test_a_term_closes_with_every_mark_and_opens_again_with_a_reason(journal):
    close = {"teaching_group": journal.taught, "term": journal.term, "day": DAY, "by": journal.teacher, "at": AT}
    with pytest.raises(finals_actions.MarksMissing, match="3 учеников"):
        finals_actions.close_term(**close)
    finals(journal, {student.pk: ("н/а", "Учится первую неделю") for student in journal.students})
    finals_actions.close_term(**close)
    with pytest.raises(cells.CellIsClosed):
        write(journal, "5")
    with pytest.raises(finals_actions.TermIsClosed):
        finals(journal, {journal.students[0].pk: ("5", "")})
    with pytest.raises(finals_actions.TermIsClosed):
        finals_actions.close_term(**close)
    reopen = {"teaching_group": journal.taught, "term": journal.term, "by": journal.deputy, "at": AT}
    with pytest.raises(finals_actions.ReasonNeeded):
        finals_actions.reopen_term(reason="", **reopen)
    finals_actions.reopen_term(reason="Апелляция", **reopen)
    assert write(journal, "5").text == "5"
    assert [Entry.objects.filter(kind=kind.kind).count() for kind in (JournalClosed, JournalReopened)] == [1, 1]
    with pytest.raises(finals_actions.NotClosed):
        finals_actions.reopen_term(reason="Ещё раз", **reopen)


def test_the_year_comes_of_the_terms(journal):
    write(journal, "4")
    finals(journal, {journal.students[0].pk: ("4", "")})
    page = finals_queries.finals_page(journal.taught, None, DAY, is_year=True)
    assert [(line.average, line.proposed) for line in page.lines] == [("4,00", "4"), ("—", ""), ("—", "")]
    assert (
        finals_actions.give_year_marks(
            teaching_group=journal.taught, given={journal.students[0].pk: ("4", "")}, day=DAY, by=journal.teacher, at=AT
        )
        == 1
    )


def test_the_sheet_counts_marks_and_days_missed_whole(journal):
    first, second, third = journal.students
    for student, text in ((first, "5"), (second, "2"), (third, "Н")):
        write(journal, text, student=student)
    finals(journal, {first.pk: ("5", ""), second.pk: ("2", ""), third.pk: ("н/а", "Не был на уроках")})
    sheet = finals_queries.sheet_page(journal.school_class, journal.term.pk, DAY)
    assert sheet.subjects == ["Алгебра"]
    assert [(row.cells, row.absences, row.full_days) for row in sheet.rows] == [
        (["5"], "", 0),
        (["2"], "", 0),
        (["н/а"], "1", 1),
    ]
    (figure,) = sheet.figures
    assert (figure.success_rate, figure.quality_rate) == ("33,3\xa0%", "33,3\xa0%")
    assert {title: len(names) for title, names in sheet.lists} == {
        "Отличники": 1,
        "С одной «4»": 0,
        "С одной «3»": 0,
        "Неуспевающие": 2,
    }


def test_the_next_topic_of_the_plan_is_offered(journal):
    plan = topics_actions.make_topic_plan(
        subject=journal.taught.subject,
        level=7,
        title="Алгебра 7",
        topics=[Topic("Дроби", 2), Topic("Степени")],
        by=journal.teacher,
        at=AT,
    )
    topics_actions.follow_topic_plan(teaching_group=journal.taught, plan=plan, by=journal.teacher, at=AT)
    lessons = [
        journal.lesson,
        *(
            make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=day))
            for day in (1, 2, 3)
        ),
    ]
    shown = [lesson_queries.lesson_page(lesson, journal.teacher, DAY).proposed_topic for lesson in lessons]
    assert shown == ["Дроби", "Дроби", "Степени", ""]
    lesson_actions.write_topic(lesson=journal.lesson, text="Обыкновенные дроби", by=journal.teacher, at=AT)
    assert LessonTopic.objects.get().text == "Обыкновенные дроби"
    copy = topics_actions.copy_topic_plan(plan=plan, by=journal.deputy, at=AT)
    assert keeping.plan_text(copy) == "Дроби; 2\nСтепени"


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Дроби\nСтепени; 3", [Topic("Дроби"), Topic("Степени", 3)]),
        ("№\tТема\tЧасы\n1\tДроби\t2\n\n2.\t«Степени; корни»\t1\n", [Topic("Дроби", 2), Topic("«Степени; корни»", 1)]),
        ('Тема\tЧасов\n"Дроби\nи проценты"\t4', [Topic("Дроби и проценты", 4)]),
        ("Тема 1. Дроби", [Topic("Тема 1. Дроби")]),
    ],
)
def test_a_plan_is_read_as_typed_or_pasted(text, topics):
    assert parsed_topics(text) == topics
    assert parsed_topics(written_topics(topics)) == topics


@pytest.mark.parametrize("text", ["", "\n\n", "Дроби; 41", "Дроби; 0", "ы" * 501, "Дроби\n" * 401])
def test_what_is_no_plan_is_refused_with_its_line(text):
    with pytest.raises(UnfitTopics):
        parsed_topics(text)


def paper(journal, days=(0, 1), meaning="illness", student=0):
    return notes.file_note(
        student_id=journal.students[student].pk,
        school=journal.school,
        from_day=DAY + timedelta(days=days[0]),
        to_day=DAY + timedelta(days=days[1]),
        meaning=meaning,
        text="",
        file=None,
        by=journal.teacher,
        at=AT,
    )


def test_an_accepted_paper_turns_unexplained_absences_into_its_own_code(journal):
    write(journal, "Н")
    write(journal, "О5", student=journal.students[1])
    filed = paper(journal)
    notes.decide_note(note=filed, accepted=True, answer="", by=journal.teacher, at=AT + timedelta(hours=1))
    assert live(journal) == {journal.students[0].pk: ("Б", 0), journal.students[1].pk: ("О", 5)}
    assert Attendance.objects.filter(ended_at__isnull=False).count() == 1
    with pytest.raises(notes.NoteDecided):
        notes.decide_note(note=filed, accepted=False, answer="Нет", by=journal.teacher, at=AT)


def test_an_accepted_paper_for_coming_days_explains_what_is_written_then(journal):
    """The family reads «болезнь», not «причина не указана», whichever way the teacher writes the absence."""
    first, second, third = (student.pk for student in journal.students)
    for student, meaning in ((0, "illness"), (1, "excused")):
        filed = paper(journal, student=student, meaning=meaning)
        notes.decide_note(note=filed, accepted=True, answer="", by=journal.teacher, at=AT)
    declined = paper(journal, student=2)
    notes.decide_note(note=declined, accepted=False, answer="Нет подписи", by=journal.teacher, at=AT)
    assert write(journal, "Н").text == "Б"
    assert live(journal) == {first: ("Б", 0)}
    absent = code(journal, "absent_unknown")
    note(journal, {second: (absent, 0), third: (absent, 0)})
    assert live(journal) == {first: ("Б", 0), second: ("У", 0), third: ("Н", 0)}
    explained = Attendance.objects.filter(note__isnull=False).values_list("student", flat=True)
    assert set(explained) == {first, second}
    # What the teacher knows better stays: the student came, though late.
    assert write(journal, "О5").text == "О5"
    assert live(journal)[first] == ("О", 5)


def test_a_paper_has_days_in_order_and_a_refusal_has_words(journal):
    for days in ((0, 0), (1, 0), (0, 300)):
        with pytest.raises(notes.NotePeriod):
            paper(journal, days)
    filed = paper(journal)
    with pytest.raises(notes.AnswerMissing):
        notes.decide_note(note=filed, accepted=False, answer="", by=journal.teacher, at=AT)
    notes.withdraw_note(note=filed, by=journal.teacher, at=AT)
    with pytest.raises(notes.NoteDecided):
        notes.withdraw_note(note=filed, by=journal.teacher, at=AT)


def test_a_weight_saved_thrice_stays_as_it_is(journal):
    for title, weight in (("А", "19.02"), ("Б", "20.98"), ("В", "60.00")):
        settings.add_kind(
            school=journal.school,
            title=title,
            short=title,
            weight=Decimal(weight),
            is_control=False,
            is_default=False,
            by=journal.deputy,
            at=AT,
        )
    assert sum(WorkKind.objects.values_list("weight", flat=True)) == Decimal("100.00")
    page = keeping.rules_page(journal.school, DAY)
    assert [line.weight for line in page.kinds] == ["19,02", "20,98", "60"]


def test_thresholds_go_down_and_take_effect_from_their_day(journal):
    thresholds = {"five": Decimal("4.6"), "four": Decimal("3.6"), "three": Decimal("2.6"), "least_marks": 1}
    declare = {"school": journal.school, "by": journal.deputy, "at": AT}
    with pytest.raises(settings.RulesUnfit):
        settings.declare_final_rule(from_day=DAY, given=thresholds | {"four": Decimal("4.7")}, **declare)
    settings.declare_final_rule(from_day=DAY, given=thresholds, **declare)
    own = declared.declared(journal.school.pk)
    assert own.final_rule(DAY).thresholds.five == Decimal("4.6")
    assert own.final_rule(DAY - timedelta(days=1)).thresholds.five == Decimal("4.5")
    assert keeping.rules_page(journal.school, DAY).rules[0].examples == "4,49 → 4; 4,50 → 4; 4,60 → 5"


def test_a_group_with_marks_keeps_its_scale(journal):
    scale = {"teaching_group": journal.taught, "by": journal.deputy, "at": AT}
    settings.set_group_scale(scale="pass_fail", **scale)
    assert write(journal, "зач").text == "зачёт"
    with pytest.raises(settings.MarksThere):
        settings.set_group_scale(scale="", **scale)


def change(journal, kind, weight, from_day, today=DAY):
    settings.change_weight(kind=kind, weight=Decimal(weight), from_day=from_day, today=today, by=journal.deputy, at=AT)


def weights_of(journal):
    """The weight of each result of the first student, by the single reading."""
    student, subject = journal.students[0].pk, journal.taught.subject_id
    subject_averages = averages.averages_of([student], subject, journal.term.from_date, journal.term.to_date, DAY)
    return [row.weight for row in subject_averages[student, subject].results], subject_averages[
        student, subject
    ].average


def test_what_nobody_planned_counts_by_the_weight_of_its_lessons_day(journal):
    usual = make_kind(journal.school, title="Ответ", short="", weight="1", is_control=False, is_default=True)
    for days, text in ((-3, "3"), (-2, "5")):
        lesson = make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=days))
        write(journal, text, lesson=lesson)
    assert weights_of(journal) == ([1, 1], "4,00")
    change(journal, usual, "3", DAY - timedelta(days=2))
    assert weights_of(journal) == ([1, 3], "4,50")
    write(journal, "4")
    change(journal, usual, "0.5", DAY)
    assert weights_of(journal) == ([1, 3, Decimal("0.5")], "4,44")
    # Corrected from the beginning on it still goes over to what was declared for later.
    change(journal, usual, "2", DAY - timedelta(days=5))
    assert weights_of(journal) == ([2, 3, Decimal("0.5")], "4,18")
    head = pages.found(page_queries.page_head(journal.teacher, journal.taught.pk, DAY))
    shown = json.loads(page_queries.page_document(head, None, DAY))
    assert shown["work"] == ["", 1, "Ответ", [["2026-09-05", 2], ["2026-09-08", 3], ["2026-09-10", 0.5]]]
    assert [row[1:2] for row in shown["averages"]] == [["4,18"]]


def test_planned_works_that_weigh_as_their_kind_follow_it_from_the_day_on(journal):
    control = make_kind(journal.school)
    planned = {"kind": control, "title": "", "by": journal.teacher, "at": AT}
    lessons = [
        make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=days))
        for days in (-1, 1, 2, 3)
    ]
    for lesson, weight in zip(lessons, (None, None, Decimal("1.5"), None), strict=True):
        lesson_actions.plan_work(lesson=lesson, weight=weight, **planned)
    change(journal, control, "4", DAY + timedelta(days=3))
    change(journal, control, "3", DAY)
    works = Work.objects.order_by("lesson__day").values_list("weight", flat=True)
    assert list(works) == [2, 3, Decimal("1.5"), 4]
    later = make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=4))
    assert lesson_actions.plan_work(lesson=later, weight=None, **planned).weight == 4
    (line,) = keeping.rules_page(journal.school, DAY).kinds
    assert (line.weight, line.later) == ("3", "с 13 сентября 2026 — 4")


def test_a_closed_term_keeps_its_weights(journal):
    kind = make_kind(journal.school)
    finals(journal, {student.pk: ("н/а", "Учится первую неделю") for student in journal.students})
    finals_actions.close_term(teaching_group=journal.taught, term=journal.term, day=DAY, by=journal.teacher, at=AT)
    for from_day in (DAY, journal.term.from_date):
        with pytest.raises(finals_actions.TermIsClosed, match=r"закрыт у 1 группы.*не раньше 1 ноября 2026"):
            change(journal, kind, "3", from_day)
    assert not KindWeight.objects.exists()
    change(journal, kind, "3", journal.term.to_date)
    finals_actions.reopen_term(
        teaching_group=journal.taught, term=journal.term, reason="Апелляция", by=journal.deputy, at=AT
    )
    change(journal, kind, "3", DAY)


def test_a_weight_is_another_one_and_of_this_school_year(journal):
    kind = make_kind(journal.school)
    with pytest.raises(settings.WeightUnfit, match="уже такой вес"):
        change(journal, kind, "2", DAY)
    with pytest.raises(settings.WeightUnfit, match="не раньше 1 сентября 2026"):
        change(journal, kind, "3", journal.term.from_date - timedelta(days=1))
    # Said again for the same day it is corrected.
    change(journal, kind, "3", DAY)
    change(journal, kind, "5", DAY)
    assert KindWeight.objects.get().weight == 5
    entries = Entry.objects.filter(kind=WeightChanged.kind).order_by("id")
    assert [(entry.payload["from_day"], entry.payload["weight"]) for entry in entries] == [
        ("2026-09-10", "3"),
        ("2026-09-10", "5"),
    ]
