"""Finding a school by its ИНН: a typo, a stranger, a school not connected, branches; and its years and days."""

from datetime import UTC, date, datetime

import pytest

from myschool.schools import queries
from myschool.schools.models import CalendarDay
from myschool.schools.queries import schools_by_inn
from myschool.schools.rules.identifiers import likely_inns
from myschool.schools.tests.makers import INN, NOON, make_class, make_organisation, make_region, make_school, make_year

pytestmark = pytest.mark.django_db
MISPRINTED = "9725127019"


def names(answer):
    return [branch.name for branch in answer.branches]


@pytest.mark.parametrize("typed", [INN, " 9725 127018 ", "9725-127-018", "9725\u00a0127018\u200b"])
def test_a_connected_school_is_found_however_its_number_is_typed(typed):
    school = make_school(inn=INN)
    answer = schools_by_inn(typed)
    assert (names(answer), answer.explanation) == ([school.organisation.short_name], "")


def test_a_typo_is_told_from_an_unknown_number():
    answer = schools_by_inn(MISPRINTED)
    assert "опечатка" in answer.explanation
    assert (answer.branches, answer.likely, answer.can_connect) == ((), (), False)


def test_a_typo_offers_the_connected_school_one_slip_away_and_no_other():
    make_school(inn=INN)
    make_school(inn=next(inn for inn in likely_inns(MISPRINTED) if inn != INN), connected=False)
    make_school()
    assert schools_by_inn(MISPRINTED).likely == (INN,)


@pytest.mark.parametrize("typed", ["", "1", "972512701", "97251270180", "770000000082", "500100732259"])
def test_a_number_of_another_length_is_no_organisations(typed, django_assert_num_queries):
    """Twelve digits are a person's own ИНН: it is never looked up."""
    with django_assert_num_queries(0):
        assert schools_by_inn(typed).explanation == "ИНН организации состоит из 10 цифр."


@pytest.mark.parametrize(
    "typed", ["972512701O", "девять", "9725127018; DROP TABLE", "\0" * 10, "٩٧٢٥١٢٧٠١٨", "９７２５１２７０１８"]
)
def test_what_is_no_number_is_never_looked_up(typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "только из цифр" in schools_by_inn(typed).explanation


def test_a_right_number_that_the_register_does_not_hold_is_told_so():
    answer = schools_by_inn(INN)
    assert "такой школы в реестре нет" in answer.explanation
    assert not answer.can_connect


def test_an_organisation_that_is_no_school_is_not_found():
    make_organisation(kind="authority", inn=INN)
    assert "такой школы в реестре нет" in schools_by_inn(INN).explanation


def test_a_school_not_connected_yet_is_told_so_with_the_way_to_connect():
    make_school(inn=INN, connected=False)
    answer = schools_by_inn(INN)
    assert "ещё не подключена" in answer.explanation
    assert (answer.branches, answer.can_connect) == ((), True)


def test_who_connects_a_school_finds_it_connected_or_not():
    make_school(inn=INN, connected=False)
    make_school(inn=INN, kpp="772501002")
    assert [branch.connected for branch in schools_by_inn(INN, to_connect=True).branches] == [False, True]


def test_branches_of_one_number_are_told_apart_by_their_kpp():
    for kpp in ("772501002", "772501001"):
        make_school(inn=INN, kpp=kpp)
    make_school(inn=INN, kpp="772501003", connected=False)
    assert [branch.kpp for branch in schools_by_inn(INN).branches] == ["772501001", "772501002"]


def test_branches_are_found_in_one_statement_however_many_there_are(django_assert_num_queries):
    for number in range(60):
        make_school(inn=INN, kpp=f"7725{number:05d}")
    with django_assert_num_queries(1):
        assert len(schools_by_inn(INN).branches) == 50


def test_a_school_that_may_not_be_joined_is_refused_by_its_id_too():
    for school_id in (make_school(connected=False).pk, 2**40):
        with pytest.raises(queries.SchoolNotConnected, match="среди подключённых нет"):
            queries.connected_school(school_id)


def test_in_summer_the_year_is_the_next_one():
    school = make_school()
    this_year = make_year()
    assert queries.year_on(school, date(2026, 7, 15)) == this_year
    assert queries.year_on(school, date(2027, 8, 31)) == this_year
    assert queries.year_on(school, date(2027, 9, 1)) is None
    with pytest.raises(queries.NoYear, match="не задал учебный год"):
        queries.year_to_plan(school, date(2027, 9, 1))
    following = make_year(from_date=date(2027, 9, 1), to_date=date(2028, 9, 1))
    assert queries.year_to_plan(school, date(2027, 9, 1)) == following


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Kamchatka", date(2026, 9, 11)),
        ("Europe/Moscow", date(2026, 9, 10)),
        ("Europe/Kaliningrad", date(2026, 9, 10)),
    ],
)
def test_today_is_the_date_at_the_school_not_of_the_server_or_the_region(zone, day):
    school = make_school(make_region("65", "Область", "Europe/Moscow"), time_zone=zone)
    assert queries.today_in(school, datetime(2026, 9, 10, 18, tzinfo=UTC)) == day


def test_a_regions_days_off_push_a_deadline_and_its_working_saturdays_pull_it():
    region = make_region()
    thursday = date(2026, 9, 10)
    assert queries.working_day_after("77", thursday, 3) == date(2026, 9, 15)
    CalendarDay.objects.create(region=region, day=date(2026, 9, 14), is_working=False)
    assert queries.working_day_after("77", thursday, 3) == date(2026, 9, 16)
    CalendarDay.objects.create(region=region, day=date(2026, 9, 12), is_working=True)
    assert queries.working_day_after("77", thursday, 3) == date(2026, 9, 15)
    make_region("39", "Калининградская область", "Europe/Kaliningrad")
    assert queries.working_day_after("39", thursday, 3) == date(2026, 9, 15)


def test_the_classes_of_a_level_come_by_letter_with_yo_after_ye():
    school = make_school()
    for letter in ("Ж", "Ё", "Е", "А"):
        make_class(school, letter=letter)
    make_class(school, level=8)
    choice = queries.levels_and_classes(school, 7, NOON.date())
    assert [row.letter for row in choice.classes] == ["А", "Е", "Ё", "Ж"]


def test_a_level_without_classes_says_what_to_do():
    choice = queries.levels_and_classes(make_school(), 7, NOON.date())
    assert "ещё не создала 7-е классы. Отправьте запрос без буквы" in choice.explanation


@pytest.mark.django_db
def test_a_school_must_be_the_one_its_inn_led_to():
    school, other = make_school(), make_school()
    assert queries.connected_school(school.pk, school.organisation.inn) == school
    with pytest.raises(queries.SchoolNotConnected):
        queries.connected_school(school.pk, other.organisation.inn)
