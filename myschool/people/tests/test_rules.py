from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from myschool.kernel.tests.naughty import naughty_strings
from myschool.people.rules import ages, likeness
from myschool.people.rules import names as names_rules
from myschool.people.rules.likeness import Identity, Likeness, Rank

modest = settings(max_examples=60, deadline=None)
LEAP_BIRTH = date(2012, 2, 29)


def test_an_age_is_reached_on_the_birthday() -> None:
    birth_date = date(2012, 9, 5)
    assert ages.age_on(birth_date, date(2026, 9, 4)) == 13
    assert ages.age_on(birth_date, date(2026, 9, 5)) == 14
    assert not ages.is_of_registration_age(birth_date, date(2026, 9, 4))
    assert ages.is_of_registration_age(birth_date, date(2026, 9, 5))
    assert not ages.is_of_full_age(birth_date, date(2030, 9, 4))
    assert ages.is_of_full_age(birth_date, date(2030, 9, 5))


def test_a_leap_birthday_comes_on_the_first_of_march() -> None:
    assert ages.age_on(LEAP_BIRTH, date(2026, 2, 28)) == 13
    assert ages.age_on(LEAP_BIRTH, date(2026, 3, 1)) == 14
    assert ages.age_on(LEAP_BIRTH, date(2028, 2, 28)) == 15
    assert ages.age_on(LEAP_BIRTH, date(2028, 2, 29)) == 16


@given(
    some.one_of(some.dates(date(2005, 1, 1), date(2016, 1, 1)), some.just(LEAP_BIRTH)),
    some.one_of(
        some.dates(date(2018, 1, 1), date(2034, 1, 1)),
        some.sampled_from([date(2028, 2, 29), date(2026, 2, 28), date(2026, 3, 1)]),
    ),
    some.integers(1, 20),
)
@modest
def test_rows_are_filtered_by_the_same_age(birth_date: date, day: date, age: int) -> None:
    assert (birth_date <= ages.born_by(day, age)) == (ages.age_on(birth_date, day) >= age)


@pytest.mark.parametrize(
    "part",
    [
        *("Мамин-Сибиряк", "Салтыкова - Щедрина", "Ким Ен Сун", "О'Нил", "О’Нил", "д’Артаньян", "Оглы", "Гасан оглы"),
        *("Е", "И.", "Әминә", "Өлгә", "Үзбәк", "Һади", "Җәмилә", "Сиҥэ", "Куҕа", "Хьажӏела", "Ӕхсар", "Ҫеҫпӗл"),
        *("Smith-Jones", "Müller", "Nguyễn", "Сы\u0304чэ", "ЁЛКИНА", "ё" * 100),
    ],
)
def test_possible_name_parts(part: str) -> None:
    assert names_rules.name_part_fault(part) is None


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("", "хотя бы одну букву"),
        ("  ", "хотя бы одну букву"),
        ("ё" * 101, "не больше 100"),
        ("Иванов2", "не бывает цифр"),
        ("Иванов²", "не бывает цифр"),
        ("Иван\0", "только буквы"),
        ("Иван\u202e", "только буквы"),
        ("Анна 🌸", "только буквы"),
        ("<b>Анна</b>", "только буквы"),
        ("Оглы/Кызы", "только буквы"),
        ("王", "только буквы"),
        ("-", "между буквами"),
        ("Мамин-", "между буквами"),
        ("'", "между буквами"),
        ("Мамин----Сибиряк", "между буквами"),
        ("е" + "\u0301" * 9, "между буквами"),
    ],
)
def test_impossible_name_parts_are_explained(part: str, reason: str) -> None:
    fault = names_rules.name_part_fault(part)
    assert fault is not None
    assert reason in fault


def test_names_as_shown() -> None:
    assert names_rules.full_name("Петрова", "Анна", "Ивановна") == "Петрова Анна Ивановна"
    assert names_rules.full_name(" Салтыкова –  Щедрина", "Анна") == "Салтыкова-Щедрина Анна"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (("Петрова", "Анна", "Ивановна"), "Петрова А. И."),
        (("Петрова", "Анна", ""), "Петрова А."),
        (("Мамин-Сибиряк", "мария - софия", "Андреевна"), "Мамин-Сибиряк М.-С. А."),
        (("Ким", "Ен Сун", ""), "Ким Е. С."),
        (("Алиев", "Мамед", "Гасан оглы"), "Алиев М. Г."),
        (("Алиева", "Лейла", "Гасан-Кызы"), "Алиева Л. Г."),
        (("Е", "’Анна", "-"), "Е А."),
        (("Петрова", "", ""), "Петрова"),
    ],
)
def test_short_names(name: tuple[str, str, str], short: str) -> None:
    assert names_rules.short_name(*name) == short


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Алёна", "АЛЕНА"),
        ("Петрова-Сидорова", "Петрова  - Сидорова"),
        ("Петрова-Сидорова", "Петрова Сидорова"),
        ("О'Нил", "О’Нил"),
        ("О'Нил", "ОНил"),
        ("Cидopoв", "Сидоров"),
        ("Хьажӏела", "ХьажIела"),
        ("и\u0306од", "йод"),
        ("Smith", "SMITH"),
    ],
)
def test_spelling_habits_do_not_change_a_key(one: str, other: str) -> None:
    assert names_rules.name_key(one, "Анна") == names_rules.name_key(other, "Анна")


def test_keys_tell_names_apart() -> None:
    assert names_rules.name_key("Иванова", "Анна") != names_rules.name_key("Иванов", "Анна")
    assert names_rules.name_key("Ким", "Ен Сун") != names_rules.name_key("Ким Ен", "Сун")
    assert names_rules.name_key("Ali", "A") != names_rules.name_key("All", "A")


def test_lists_follow_the_alphabet() -> None:
    names = [
        *(("Smith", "John"), ("Ахметов", "Яков"), ("Әхмәтов", "Али"), ("Белов", "Пётр"), ("Егоров", "Лев")),
        *(("Ерёмин", "Олег"), ("Ёлкин", "Илья"), ("Жуков", "Ян"), ("Иванов", "Яков"), ("Иванова", "Анна")),
        *(("Йовович", "Анна"), ("Маминов", "Ян"), ("Мамин-Сибиряк", "Ян"), ("Маминский", "Ян"), ("Cидоров", "Ян")),
    ]
    shuffled = names[1::2] + names[::2]
    assert sorted(shuffled, key=lambda name: names_rules.sort_key(*name)) == names


ANNA = Identity(
    last_name="Петрова", first_name="Анна", patronymic="Ивановна", birth_date=date(2012, 5, 9), snils="11223344595"
)


@pytest.mark.parametrize(
    ("other", "rank"),
    [
        (ANNA, Rank.SAME_SNILS),
        (Identity(last_name="Белов", first_name="Пётр", snils=ANNA.snils), Rank.SAME_SNILS),
        (replace(ANNA, snils=""), Rank.SAME_NAME_AND_BIRTH_DATE),
        (replace(ANNA, snils="12345678964", last_name="ПЕТРОВА"), Rank.SAME_NAME_AND_BIRTH_DATE),
        (replace(ANNA, snils="", last_name="Петровa"), Rank.SAME_NAME_AND_BIRTH_DATE),
        (replace(ANNA, snils="", last_name="Петрва"), Rank.SIMILAR),
        (replace(ANNA, snils="", last_name="Петорва"), Rank.SIMILAR),
        (replace(ANNA, snils="", last_name="Петроваа"), Rank.SIMILAR),
        (replace(ANNA, snils="", first_name="Инна"), Rank.SIMILAR),
        (replace(ANNA, snils="", patronymic=""), Rank.SIMILAR),
        (replace(ANNA, snils="", birth_date=date(2012, 9, 5)), Rank.SIMILAR),
        (replace(ANNA, snils="", birth_date=date(2011, 5, 9)), Rank.SIMILAR),
        (replace(ANNA, snils="", birth_date=None), Rank.SIMILAR),
        (replace(ANNA, snils="", birth_date=date(2012, 5, 10)), Rank.UNLIKE),
        (replace(ANNA, snils="", birth_date=date(2003, 5, 9)), Rank.UNLIKE),
        (replace(ANNA, snils="", last_name="Петрва", first_name="Инна"), Rank.UNLIKE),
        (replace(ANNA, snils="", last_name="Сидорова"), Rank.UNLIKE),
        (replace(ANNA, snils="", patronymic="", birth_date=None), Rank.UNLIKE),
    ],
)
def test_rank_of_two_records(other: Identity, rank: Rank) -> None:
    assert likeness.closeness(ANNA, other).rank is rank
    assert likeness.closeness(other, ANNA) == likeness.closeness(ANNA, other)


def test_closeness_says_which_fields_differ() -> None:
    closeness = likeness.closeness(ANNA, Identity(last_name="Белова", first_name="Аня", birth_date=date(2012, 9, 5)))
    assert (closeness.last_name, closeness.first_name, closeness.patronymic, closeness.birth_date, closeness.snils) == (
        Likeness.DIFFERS,
        Likeness.DIFFERS,
        Likeness.ABSENT,
        Likeness.NEAR,
        Likeness.ABSENT,
    )


def test_two_people_without_a_patronymic_have_the_same_name() -> None:
    kim = Identity(last_name="Ким", first_name="Ен Сун", birth_date=date(2012, 5, 9))
    assert likeness.closeness(kim, kim).rank is Rank.SAME_NAME_AND_BIRTH_DATE


def test_naughty_strings_crash_no_rule_about_names() -> None:
    for string in naughty_strings():
        names_rules.name_part_fault(string)
        names_rules.full_name(string, string, string)
        names_rules.short_name(string, string, string)
        names_rules.name_key(string, string).encode()
        names_rules.sort_key(string, string).encode()
        likeness.closeness(ANNA, Identity(last_name=string, first_name=string))
    assert names_rules.name_part_fault("<script>alert(1)</script>")
