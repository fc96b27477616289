"""One student, subject and term have one average, wherever it is shown."""

import json
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myschool.diary.queries import marks, week
from myschool.enrolment.actions.placing import depart, move
from myschool.enrolment.models import Placement
from myschool.journal.actions.finals import give_term_marks
from myschool.journal.models import FinalRule, GroupScale, JournalRules, TermMark, Work, YearMark
from myschool.journal.persons import ROOM
from myschool.journal.queries import averages, finals
from myschool.journal.queries.page import Head, page_document, printed_page
from myschool.journal.tests.makers import make_journal, make_kind, person_of, write
from myschool.kernel import pages
from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools import actions as schools
from myschool.schools.models import TermScheme
from myschool.schools.rules.terms import Span
from myschool.schools.tests.makers import make_class
from myschool.timetable.models import Lesson
from myschool.timetable.tests.makers import assign, make_group, make_lesson

pytestmark = pytest.mark.django_db
TERM = (date(2026, 9, 1), date(2026, 11, 1))
NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
TODAY = date(2026, 10, 20)
WRITTEN = ("5", "4", "3", "2", "5/4", ".", "осв", "н/а")


def two_classes(*, anew=False, students=2):
    """7А and 7Б are taught the same subject by one teacher; everybody begins in 7А."""
    journal = make_journal(students=students, terms=(TERM,))
    JournalRules.objects.create(school=journal.school, window_days=None, newcomers_begin_anew=anew)
    other = make_class(journal.school, letter="Б", year=journal.school_class.school_year)
    other.term_scheme = journal.scheme
    other.save()
    taught = make_group(journal.deputy, other, subject=journal.taught.subject, title="7Б")
    assign(taught, person_of(journal.teacher), journal.deputy, day=TERM[0])
    kind = make_kind(journal.school)
    return SimpleNamespace(journal=journal, first=journal.taught, second=taught, other=other, kind=kind)


def lesson_on(school, taught, day, number=1, *, control=False):
    starts = time(8 + number, 0)
    lesson = make_lesson(
        taught,
        teacher=person_of(school.journal.teacher),
        day=day,
        number=number,
        starts=starts,
        ends=time(8 + number, 45),
    )
    if control:
        Work.objects.create(
            lesson=lesson,
            position=1,
            kind=school.kind,
            weight=school.kind.weight,
            planned_by=person_of(school.journal.teacher),
            planned_at=NOW,
        )
    return lesson


def mark(school, text, student, lesson):
    return write(school.journal, text, student=student, lesson=lesson, at=NOW)


def to_other_class(school, student, day):
    place = Placement.objects.get(student=student, to_date=None)
    move(placement=place, school_class=school.other, day=day, by=school.journal.deputy, at=NOW)


def on_page(taught, student):
    document = json.loads(page_document(Head(group_id=taught.pk, is_taught=True, is_led=False, version=1), None, TODAY))
    shown = {row[0]: tuple(row[1:]) for row in document["averages"]}
    return shown.get(student.pk, ("—", ""))


def elsewhere(taught, student):
    document = json.loads(page_document(Head(group_id=taught.pk, is_taught=True, is_led=False, version=1), None, TODAY))
    return {row[0]: [text for text, *_ in row[1]] for row in document["elsewhere"]}.get(student.pk)


def in_diary(school, student):
    student.birth_date = date(2014, 5, 5)
    student.save()
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    make_guardianship(person_of(guardian), student)
    head = pages.found(week.student_head(guardian, student.pk, TERM[0], NOW))
    return next((row for row in marks.marks_page(head, school.journal.term.pk).subjects), None)


def in_explanation(school, taught, student):
    page = averages.average_page(taught, student.pk, school.journal.term.pk, TODAY)
    return page and page.lines


def in_finals(school, taught, student):
    page = finals.finals_page(taught, school.journal.term.pk, TODAY, is_year=False)
    return next(((row.average, row.proposed) for row in page.lines if row.student_id == student.pk), None)


def on_paper(taught, student):
    """The student's line of the printed page: marks, average, final mark."""
    page = printed_page(Head(group_id=taught.pk, is_taught=True, is_led=False, version=1), None, TODAY)
    lines = dict(zip(page.student_ids, page.rows, strict=True))
    return lines.get(student.pk, ("", [], "—", ""))[1:]


def every_number(school, student, taught):
    """What each place shows of a student in a group: the average and what comes of it."""
    family = in_diary(school, student)
    return {
        "page": on_page(taught, student),
        "diary": (family.average, family.rounded) if family else ("—", ""),
        "finals": in_finals(school, taught, student),
    }


def every_final_mark(school, student, taught):
    """What each place shows as the student's mark of the term, given in this group."""
    term = school.journal.term
    document = json.loads(page_document(Head(group_id=taught.pk, is_taught=True, is_led=False, version=1), None, TODAY))
    family = in_diary(school, student)
    (line,) = [
        row for row in finals.finals_page(taught, term.pk, TODAY, is_year=False).lines if row.student_id == student.pk
    ]
    sheet = finals.sheet_page(taught.classes.get().school_class, term.pk, TODAY)
    return {
        "page": dict(document["finals"]).get(student.pk, ""),
        "paper": on_paper(taught, student)[2],
        "finals": line.text,
        "diary": family.finals[0].text if family and family.finals else "",
        "sheet": next((row.cells[0] for row in sheet.rows if row.student_id == student.pk), ""),
        "copy": next((row["Отметка"] for row in copied(student, "Итоговые отметки")), ""),
    }


def copied(student, what):
    """What the copy of one's data holds of the journal as it stands now, without what it was before."""
    ends = ("Снята или заменена", "Заменена")
    return [row for row in ROOM.copy([student.pk])[what] if not any(row.get(end) for end in ends)]


def agree(school, student, taught):
    numbers = every_number(school, student, taught)
    assert len(set(numbers.values())) == 1, numbers
    lines = in_explanation(school, taught, student)
    assert lines == (in_diary(school, student) or SimpleNamespace(lines=lines)).lines
    average, proposed = numbers["page"]
    assert average == "—" or f" {average}." in lines[0]
    assert (f"Выходит «{proposed}»." in lines) == bool(proposed)
    if average != "—":
        assert on_paper(taught, student)[1] == average
    family = in_diary(school, student)
    expected = sorted(shown_mark.text for shown_mark in family.marks) if family else []
    assert sorted(row["Отметка"] for row in copied(student, "Отметки")) == expected


def test_marks_of_the_class_one_has_left_count_once_everywhere():
    school = two_classes()
    student = school.journal.students[0]
    for day in (2, 3):
        mark(school, "2", student, lesson_on(school, school.first, date(2026, 9, day)))
    to_other_class(school, student, date(2026, 10, 1))
    saved = mark(school, "5", student, lesson_on(school, school.second, date(2026, 10, 5)))
    assert (saved.average, saved.proposed) == ("3,00", "3")
    assert on_page(school.second, student) == on_page(school.first, student) == ("3,00", "3")
    assert elsewhere(school.second, student) == ["2", "2"]
    agree(school, student, school.second)


def test_where_newcomers_begin_anew_earlier_marks_are_told_and_not_counted():
    school = two_classes(anew=True)
    student = school.journal.students[0]
    mark(school, "2", student, lesson_on(school, school.first, date(2026, 9, 2)))
    to_other_class(school, student, date(2026, 10, 1))
    mark(school, "5", student, lesson_on(school, school.second, date(2026, 10, 5)))
    agree(school, student, school.second)
    family = in_diary(school, student)
    assert (family.average, len(family.marks)) == ("5,00", 2)
    assert any("до перевода" in line for line in family.lines)
    assert elsewhere(school.second, student) == ["2"]


def test_a_control_work_between_two_stays_is_nobodys_debt():
    school = two_classes()
    FinalRule.objects.create(
        school=school.journal.school, from_date=TERM[0], five="4.5", four="3.5", three="2.5", control_works_needed=True
    )
    student = school.journal.students[0]
    mark(school, "5", student, lesson_on(school, school.first, date(2026, 9, 2)))
    to_other_class(school, student, date(2026, 9, 10))
    lesson_on(school, school.first, date(2026, 9, 15), control=True)
    place = Placement.objects.get(student=student, to_date=None)
    back = school.journal.school_class
    move(placement=place, school_class=back, day=date(2026, 9, 20), by=school.journal.deputy, at=NOW)
    assert on_page(school.first, student) == ("5,00", "5")
    agree(school, student, school.first)
    lesson_on(school, school.first, date(2026, 9, 25), control=True)
    assert on_page(school.first, student) == ("5,00", "")
    agree(school, student, school.first)


def test_a_mark_of_a_lesson_that_left_the_timetable_counts_nowhere_and_is_explained():
    school = two_classes()
    student = school.journal.students[0]
    gone = lesson_on(school, school.first, date(2026, 9, 2))
    mark(school, "2", student, gone)
    mark(school, "5", student, lesson_on(school, school.first, date(2026, 9, 3)))
    Lesson.objects.filter(pk=gone.pk).update(state="dropped")
    assert on_page(school.first, student) == ("5,00", "5")
    agree(school, student, school.first)
    assert any("снят с расписания" in line for line in in_diary(school, student).lines)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["mark", "mark", "mark", "control", "move", "cancel", "drop", "withdraw", "depart"]),
        st.integers(0, 1),
        st.integers(0, 45),
        st.sampled_from(WRITTEN),
    ),
    max_size=14,
)


@given(
    anew=st.booleans(),
    needed=st.booleans(),
    blocks=st.booleans(),
    bounds=st.sampled_from([("4.5", "3.5", "2.5"), ("4.6", "3.6", "2.6")]),
    steps=STEPS,
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happened_every_place_shows_the_same_number(anew, needed, blocks, bounds, steps):
    school = two_classes(anew=anew)
    five, four, three = bounds
    FinalRule.objects.create(
        school=school.journal.school,
        from_date=TERM[0],
        five=five,
        four=four,
        three=three,
        control_works_needed=needed,
        debt_blocks=blocks,
    )
    for number, step in enumerate(sorted(steps, key=lambda row: row[2])):
        happen(school, number, *step)
    for student in school.journal.students:
        for taught in (school.first, school.second):
            if in_finals(school, taught, student):
                agree(school, student, taught)
        final_mark_is_one(school, student)


def final_mark_is_one(school, student):
    """Given where the student is now, as the rule proposes it or against it, and then the same everywhere."""
    place = Placement.objects.filter(student=student, to_date=None).first()
    if place is None:
        return
    taught = school.second if place.school_class == school.other else school.first
    _, proposed = in_finals(school, taught, student)
    text = proposed or "н/а"
    give_term_marks(
        teaching_group=taught,
        term=school.journal.term,
        given={student.pk: (text, "" if proposed else "Мало отметок")},
        day=TODAY,
        by=school.journal.teacher,
        at=NOW,
    )
    shown = every_final_mark(school, student, taught)
    assert set(shown.values()) == {text}, shown


def happen(school, number, what, who, shift, text):
    """One thing of a school year, on a day of the term; what cannot be then is left out."""
    student, day = school.journal.students[who], TERM[0] + timedelta(days=shift)
    place = Placement.objects.filter(student=student, to_date=None).first()
    if what == "move" and place and place.from_date < day:
        target = school.other if place.school_class == school.journal.school_class else school.journal.school_class
        move(placement=place, school_class=target, day=day, by=school.journal.deputy, at=NOW)
    elif what == "depart" and place and place.from_date < day:
        depart(placement=place, day=day, by=school.journal.deputy, at=NOW)
    elif what in ("cancel", "drop"):
        Lesson.objects.filter(teaching_group=school.first, day__lt=day).update(
            state="cancelled" if what == "cancel" else "dropped"
        )
    elif what in ("mark", "control", "withdraw") and place and place.from_date <= day:
        taught = school.second if place.school_class == school.other else school.first
        # The school's own lesson of the day goes before.
        lesson = lesson_on(school, taught, day, 2 + number, control=what == "control")
        for typed in (text, "") if what == "withdraw" else (text,):
            saved = mark(school, typed, student, lesson)
            # The cell is answered with the number that the page would show if it were opened now.
            assert (saved.average, saved.proposed) == on_page(taught, student)


def test_final_marks_without_marks_are_shown_with_the_teachers_reason():
    school = two_classes()
    student = school.journal.students[0]
    fields = {
        "teaching_group": school.first,
        "student": student,
        "given_by": person_of(school.journal.teacher),
        "given_at": NOW,
    }
    TermMark.objects.create(term=school.journal.term, state="not_attested", reason="Не посещал занятия", **fields)
    YearMark.objects.create(state="marked", origin="4", five=4, reason="Итоги экзамена выше", **fields)
    family = in_diary(school, student)
    assert [(row.is_year, row.text, row.reason) for row in family.finals] == [
        (False, "н/а", "Не посещал занятия"),
        (True, "4", "Итоги экзамена выше"),
    ]


@pytest.mark.parametrize("minutes", [(0, 0, 1), (1, 1, 1), (0, 0, 0)])
def test_changes_of_final_marks_are_among_the_changes_and_no_row_is_lost_between_pages(monkeypatch, minutes):
    monkeypatch.setattr("myschool.diary.queries.marks.SHOWN", 2)
    school = two_classes()
    student = school.journal.students[0]
    fields = {"teaching_group": school.first, "student": student, "given_by": person_of(school.journal.teacher)}
    term = {"term": school.journal.term, "state": "marked"}
    later = NOW + timedelta(hours=1)
    TermMark.objects.create(
        origin="3", five=3, given_at=NOW, ended_at=later, ended_by=fields["given_by"], **term, **fields
    )
    TermMark.objects.create(origin="4", five=4, given_at=later, reason="Пересдача зачтена", **term, **fields)
    for minute, day in zip(minutes, (2, 3, 4), strict=True):
        lesson = lesson_on(school, school.first, date(2026, 9, day))
        mark(school, "2", student, lesson)
        write(school.journal, "", student=student, lesson=lesson, at=later + timedelta(minutes=minute))
    in_diary(school, student)
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    make_guardianship(person_of(guardian), student)
    head = pages.found(week.student_head(guardian, student.pk, TERM[0], NOW))
    lines, earlier = [], str(later + timedelta(days=1))
    while earlier:
        page = marks.changes_page(head, datetime.fromisoformat(earlier))
        lines += page.lines
        earlier = page.earlier
    assert sorted(line.words for line in lines) == ["3 → 4", *["снято «2»"] * 3]
    assert [line.reason for line in lines if line.words == "3 → 4"] == ["Пересдача зачтена"]


def test_marks_of_earlier_years_and_of_a_school_one_has_left_stay_to_be_seen():
    school = two_classes()
    student = school.journal.students[0]
    mark(school, "5", student, lesson_on(school, school.first, date(2026, 9, 2)))
    depart(placement=Placement.objects.get(student=student), day=date(2026, 9, 20), by=school.journal.deputy, at=NOW)
    student.birth_date = date(2014, 5, 5)
    student.save()
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    make_guardianship(person_of(guardian), student)
    years_later = NOW + timedelta(days=800)
    head = pages.found(week.student_head(guardian, student.pk, date(2028, 12, 25), years_later))
    page = marks.marks_page(head, None)
    assert ([row.average for row in page.subjects], [row.title for row in page.terms]) == (["5,00"], ["1-я четверть"])


def test_after_a_move_between_schemes_the_diary_opens_the_present_classs_term():
    """7Б has trimesters: what it counts in October is not what 7А's quarter counts."""
    school = two_classes()
    student = school.journal.students[0]
    deputy = school.journal.deputy
    trimesters = schools.make_term_scheme(
        school=school.journal.school,
        year=school.other.school_year,
        title="Триместры",
        kind=TermScheme.Kind.TRIMESTER,
        terms=[Span(TERM[0], date(2026, 12, 1))],
        by=deputy,
        at=NOW,
    )
    schools.give_scheme(scheme=trimesters, class_ids=[school.other.pk], by=deputy, at=NOW)
    mark(school, "2", student, lesson_on(school, school.first, date(2026, 9, 2)))
    to_other_class(school, student, date(2026, 10, 1))
    saved = mark(school, "5", student, lesson_on(school, school.second, date(2026, 10, 5)))
    page = family_page(student)
    assert [row.title for row in page.terms if row.current] == ["1-й триместр"]
    assert [row.average for row in page.subjects] == [saved.average] == ["3,50"]
    assert len(page.years) == 2


def test_a_class_without_terms_shows_its_year_and_leads_to_earlier_terms():
    school = two_classes()
    student = school.journal.students[0]
    school.other.term_scheme = None
    school.other.save()
    to_other_class(school, student, date(2026, 10, 1))
    mark(school, "5", student, lesson_on(school, school.second, date(2026, 10, 5)))
    page = family_page(student)
    assert ([row.average for row in page.subjects], page.terms, len(page.years)) == (["5,00"], [], 1)


def test_a_school_without_terms_proposes_the_years_mark_from_its_marks():
    school = two_classes()
    student = school.journal.students[0]
    for school_class in (school.journal.school_class, school.other):
        school_class.term_scheme = None
        school_class.save()
    mark(school, "5", student, lesson_on(school, school.first, date(2026, 9, 2)))
    (line, *_) = finals.finals_page(school.first, None, TODAY, is_year=True).lines
    assert on_page(school.first, student) == (line.average, line.proposed) == ("5,00", "5")


def test_a_groups_own_scale_is_not_judged_by_the_thresholds_of_the_schools():
    school = two_classes()
    JournalRules.objects.update(scale="hundred", five=85, four=70, three=50)
    GroupScale.objects.create(teaching_group=school.first, scale="ten")
    student = school.journal.students[0]
    saved = mark(school, "10", student, lesson_on(school, school.first, date(2026, 9, 2)))
    assert (saved.average, saved.proposed) == ("5,00", "5")
    agree(school, student, school.first)


def test_a_cancelled_lesson_that_holds_a_mark_is_on_paper_too():
    school = two_classes()
    student = school.journal.students[0]
    for day, text in ((2, "2"), (3, "5")):
        mark(school, text, student, lesson_on(school, school.first, date(2026, 9, day)))
    Lesson.objects.filter(teaching_group=school.first, day=date(2026, 9, 2)).update(state="cancelled")
    printed = printed_page(Head(group_id=school.first.pk, is_taught=True, is_led=False, version=1), None, TODAY)
    (row,) = [row for row in printed.rows if row[2] == "3,50"]
    assert [text for text in row[1] if text] == ["2", "5"]


def family_page(student):
    """The family's page of marks as it opens today."""
    student.birth_date = date(2014, 5, 5)
    student.save()
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    make_guardianship(person_of(guardian), student)
    head = pages.found(week.student_head(guardian, student.pk, date(2026, 10, 19), NOW))
    return marks.marks_page(head, None)
