"""The journal's page as data, and who gets it."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from myschool.enrolment.actions.placing import move
from myschool.enrolment.tests.makers import make_placement
from myschool.journal import handlers
from myschool.journal.actions import pages as pages_actions
from myschool.journal.facts import MarkGiven
from myschool.journal.models import FinalRule, JournalPage, Mark
from myschool.journal.queries import averages as averages_queries
from myschool.journal.queries import declared
from myschool.journal.queries import page as page_queries
from myschool.journal.rules import explaining, final_marks, scales
from myschool.journal.tests.makers import AT, DAY, make_journal, make_kind, person_of, write
from myschool.kernel import pages
from myschool.kernel.actors import Role
from myschool.people.models import AccessRecord, Person
from myschool.people.tests.makers import log_in, make_actor, make_person
from myschool.schools.tests.makers import make_class
from myschool.timetable.models import GroupClass, HomeroomTeacher, Lesson
from myschool.timetable.tests.makers import make_group, make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal():
    return make_journal()


def head_of(actor, group_id, day):
    return pages.found(page_queries.page_head(actor, group_id, day))


def page(journal, by=None, day=DAY, term=None):
    head = head_of(by or journal.teacher, journal.taught.pk, day)
    return json.loads(page_queries.page_document(head, term, day))


def test_the_page_lists_students_lessons_and_cells(journal):
    write(journal, "Н 4", comment="Молодец")
    shown = page(journal)
    assert (shown["version"], shown["day"], shown["scale"]) == (1, "2026-09-10", ["2", "3", "4", "5"])
    assert shown["group"] == {"id": journal.taught.pk, "title": "7А", "subject": "Алгебра"}
    assert (shown["term"]["from"], shown["term"]["last"], shown["term"]["closed"]) == (
        "2026-09-01",
        "2026-10-31",
        False,
    )
    assert [row[1].split()[0] for row in shown["students"]] == ["Абрамов", "Белов", "Васин"]
    assert shown["lessons"] == [[journal.lesson.pk, "2026-09-10", 1, "held", 1, "", []]]
    ((student, lesson, position, state, text, extra),) = shown["cells"]
    assert (student, lesson, position, text) == (journal.students[0].pk, journal.lesson.pk, 1, "Н 4")
    assert extra == {"due": None, "comment": "Молодец"}
    assert write(journal, "5", seen=state).text == "5"
    assert [journal.students[0].pk, "4,00", "4"] in shown["averages"]


def test_a_lesson_is_open_closed_or_to_be_asked_for(journal):
    assert page(journal)["lessons"][0][4] == 1
    assert page(journal, day=DAY - timedelta(days=1))["lessons"][0][4] == 0
    assert page(journal, day=DAY + timedelta(days=15))["lessons"][0][4] == 2
    assert page(journal, by=journal.deputy)["lessons"][0][4] == 0


def test_who_moved_away_in_the_term_stays_with_the_dates_and_the_marks(journal):
    mover = journal.students[0]
    write(journal, "5", student=mover)
    place = mover.placements.get()
    place.to_date = DAY + timedelta(days=5)
    place.save()
    make_placement(mover, make_class(journal.school, letter="Б"), from_date=place.to_date)
    shown = page(journal, day=DAY + timedelta(days=10))
    assert [mover.pk, f"{mover.last_name} {mover.first_name}", None, "2026-09-15"] in shown["students"]
    assert any(cell[0] == mover.pk for cell in shown["cells"])


def test_works_and_their_weights_are_on_the_page(journal):
    make_kind(journal.school, "Ответ на уроке", "отв", "1", is_control=False, is_default=True)
    kind = make_kind(journal.school)
    journal.lesson.works.create(
        position=2, kind=kind, title="Дроби", weight=kind.weight, planned_by_id=journal.teacher.person_id, planned_at=AT
    )
    shown = page(journal)
    assert shown["work"] == ["отв", 1, "Ответ на уроке", []]
    assert shown["lessons"][0][6] == [[2, "КР", 2, "Дроби", 1]]


def test_the_tag_changes_with_this_page_and_with_no_other(journal):
    other = make_journal()
    before = head_of(journal.teacher, journal.taught.pk, DAY)
    write(other, "5")
    assert head_of(journal.teacher, journal.taught.pk, DAY) == before
    write(journal, "5")
    assert head_of(journal.teacher, journal.taught.pk, DAY).tag(DAY, None) != before.tag(DAY, None)


def tag(journal):
    return head_of(journal.teacher, journal.taught.pk, DAY).tag(DAY, None)


def test_the_tag_changes_when_somebody_on_the_page_is_called_otherwise(journal):
    before = tag(journal)
    Person.objects.filter(pk=make_person().pk).update(last_name="Иная")
    assert tag(journal) == before
    Person.objects.filter(pk=journal.students[0].pk).update(last_name="Иная")
    assert tag(journal) != before


def test_the_tag_changes_with_what_the_school_declares_also_before_the_first_mark(journal):
    assert not JournalPage.objects.filter(teaching_group=journal.taught).exists()
    before = tag(journal)
    pages_actions.bump_pages_of_school(school_id=journal.taught.school_id)
    assert tag(journal) != before


def test_a_page_is_read_by_its_teacher_the_homeroom_teacher_and_those_who_govern(journal):
    other = make_actor(make_person("Другова"), Role.TEACHER, journal.school.organisation)
    assert page_queries.page_head(other, journal.taught.pk, DAY) is None
    HomeroomTeacher.objects.create(
        school_class=journal.school_class, teacher=person_of(other), from_date=date(2026, 9, 1)
    )
    head = head_of(other, journal.taught.pk, DAY)
    assert (head.is_taught, head.is_led) == (False, True)
    assert head_of(journal.deputy, journal.taught.pk, DAY).is_taught is False
    assert page_queries.page_head(make_journal().deputy, journal.taught.pk, DAY) is None


def test_a_substitute_sees_the_column_of_the_lesson_and_nothing_else(journal):
    write(journal, "5")
    other = make_actor(make_person("Другова"), Role.TEACHER, journal.school.organisation)
    lesson = make_lesson(journal.taught, teacher=person_of(other), day=DAY + timedelta(days=1))
    write(journal, "4", lesson=lesson, by=other, at=AT + timedelta(days=1))
    head = pages.found(page_queries.lesson_head(other, lesson.pk))
    shown = json.loads(page_queries.page_document(head, None, DAY + timedelta(days=1)))
    assert ([row[0] for row in shown["lessons"]], len(shown["cells"]), shown["averages"]) == ([lesson.pk], 1, [])
    assert page_queries.lesson_head(other, journal.lesson.pk) is None


def test_an_unchanged_page_costs_two_statements_a_changed_one_three_and_a_saved_cell_four(
    journal, client, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    log_in(client, journal.teacher, AT)
    with django_assert_num_queries(4):
        shown = client.get(f"/journal/groups/{journal.taught.pk}/data/")
    with django_assert_num_queries(3):
        again = client.get(
            f"/journal/groups/{journal.taught.pk}/data/", headers={"If-None-Match": shown.headers["ETag"]}
        )
    assert (shown.status_code, again.status_code, again.content) == (200, 304, b"")
    with django_assert_num_queries(4):
        saved = client.post(
            f"/journal/lessons/{journal.lesson.pk}/students/{journal.students[0].pk}/cells/1/", {"text": "5"}
        )
    assert saved.json()["average"] == ["5,00", "5"]
    assert not AccessRecord.objects.exists()


def test_refusals_come_as_data_where_data_is_asked_for(journal, client, monkeypatch):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    log_in(client, journal.teacher, AT)
    address = f"/journal/lessons/{journal.lesson.pk}/students/{journal.students[0].pk}/cells/1/"
    as_json = {"Accept": "application/json"}
    refused = client.post(address, {"text": "7"}, headers=as_json)
    assert (refused.status_code, "в шкале нет" in refused.json()["detail"]) == (422, True)
    write(journal, "4")
    changed = client.post(address, {"text": "5", "seen": ""}, headers=as_json)
    assert (changed.status_code, changed.json()["theirs"], changed.json()["mine"]) == (409, "4", "5")
    for sent in ({"seen": "x"}, {"due": "32.13.2026"}, {"text": "5\0", "seen": "\0"}):
        assert 400 <= client.post(address, {"text": "5", **sent}, headers=as_json).status_code < 500


def test_those_who_govern_are_written_down_as_readers(journal, client, monkeypatch):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    log_in(client, journal.deputy, AT)
    assert client.get(f"/journal/groups/{journal.taught.pk}/data/").status_code == 200
    assert AccessRecord.objects.filter(section="journal").count() == len(journal.students)


def test_who_leads_a_class_is_written_down_only_for_the_other_class_of_a_mixed_group(journal, client, monkeypatch):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    other_class = make_class(journal.school, letter="Б")
    guest = make_person("Гостева", "Ника")
    make_placement(guest, other_class)
    GroupClass.objects.create(teaching_group=journal.taught, school_class=other_class, from_date=journal.lesson.day)
    leader = make_actor(make_person("Классова"), Role.TEACHER, journal.school.organisation)
    HomeroomTeacher.objects.create(
        school_class=journal.school_class, teacher_id=leader.person_id, from_date=journal.lesson.day
    )
    log_in(client, leader, AT)
    assert client.get(f"/journal/groups/{journal.taught.pk}/data/").status_code == 200
    assert list(AccessRecord.objects.values_list("student", flat=True)) == [guest.pk]


def test_who_looks_at_a_term_that_is_over_is_written_down_for_those_who_have_left_since(journal, client, monkeypatch):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    journal.students[0].placements.update(to_date=AT.date())
    log_in(client, journal.deputy, AT)
    client.get(f"/journal/groups/{journal.taught.pk}/data/")
    assert AccessRecord.objects.filter(student=journal.students[0]).exists()


marks = st.lists(st.tuples(st.integers(2, 5), st.sampled_from(["0.5", "1", "1.25", "2", "3"])), max_size=20)
bounds = st.sampled_from([("4.50", "3.50", "2.50"), ("4.60", "3.60", "2.60"), ("4.67", "3.51", "2.99")])


@given(marks, bounds)
def test_the_database_shows_an_average_as_the_rules_do(given_marks, given_bounds):
    total = sum((Decimal(weight) * mark for mark, weight in given_marks), Decimal())
    weights = sum((Decimal(weight) for _, weight in given_marks), Decimal())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_shown(%s::numeric, %s::numeric, %s::numeric[])",
            [total, weights, [Decimal(bound) for bound in given_bounds]],
        )
        (shown,) = cursor.fetchone()
    value = Fraction(total) / Fraction(weights) if weights else None
    expected = explaining.shown_apart(value, scales.Thresholds(*map(Fraction, given_bounds))) if value else "—"
    assert shown == expected


@pytest.mark.parametrize(
    ("least", "debt_blocks", "cells", "proposed"),
    [(1, True, ["5", "4"], "5"), (3, True, ["5", "4"], ""), (1, True, ["5", "."], ""), (1, False, ["5", "."], "5")],
)
def test_the_page_proposes_what_the_rules_propose(journal, least, debt_blocks, cells, proposed):
    FinalRule.objects.create(
        school=journal.school,
        from_date=date(2026, 9, 1),
        five="4.5",
        four="3.5",
        three="2.5",
        least_marks=least,
        debt_blocks=debt_blocks,
    )
    student = journal.students[0]
    lessons = [
        journal.lesson,
        make_lesson(
            journal.taught, teacher=person_of(journal.teacher), day=DAY, number=2, starts="09:30", ends="10:15"
        ),
    ]
    for lesson, text in zip(lessons, cells, strict=True):
        saved = write(journal, text, student=student, lesson=lesson)
    assert saved.proposed == proposed
    assert {row[0]: row[2] for row in page(journal)["averages"]}[student.pk] == proposed
    subject = journal.taught.subject_id
    averages = averages_queries.averages_of([student.pk], subject, date(2026, 9, 1), date(2026, 11, 1), DAY)
    own = declared.declared(journal.school.pk).final_rule(DAY)
    assert (final_marks.proposed_term_mark(averages[student.pk, subject].judged, own).mark or "") == (
        int(proposed) if proposed else ""
    )


def test_a_lesson_moved_and_moved_back_before_anybody_followed_keeps_one_mark(journal):
    """Marks lie on their lesson's day at once: two living rows of one cell cannot come to be."""
    student = journal.students[0]
    write(journal, "4", student=student)
    for day in (DAY + timedelta(days=1), DAY):
        Lesson.objects.filter(pk=journal.lesson.pk).update(day=day)
        assert list(Mark.objects.filter(lesson=journal.lesson).values_list("day", flat=True)) == [day]
    saved = write(journal, "5", student=student)
    assert saved.average == "5,00"
    assert Mark.objects.filter(lesson=journal.lesson, ended_at=None).count() == 1


def test_a_mark_moves_on_the_page_of_the_class_the_student_has_come_to(journal):
    student = journal.students[0]
    other = make_class(journal.school, letter="Б", year=journal.school_class.school_year)
    taught = make_group(journal.deputy, other, subject=journal.taught.subject, title="7Б")
    move(placement=student.placements.get(), school_class=other, day=DAY + timedelta(days=1), by=journal.deputy, at=AT)
    write(journal, "5", student=student)
    fact = MarkGiven(
        teaching_group_id=journal.taught.pk,
        lesson_id=journal.lesson.pk,
        student_id=student.pk,
        position=1,
        old="",
        new="5",
        **journal.teacher.stamp(AT),
    )
    handlers.follow_marks([fact])
    before = page_version(taught)
    handlers.follow_marks([fact])
    assert page_version(taught) == before + 1


def page_version(taught):
    return JournalPage.objects.get(teaching_group=taught).version


@pytest.mark.parametrize("page", ["data", "print"])
def test_a_teacher_is_written_down_for_those_who_have_left_the_group_and_for_nobody_else(
    journal, client, monkeypatch, page
):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    journal.students[0].placements.update(to_date=AT.date())
    log_in(client, journal.teacher, AT)
    assert client.get(f"/journal/groups/{journal.taught.pk}/{page}/").status_code == 200
    assert list(AccessRecord.objects.values_list("student", flat=True)) == [journal.students[0].pk]
