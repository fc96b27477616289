"""Subjects, terms and holidays of a school; the norm of hours a week."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from myschool.kernel.actors import Actor, Role
from myschool.kernel.models import Entry
from myschool.schools import actions
from myschool.schools.models import Holiday, SchoolClass, Subject, Term, TermScheme
from myschool.schools.queries import WrongClass
from myschool.schools.rules import terms as terms_rules
from myschool.schools.rules import week_hours
from myschool.schools.rules.terms import Span
from myschool.schools.tests.makers import NOON, make_class, make_school, make_year

YEAR = Span(date(2026, 9, 1), date(2027, 9, 1))
AUTUMN = Span(date(2026, 9, 1), date(2026, 10, 25))
WINTER = Span(date(2026, 11, 2), date(2026, 12, 30))
SPRING = Span(date(2027, 1, 11), date(2027, 5, 27))


def test_terms_in_order_inside_the_year_are_right() -> None:
    assert terms_rules.terms_fault([AUTUMN, WINTER, SPRING], YEAR) is None
    assert terms_rules.terms_fault([YEAR], YEAR) is None


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ([], "хотя бы одного"),
        ([Span(date(2026, 8, 31), date(2026, 10, 1))], "Период 1 выходит"),
        ([AUTUMN, Span(date(2027, 8, 1), date(2027, 9, 2))], "Период 2 выходит"),
        ([WINTER, AUTUMN], "Период 2 начинается раньше"),
        ([AUTUMN, Span(date(2026, 10, 24), date(2026, 12, 1))], "Период 2 начинается раньше"),
        ([Span(date(2026, 10, 1), date(2026, 10, 1))], "последний день раньше"),
        ([AUTUMN] * 9, "больше 8"),
    ],
)
def test_terms_that_make_no_year_are_explained(terms: list[Span], words: str) -> None:
    assert words in (terms_rules.terms_fault(terms, YEAR) or "")


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("quarter", "2-я четверть"),
        ("trimester", "2-й триместр"),
        ("half_year", "2-е полугодие"),
        ("other", "2-й период"),
    ],
)
def test_terms_are_called_as_people_call_them(kind: str, title: str) -> None:
    assert terms_rules.term_title(kind, 2) == title


@pytest.mark.parametrize(
    ("level", "hours", "words"),
    [(7, "31.75", "Меньше"), (7, "32", ""), (7, "35", ""), (7, "35.25", "Больше"), (1, "22", "Больше"), (12, "50", "")],
)
def test_hours_outside_the_norm_are_remarked(level: int, hours: str, words: str) -> None:
    warning = week_hours.week_hours_warning(level, Decimal(hours))
    assert warning.startswith(words)
    assert bool(warning) == bool(words)


class Keeper:
    """A school and who keeps it."""

    def __init__(self):
        self.school = make_school()
        self.by = Actor(person_id=1, session_id=1, role=Role.SCHOOL_ADMIN, organisation_id=self.school.pk)
        self.year = make_year()

    def subject(self, title="Алгебра"):
        return actions.add_subject(school=self.school, title=title, code="algebra", by=self.by, at=NOON)

    def scheme(self, title="Четверти", terms=(AUTUMN, WINTER)):
        return actions.make_term_scheme(
            school=self.school,
            year=self.year,
            title=title,
            kind=TermScheme.Kind.QUARTER,
            terms=terms,
            by=self.by,
            at=NOON,
        )

    def give(self, scheme, *classes):
        actions.give_scheme(scheme=scheme, class_ids=[row.pk for row in classes], by=self.by, at=NOON)

    def holiday(self, from_date=date(2026, 10, 26), to_date=date(2026, 11, 2), up_to_level=None):
        return actions.add_holiday(
            school=self.school,
            year=self.year,
            title="Осенние каникулы",
            from_date=from_date,
            to_date=to_date,
            up_to_level=up_to_level,
            by=self.by,
            at=NOON,
        )


@pytest.fixture
def keeper(db):
    return Keeper()


def told():
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def test_a_subject_is_added_closed_and_opened_again(keeper):
    first = keeper.subject()
    with pytest.raises(actions.SubjectExists, match="Алгебра"):
        keeper.subject()
    for _ in range(2):
        actions.close_subject(subject=first, by=keeper.by, at=NOON)
    assert keeper.subject() == first
    assert Subject.objects.get().closed_at is None
    assert told() == ["schools.subject_added", "schools.subject_closed", "schools.subject_added"]


def test_a_scheme_is_made_with_its_terms(keeper):
    scheme = keeper.scheme()
    assert list(Term.objects.order_by("number").values_list("scheme", "number", "from_date", "to_date")) == [
        (scheme.pk, 1, *AUTUMN),
        (scheme.pk, 2, *WINTER),
    ]
    with pytest.raises(actions.SchemeExists):
        keeper.scheme()
    with pytest.raises(actions.TermsUnfit):
        keeper.scheme("Другие", (WINTER, AUTUMN))
    assert told() == ["schools.term_scheme_made"]


def test_the_days_of_terms_are_moved_all_at_once(keeper):
    scheme = keeper.scheme()
    stamp = {"by": keeper.by, "at": NOON}
    # The first term now ends where the second began: on the way they must not be taken to overlap.
    middle = WINTER.from_date + timedelta(days=9)
    later = [Span(AUTUMN.from_date, middle), Span(middle, WINTER.to_date)]
    actions.change_terms(scheme=scheme, terms=later, **stamp)
    spans = Term.objects.order_by("number").values_list("from_date", "to_date")
    assert [Span(*span) for span in spans] == later
    for wrong in ((AUTUMN,), (WINTER, AUTUMN)):
        with pytest.raises(actions.TermsUnfit):
            actions.change_terms(scheme=scheme, terms=wrong, **stamp)
    assert [Span(*span) for span in spans.all()] == later
    assert told() == ["schools.term_scheme_made", "schools.terms_changed"]


def test_a_scheme_goes_once_nobody_follows_it(keeper):
    scheme, school_class = keeper.scheme(), make_class(keeper.school)
    keeper.give(scheme, school_class)
    with pytest.raises(actions.SchemeInUse):
        actions.remove_scheme(scheme=scheme, by=keeper.by, at=NOON)
    keeper.give(scheme)
    actions.remove_scheme(scheme=scheme, by=keeper.by, at=NOON)
    assert not Term.objects.exists()


def test_classes_of_one_school_follow_different_schemes(keeper):
    quarters, halves = keeper.scheme(), keeper.scheme("Полугодия", (AUTUMN,))
    seventh, tenth, profile = (
        make_class(keeper.school, level, letter) for level, letter in ((7, "А"), (10, "А"), (10, "физмат"))
    )
    keeper.give(quarters, seventh, profile)
    keeper.give(halves, tenth, profile)
    keeper.give(halves, tenth, profile)
    followed = SchoolClass.objects.order_by("level", "letter").values_list("term_scheme__title", flat=True)
    assert list(followed) == ["Четверти", "Полугодия", "Полугодия"]
    keeper.give(halves)
    assert list(followed.all()) == ["Четверти", None, None]
    assert told().count("schools.term_scheme_given") == 3


def test_a_class_of_another_school_or_a_closed_one_follows_nothing(keeper):
    scheme, closed = keeper.scheme(), make_class(keeper.school)
    actions.close_class(school_class=closed, by=keeper.by, at=NOON)
    for school_class in (make_class(), closed):
        with pytest.raises(WrongClass):
            keeper.give(scheme, school_class)
    assert not SchoolClass.objects.filter(term_scheme=scheme).exists()


def test_a_holiday_is_added_once_and_removed_once(keeper):
    holiday = keeper.holiday(up_to_level=1)
    with pytest.raises(actions.HolidayUnfit, match="уже есть"):
        keeper.holiday()
    for _ in range(2):
        actions.remove_holiday(holiday=holiday, by=keeper.by, at=NOON)
    assert not Holiday.objects.exists()
    assert told() == ["schools.holiday_added", "schools.holiday_removed"]


@pytest.mark.parametrize(
    ("from_date", "to_date"),
    [
        (date(2026, 10, 26), date(2026, 10, 26)),
        (date(2026, 8, 31), date(2026, 9, 2)),
        (date(2027, 8, 25), date(2027, 9, 2)),
    ],
)
def test_a_holiday_outside_the_year_or_of_no_day_is_refused(keeper, from_date, to_date):
    with pytest.raises(actions.HolidayUnfit):
        keeper.holiday(from_date, to_date)
