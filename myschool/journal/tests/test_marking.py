"""Saving cells through the database."""

from datetime import date, time, timedelta

import pytest
from django.db import connection

from myschool.journal.actions import cells, unlocking
from myschool.journal.facts import AttendanceNoted, MarkChanged, MarkGiven, MarkWithdrawn
from myschool.journal.models import Attendance, JournalPage, JournalRules, Mark
from myschool.journal.tests.makers import AT, DAY, make_journal, make_kind, person_of, stands, write
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people.actions import merge_persons
from myschool.people.tests.makers import make_actor, make_person
from myschool.timetable.tests.makers import make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal():
    return make_journal()


def told(kind):
    return [entry.payload for entry in Entry.objects.filter(kind=kind.kind).order_by("id")]


def test_a_mark_is_written_with_its_fact_and_the_average(journal):
    saved = write(journal, "5")
    assert (saved.text, saved.average, saved.proposed, saved.version) == ("5", "5,00", "5", 1)
    mark = Mark.objects.get()
    assert (mark.origin, mark.five, mark.day, mark.given_by_id) == ("5", 5, DAY, journal.teacher.person_id)
    (fact,) = told(MarkGiven)
    assert (fact["old"], fact["new"], fact["student_id"]) == ("", "5", journal.students[0].pk)


def test_a_changed_mark_keeps_the_old_one_and_tells_both(journal):
    write(journal, "3")
    saved = write(journal, "4", reason="Ошибка при вводе", at=AT + timedelta(minutes=1))
    assert saved.average == "4,00"
    old = Mark.objects.get(ended_at__isnull=False)
    assert (old.origin, old.end_reason) == ("3", "Ошибка при вводе")
    assert [(fact["old"], fact["new"]) for fact in told(MarkChanged)] == [("3", "4")]


def test_a_withdrawn_mark_is_no_mark_but_stays_in_the_history(journal):
    write(journal, "2")
    saved = write(journal, "")
    assert (saved.text, saved.average, saved.seen) == ("", "—", "")
    assert [(fact["old"], fact["new"]) for fact in told(MarkWithdrawn)] == [("2", "")]
    assert not Mark.objects.filter(ended_at__isnull=True).exists()


def test_two_marks_for_one_work_both_count(journal):
    assert write(journal, "5/4").average == "4,50"
    assert write(journal, "5/3").average == "4,00"
    assert Mark.objects.filter(ended_at__isnull=True).count() == 2
    assert Mark.objects.filter(ended_at__isnull=False).count() == 1


def test_the_same_request_once_more_changes_nothing(journal):
    first = write(journal, "5", seen="")
    assert write(journal, "5", seen="") == first
    assert (Mark.objects.count(), Entry.objects.filter(kind=MarkGiven.kind).count()) == (1, 1)


def test_the_second_teacher_gets_both_values(journal):
    write(journal, "4", seen="")
    with pytest.raises(cells.CellChanged) as refused:
        write(journal, "5", seen="")
    assert refused.value.details["theirs"] == "4"
    assert refused.value.details["mine"] == "5"
    assert refused.value.details["by"] == "Учителева А. И."
    write(journal, "5", seen=refused.value.details["seen"])
    assert stands(journal).cell.text == "5"


def test_blank_debt_release_and_two_are_four_different_things(journal):
    shown = {text: write(journal, text, at=AT + timedelta(minutes=i)) for i, text in enumerate(["2", ".", "осв", ""])}
    assert [(saved.text, saved.average, saved.proposed) for saved in shown.values()] == [
        ("2", "2,00", "2"),
        ("•", "—", ""),
        ("осв.", "—", ""),
        ("", "—", ""),
    ]
    assert shown["."].due == DAY + timedelta(days=7)


def test_a_debt_is_due_at_the_next_lesson_unless_said_otherwise(journal):
    later = make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY + timedelta(days=4))
    assert write(journal, ".").due == later.day
    assert write(journal, ".", due=DAY + timedelta(days=9)).due == DAY + timedelta(days=9)
    with pytest.raises(cells.CellUnfit):
        write(journal, ".", due=DAY - timedelta(days=1))


def test_attendance_stands_in_the_same_cell_and_has_its_own_fact(journal):
    assert write(journal, "н").text == "Н"
    assert write(journal, "О10 4").text == "О10 4"
    assert [(fact["old"], fact["new"]) for fact in told(AttendanceNoted)] == [("", "Н"), ("Н", "О10")]
    assert Attendance.objects.filter(ended_at__isnull=True).get().minutes == 10
    assert write(journal, "4").text == "4"
    assert not Attendance.objects.filter(ended_at__isnull=True).exists()


def test_a_school_may_forbid_marks_for_those_who_were_absent(journal):
    JournalRules.objects.create(school=journal.school, marks_when_absent=False)
    with pytest.raises(cells.CellUnfit, match="отсутствующим"):
        write(journal, "Н 4")
    assert write(journal, "Н .").text == "Н •"


@pytest.mark.parametrize("text", ["6", "4-", "<b>", "5 5 5 5/", "н" * 5000, "\N{FULLWIDTH DIGIT FIVE}"])
def test_what_is_no_mark_is_refused(journal, text):
    with pytest.raises(cells.CellUnfit):
        write(journal, text)
    assert not Mark.objects.exists()


def test_the_fifteenth_day_finds_the_cell_closed_and_a_granted_request_opens_it(journal):
    late = AT + timedelta(days=14)
    assert write(journal, "4", at=late).text == "4"
    later = AT + timedelta(days=15)
    with pytest.raises(cells.CellIsClosed) as refused:
        write(journal, "5", at=later)
    assert refused.value.details == {"unlock": True}
    unlock_request = unlocking.ask_unlock(lesson=journal.lesson, reason="Апелляция", by=journal.teacher, at=later)
    unlocking.decide_unlock(
        request=unlock_request, granted=True, days=2, answer="", today=later.date(), by=journal.deputy, at=later
    )
    assert write(journal, "5", at=later).text == "5"
    assert Mark.objects.get(ended_at__isnull=False).end_reason == "Апелляция"
    with pytest.raises(cells.CellIsClosed):
        write(journal, "3", at=later + timedelta(days=2))


def test_nothing_is_marked_before_the_lesson_or_in_a_closed_term(journal):
    with pytest.raises(cells.CellIsClosed, match="ещё не прошёл"):
        write(journal, "5", at=AT - timedelta(days=1))
    write(journal, "4")
    cell_state = stands(journal)
    JournalPage.objects.update(closed_terms=[journal.term.pk])
    with pytest.raises(cells.CellIsClosed, match="Период закрыт"):
        write(journal, "5")
    # Closed between the reading and the writing: the statement itself refuses.
    with pytest.raises(cells.CellIsClosed, match="только что"):
        cells.save_cell(
            standing=cell_state,
            text="5",
            seen=cell_state.seen,
            due=None,
            comment=None,
            reason="",
            by=journal.teacher,
            at=AT,
        )
    assert stands(journal).cell.text == "4"


def test_a_student_of_another_day_is_told_apart_from_a_stranger(journal):
    moved = journal.students[0].placements.get()
    moved.to_date = DAY
    moved.save()
    with pytest.raises(cells.NotInGroupThatDay):
        write(journal, "5")
    assert stands(journal, student=make_person("Чужой")) is None


def test_only_who_leads_the_lesson_or_teaches_the_group_may_write(journal):
    other = make_actor(make_person("Другова"), Role.TEACHER, journal.school.organisation)
    assert stands(journal, by=other) is None
    assert stands(journal, by=journal.deputy) is None
    substituted = make_lesson(
        journal.taught, teacher=person_of(other), day=DAY, number=2, starts=time(10), ends=time(11)
    )
    assert write(journal, "5", lesson=substituted, by=other).text == "5"
    assert write(journal, "4", lesson=substituted).text == "4"
    assert stands(journal, by=other) is None


def test_a_work_of_its_own_weighs_as_planned(journal):
    kind = make_kind(journal.school)
    journal.lesson.works.create(
        position=2, kind=kind, weight=kind.weight, planned_by_id=journal.teacher.person_id, planned_at=AT
    )
    write(journal, "3")
    assert write(journal, "5", position=2).average == "4,33"
    with pytest.raises(cells.CellUnfit, match="Такой работы"):
        write(journal, "5", position=3)
    with pytest.raises(cells.CellUnfit):
        write(journal, "н", position=2)


@pytest.mark.django_db(transaction=True)
def test_who_loses_the_race_gets_what_is_there_now():
    journal = make_journal()
    write(journal, "3")
    cell_state = stands(journal)
    write(journal, "4", at=AT + timedelta(minutes=1))
    with pytest.raises(cells.CellChanged) as refused:
        cells.save_cell(
            standing=cell_state,
            text="5",
            seen=cell_state.seen,
            due=None,
            comment=None,
            reason="",
            by=journal.teacher,
            at=AT,
        )
    assert (refused.value.details["theirs"], refused.value.details["mine"]) == ("4", "5")
    assert stands(journal).cell.text == "4"


def test_marks_of_one_year_are_read_from_one_partition(journal):
    write(journal, "5")
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT * FROM journal_mark WHERE teaching_group_id = %s AND day >= %s AND day < %s",
            [journal.taught.pk, date(2026, 9, 1), date(2026, 11, 1)],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "journal_mark_2026" in plan
    assert "journal_mark_2025" not in plan


def test_two_who_are_one_person_hold_one_mark_in_a_cell(journal):
    survivor, merged = journal.students[:2]
    write(journal, "5", student=survivor)
    write(journal, "Н 4", student=merged)
    merge_persons(kept_id=survivor.pk, merged_id=merged.pk, by=journal.deputy, at=AT)
    assert stands(journal, survivor).cell.text == "Н 5"
    assert not Mark.objects.filter(student=merged).exists()
    assert sorted(Mark.objects.filter(student=survivor, ended_at__isnull=False).values_list("origin", flat=True)) == [
        "4"
    ]
