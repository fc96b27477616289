from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from myschool.kernel.tests.naughty import naughty_strings
from myschool.schools.rules import class_names, identifiers, working_days
from myschool.schools.rules.identifiers import NumberFault
from myschool.schools.rules.working_days import RegionCalendar

modest = settings(max_examples=60, deadline=None)
Check = Callable[[str], bool]

SAMPLES: list[tuple[Check, str, str]] = [
    (
        identifiers.valid_inn,
        (
            "9725127018 7707083893 7736207543 7707329152 9109008653 1234567894 7700000009 5000000017"
            " 1600000029 500100732259 585204118212 123456789047 770000000082 500000000100 160000000227"
        ),
        "9725127019 1234567895 772353163702 123456789037 0000000000 97251270180 972512701 ٩725127018",
    ),
    (
        identifiers.valid_ogrn,
        "1027700132195 1027700229193 1027700070518 1022200525819 1237700000009 1195000000018 1021600000025",
        "1027700000000 1022500001328 304500116000157 2027700132199 102770013219",
    ),
    (
        identifiers.valid_ogrnip,
        "304500116000157 385768585948949 323770000000006 319160000000021 323770000000040",
        "323770000000041 1027700132195 404500116000157",
    ),
    (
        identifiers.valid_snils,
        (
            "11223344595 08765430300 12345678964 10020699999 10020789900 10020798900 90006999900 90007899900"
            " 90007989901 00000060006 00100199800"
        ),
        "16022033800 11223344596 00100199900 00000000000 1122334459 112-233-445 95",
    ),
    (identifiers.valid_kpp, "773601001 772501001 7707AB001", "77360100 77360100А 773601001\n"),
    (identifiers.valid_okpo, "00032537 00040778 12345678 10000062 1234567890", "02817239 1234567891 0003253"),
    (identifiers.valid_oktmo, "45000000 45382000000", "4500000 4538200000 45О00000"),
]


@pytest.mark.parametrize(
    ("valid", "number"), [(valid, number) for valid, good, _ in SAMPLES for number in good.split()]
)
def test_true_numbers_pass(valid: Check, number: str) -> None:
    assert valid(number)


@pytest.mark.parametrize(
    ("valid", "number"), [(valid, number) for valid, _, bad in SAMPLES for number in bad.split(" ")]
)
def test_wrong_numbers_fail(valid: Check, number: str) -> None:
    assert not valid(number)


def weighted(digits: str, weights: list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def with_inn_digits(start: str) -> str:
    if len(start) == 9:
        return start + str(weighted(start, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)
    start += str(weighted(start, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)
    return start + str(weighted(start, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)


def with_snils_digits(start: str) -> str:
    return start + f"{weighted(start, list(range(9, 0, -1))) % 101 % 100:02}"


inns = some.integers(10**8, 10**10 - 1).map(lambda start: with_inn_digits(str(start)))
ogrns = some.integers(10**11, 2 * 10**11 - 1).map(lambda start: f"{start}{start % 11 % 10}")
ogrnips = some.integers(3 * 10**13, 4 * 10**13 - 1).map(lambda start: f"{start}{start % 13 % 10}")
snilses = some.integers(110_000_000, 999_999_999).map(lambda start: with_snils_digits(str(start)))

# Remainders above nine share their digits with small ones, so a check digit may have two meanings.
numbers = some.one_of(
    inns.map(lambda number: (identifiers.valid_inn, number, "0" in number[-2:])),
    ogrns.map(lambda number: (identifiers.valid_ogrn, number, number[-1] == "0")),
    ogrnips.map(lambda number: (identifiers.valid_ogrnip, number, number[-1] <= "2")),
    snilses.map(lambda number: (identifiers.valid_snils, number, number[-2:] == "00")),
)


def mistyped(number: str, place: int, shift: int) -> str:
    place %= len(number)
    return number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]


@given(numbers, some.integers(0, 14), some.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_one_wrong_digit_is_noticed(number: tuple[Check, str, bool], place: int, shift: int) -> None:
    valid, right, ambiguous = number
    assert valid(right)
    assert ambiguous or not valid(mistyped(right, place, shift))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("9725127018", None),
        ("9725127019", NumberFault.MISPRINT),
        ("0025127018", NumberFault.MISPRINT),
        ("972512701", NumberFault.WRONG_LENGTH),
        ("", NumberFault.WRONG_LENGTH),
        ("972512701О", NumberFault.NOT_DIGITS),
    ],
)
def test_what_is_wrong_with_an_inn(typed: str, fault: NumberFault | None) -> None:
    assert identifiers.inn_fault(typed) is fault


def test_what_is_wrong_with_an_ogrn() -> None:
    assert identifiers.ogrn_fault("1027700132195") is None
    assert identifiers.ogrn_fault("1027700000000") is NumberFault.MISPRINT
    assert identifiers.ogrn_fault("323770000000040") is NumberFault.WRONG_LENGTH
    assert "опечатка" in NumberFault.MISPRINT


def test_a_misprinted_inn_leads_to_the_true_one() -> None:
    assert "9725127018" in identifiers.likely_inns("9725127019")
    assert "9725127018" in identifiers.likely_inns("9752127018")
    assert identifiers.likely_inns("9725127018") == ()
    assert identifiers.likely_inns("972512701") == ()


@given(inns, some.integers(0, 11), some.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_likely_inns_undo_one_slip(inn: str, place: int, shift: int) -> None:
    typed = mistyped(inn, place, shift)
    assume(identifiers.inn_fault(typed) is not None)
    likely = identifiers.likely_inns(typed)
    assert inn in likely
    assert all(map(identifiers.valid_inn, likely))


def test_numbers_lose_spaces_and_dashes() -> None:
    assert identifiers.normalised_number(" 112-233-445\u00a095 ") == "11223344595"
    assert identifiers.normalised_number("77 07–083893\ufeff") == "7707083893"
    assert identifiers.normalised_number("7707 ab 001") == "7707AB001"
    assert identifiers.shown_snils("11223344595") == "112-233-445 95"


@pytest.mark.parametrize("number", ["IV-АИ 123456", "XXI-ОВ 654321", "II-ИК 123456"])
def test_birth_certificates_pass_and_stay(number: str) -> None:
    assert identifiers.valid_birth_certificate(number)
    assert identifiers.normalised_birth_certificate(number) == number


@pytest.mark.parametrize("number", ["IIII-АИ 123456", "IV-AI 123456", "4-АИ 123456", "-АИ 123456", "IV-АИ 12345"])
def test_wrong_birth_certificates_fail(number: str) -> None:
    assert not identifiers.valid_birth_certificate(number)


@pytest.mark.parametrize(
    "typed", ["iv-аи 123456", "IУ–АИ № 123456", "1V АИ N123456", "IV-AИ123456", "ivаи 123 456", "ІV — АИ № 123456"]
)
def test_birth_certificates_are_understood(typed: str) -> None:
    assert identifiers.normalised_birth_certificate(typed) == "IV-АИ 123456"


def test_cyrillic_stands_in_for_roman() -> None:
    assert identifiers.normalised_birth_certificate("ХП-МЮ 123456") == "XII-МЮ 123456"
    assert identifiers.normalised_birth_certificate("Ш-МЮ 123456") == "III-МЮ 123456"
    assert not identifiers.valid_birth_certificate(identifiers.normalised_birth_certificate("паспорт 4511 123456"))


@pytest.mark.parametrize(
    ("typed", "level", "letter"),
    [
        ("5 а", 5, "А"),
        ("5А", 5, "А"),
        (" 5-А ", 5, "А"),
        ("5A", 5, "А"),
        ("5 b", 5, "В"),
        ("5 «А» класс", 5, "А"),
        ("10 физмат", 10, "физмат"),
        ("10-Физмат", 10, "физмат"),
        ("10 фм", 10, "ФМ"),
        ("10 it", 10, "IT"),
        ("5/2", 5, "2"),
        ("11", 11, ""),
        ("9 класс", 9, ""),
        ("8 ә", 8, "Ә"),
        ("10 " + "ф" * 15, 10, "ф" * 15),
    ],
)
def test_class_names_are_read(typed: str, level: int, letter: str) -> None:
    assert class_names.parsed_class_name(typed) == (level, letter)
    assert class_names.parsed_class_name(class_names.class_name(level, letter)) == (level, letter)


@pytest.mark.parametrize(
    "typed", ["", "А", "0А", "12А", "51", "115", "5 <b>", "5 👍", "5 А_Б", "5 А--Б", "10 " + "ф" * 16, "٥А"]
)
def test_what_is_no_class_name(typed: str) -> None:
    assert class_names.parsed_class_name(typed) is None


def test_evening_schools_have_a_twelfth_level() -> None:
    assert class_names.parsed_class_name("12 в", top_level=12) == (12, "В")


def test_class_names_are_written() -> None:
    assert [class_names.class_name(5, "А"), class_names.class_name(10, "физмат"), class_names.class_name(5, "2")] == [
        "5А",
        "10 физмат",
        "5 2",
    ]
    assert class_names.class_name(5, "") == "5"


DAY = timedelta(days=1)
WINTER = RegionCalendar(
    holidays=frozenset({date(2024, 12, 30), date(2024, 12, 31), *(date(2025, 1, day) for day in range(1, 9))}),
    working_days=frozenset({date(2024, 12, 28)}),
)


def test_a_term_runs_over_the_new_year_and_a_moved_saturday() -> None:
    friday = date(2024, 12, 27)
    assert [working_days.add_working_days(friday, count, WINTER) for count in range(4)] == [
        friday,
        date(2024, 12, 28),
        date(2025, 1, 9),
        date(2025, 1, 10),
    ]
    assert working_days.working_days_between(friday, date(2025, 1, 8), WINTER) == 1
    assert working_days.working_days_between(date(2025, 1, 9), friday, WINTER) == -2


def test_a_six_day_week_counts_saturdays() -> None:
    six_days = RegionCalendar(weekly_days_off=frozenset({6}))
    assert working_days.add_working_days(date(2026, 9, 4), 2, six_days) == date(2026, 9, 7)
    assert working_days.add_working_days(date(2026, 9, 4), 2, RegionCalendar()) == date(2026, 9, 8)


@given(
    some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    some.integers(1, 30),
    some.frozensets(some.integers(0, 6), max_size=6),
    some.frozensets(some.integers(1, 40), max_size=20),
    some.frozensets(some.integers(1, 40), max_size=5),
)
@modest
def test_counting_undoes_adding(
    day: date, count: int, days_off: frozenset[int], holidays: frozenset[int], moved: frozenset[int]
) -> None:
    calendar = RegionCalendar(
        days_off, frozenset(day + DAY * ahead for ahead in holidays), frozenset(day + DAY * ahead for ahead in moved)
    )
    end = working_days.add_working_days(day, count, calendar)
    assert calendar.is_working(end)
    assert working_days.working_days_between(day, end, calendar) == count
    assert working_days.working_days_between(end, day, calendar) <= 0


def test_impossible_calendars_and_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="without working days"):
        RegionCalendar(weekly_days_off=frozenset(range(7)))
    with pytest.raises(ValueError, match="negative"):
        working_days.add_working_days(date(2026, 9, 1), -1, RegionCalendar())


def test_naughty_strings_are_no_numbers() -> None:
    for string in naughty_strings():
        number = identifiers.normalised_number(string)
        assert not any(valid(number) for valid, _, _ in SAMPLES)
        assert not identifiers.valid_birth_certificate(identifiers.normalised_birth_certificate(string))
        assert identifiers.inn_fault(number) is not None
        assert identifiers.likely_inns(number) == ()
        class_names.parsed_class_name(string)
