"""What marks rest on does not change under them: lessons keep out of closed terms, closed terms keep their days."""

from datetime import date, time, timedelta

import pytest

from myschool.journal.actions import finals
from myschool.journal.tests.makers import AT, DAY, make_journal, write
from myschool.schools import actions as schools
from myschool.schools.rules.terms import Span
from myschool.timetable.actions import bells, changes, template
from myschool.timetable.models import Lesson
from myschool.timetable.queries import publishing
from myschool.timetable.rules.bells import BellSlot
from myschool.timetable.tests.makers import make_lesson

pytestmark = pytest.mark.django_db

TERMS = ((date(2026, 9, 1), date(2026, 9, 15)), (date(2026, 9, 15), date(2026, 11, 1)))
NEXT_TERM = date(2026, 9, 21)


@pytest.fixture
def journal():
    return make_journal(terms=TERMS)


def close(journal):
    with_none = {student.pk: ("н/а", "Учится первую неделю") for student in journal.students}
    of_term = {"teaching_group": journal.taught, "term": journal.term, "day": DAY, "by": journal.teacher, "at": AT}
    finals.give_term_marks(given=with_none, **of_term)
    finals.close_term(**of_term)


def move(journal, day, lesson=None):
    return changes.move_lesson(
        lesson=lesson or journal.lesson,
        day=day,
        number=1,
        starts=time(8, 30),
        ends=time(9, 15),
        room=None,
        reason="",
        today=DAY,
        by=journal.deputy,
        at=AT,
    )


@pytest.mark.parametrize("text", ["5", "Н"])
def test_what_is_written_leaves_no_closed_term(journal, text):
    write(journal, text)
    close(journal)
    with pytest.raises(finals.TermIsClosed, match="период"):
        move(journal, NEXT_TERM)
    assert Lesson.objects.get(pk=journal.lesson.pk).day == DAY


def test_a_lesson_of_which_nothing_is_written_may_leave(journal):
    close(journal)
    move(journal, NEXT_TERM)
    assert Lesson.objects.get(pk=journal.lesson.pk).day == NEXT_TERM


def test_what_is_written_moves_while_the_term_is_open(journal):
    write(journal, "5")
    move(journal, NEXT_TERM)
    assert Lesson.objects.get(pk=journal.lesson.pk).day == NEXT_TERM


def test_what_is_written_comes_into_no_closed_term_nor_back_by_a_withdrawn_move(journal):
    write(journal, "5")
    change = move(journal, NEXT_TERM)
    close(journal)
    with pytest.raises(finals.TermIsClosed):
        changes.withdraw_change(change=change, today=DAY, by=journal.deputy, at=AT)
    with pytest.raises(finals.TermIsClosed):
        move(journal, DAY + timedelta(days=1))
    assert Lesson.objects.get(pk=journal.lesson.pk).day == NEXT_TERM


def test_the_days_of_a_closed_term_stay(journal):
    longer = [Span(date(2026, 9, 1), date(2026, 9, 16)), Span(date(2026, 9, 16), date(2026, 11, 1))]

    def change():
        schools.change_terms(scheme=journal.scheme, terms=longer, by=journal.deputy, at=AT)

    close(journal)
    with pytest.raises(finals.TermIsClosed, match="1-й период закрыт у 1 группы"):
        change()
    # The second one alone is still open.
    shorter = [Span(*TERMS[0]), Span(date(2026, 9, 16), date(2026, 11, 1))]
    schools.change_terms(scheme=journal.scheme, terms=shorter, by=journal.deputy, at=AT)
    finals.reopen_term(teaching_group=journal.taught, term=journal.term, reason="Дни периода", by=journal.deputy, at=AT)
    change()


def test_a_lesson_with_marks_does_not_fall_out_of_the_timetable(journal):
    bells.make_bells(
        school=journal.school,
        title="Смена",
        shift=1,
        slots=[BellSlot(1, time(8, 30), time(9, 15))],
        by=journal.deputy,
        at=AT,
    )
    line = template.add_template_lesson(
        teaching_group=journal.taught,
        weekday=DAY.weekday(),
        number=1,
        teacher_id=journal.teacher.person_id,
        room=None,
        week="",
        from_day=DAY - timedelta(days=7),
        by=journal.deputy,
        at=AT,
    )
    Lesson.objects.filter(pk=journal.lesson.pk).update(template_lesson=line)
    later = make_lesson(journal.taught, day=DAY + timedelta(days=7), template_lesson=line)
    write(journal, "5")
    template.end_template_lesson(line=line, day=DAY, by=journal.deputy, at=AT)
    template.add_template_lesson(
        teaching_group=journal.taught,
        weekday=(DAY.weekday() + 1) % 5,
        number=1,
        teacher_id=journal.teacher.person_id,
        room=None,
        week="",
        from_day=DAY,
        by=journal.deputy,
        at=AT,
    )
    year = journal.school_class.school_year
    shown = publishing.publishing(journal.school, year, DAY)
    assert (shown.written, [row.pk for row in shown.dropped]) == (1, [later.pk])
    template.publish_timetable(school=journal.school, year=year, from_day=DAY, by=journal.deputy, at=AT)
    assert Lesson.objects.get(pk=journal.lesson.pk).state == "held"
    assert Lesson.objects.get(pk=later.pk).state == "dropped"
