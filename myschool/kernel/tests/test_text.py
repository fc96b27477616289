import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from myschool.kernel import text
from myschool.kernel.tests.naughty import naughty_strings

modest = settings(max_examples=60, deadline=None)
ASTRONAUT = "👩🏽\u200d🚀"
HEART = "❤\ufe0f"
TRICKY = (
    "аeЁи\u0306\u0301\u0338\u034f \u00a0\t\n\r\u2028\u200b\u200d\ufe0f\u20e3\ufeff\u202e\u3164"
    "1#\u2190\u2329\u212b\u2add❤🚀👩🏽"
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Петрова \t Анна\n", "Петрова Анна"),
        ("Мурманская\u00a0область", "Мурманская область"),
        ("и\u0306од", "йод"),
        ("\ufeffИва\u200bнов\u202e", "Иванов"),
        ("и\u034f\u0306", "й"),
        ("\u3164\u2800", ""),
        (f"Ура {ASTRONAUT} {HEART} 1\ufe0f\u20e3", f"Ура {ASTRONAUT} {HEART} 1\ufe0f\u20e3"),
        ("А\u200dБ\ufe0f", "АБ"),
        ("первая\r\nвторая", "первая вторая"),
    ],
)
def test_one_line_is_cleaned(typed: str, kept: str) -> None:
    assert text.cleaned(typed, limit=100) == kept


def test_several_lines_keep_indentation_and_one_blank_line() -> None:
    typed = "\n for i in x:\r\n\tprint(i)  \v    i\u00a0+= 1\n\n\n\nВсё.\n"
    assert text.cleaned(typed, limit=100, multiline=True) == "for i in x:\n\tprint(i)\n    i += 1\n\nВсё."


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\x9d", "\ud83d"])
@pytest.mark.parametrize("multiline", [False, True])
def test_control_characters_are_refused(sign: str, multiline: bool) -> None:  # noqa: FBT001
    with pytest.raises(text.UnfitText, match="служебные символы"):
        text.cleaned(f"а{sign}б", limit=100, multiline=multiline)


def test_the_limit_counts_what_is_kept() -> None:
    assert text.cleaned("  абв  ", limit=3) == "абв"
    with pytest.raises(ValueError, match="4 знака, а помещается не больше 3"):
        text.cleaned("абвг", limit=3)


@given(some.text(TRICKY), some.booleans())
@modest
def test_cleaned_text_is_clean(typed: str, multiline: bool) -> None:  # noqa: FBT001
    clean_text = text.cleaned(typed, limit=10_000, multiline=multiline)
    assert text.cleaned(clean_text, limit=10_000, multiline=multiline) == clean_text
    assert unicodedata.is_normalized("NFC", clean_text)
    assert clean_text == clean_text.strip()
    assert multiline or "\n" not in clean_text


def is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and not sign.isspace()


def test_naughty_strings_are_cleaned_or_refused() -> None:
    refused = []
    for string in naughty_strings():
        try:
            text.cleaned(string, limit=10_000, multiline=True).encode()
            text.cleaned(string, limit=10_000).encode()
        except text.UnfitText:
            refused.append(string)
        text.shortened(string, 20)
        text.in_cyrillic(string)
        text.digits_of(string)
    assert refused == [string for string in naughty_strings() if any(map(is_control, string))]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("A", "А"), ("Cидopoв", "Сидоров"), ("IT", "IT"), ("Smith", "Smith"), ("ËЛКА", "ЁЛКА"), ("7-2", "7-2")],
)
def test_look_alikes_become_cyrillic_unless_latin_remains(typed: str, folded: str) -> None:
    assert text.in_cyrillic(typed) == folded


def test_digits_of() -> None:
    assert text.digits_of("+7 (900) 000-00-01, доб. ²٣") == "79000000001"


@pytest.mark.parametrize(
    ("whole", "limit", "short"),
    [
        ("Алгебра", 7, "Алгебра"),
        ("Алгебра и начала анализа", 12, "Алгебра и…"),
        ("Алгебра и начала анализа", 10, "Алгебра и…"),
        ("Алгебра и начала анализа", 9, "Алгебра…"),
        ("Превысокомногорассмотрительствующий", 6, "Превы…"),
        (f"аб{ASTRONAUT}", 5, "аб…"),
        ("абе\u0301", 3, "аб…"),
    ],
)
def test_shortened_cuts_between_words_and_not_through_signs(whole: str, limit: int, short: str) -> None:
    assert text.shortened(whole, limit) == short


@given(some.text(TRICKY), some.integers(1, 20))
@modest
def test_shortened_fits(whole: str, limit: int) -> None:
    assert len(text.shortened(whole, limit)) <= limit


def test_plurals_to_125() -> None:
    singular = {1, 21, 31, 41, 51, 61, 71, 81, 91, 101, 121}
    few = {start + step for start in singular - {1, 101} for step in (1, 2, 3)} | {2, 3, 4, 102, 103, 104}
    for count in range(126):
        expected = "день" if count in singular else "дня" if count in few else "дней"
        assert text.plural(count, "день", "дня", "дней") == expected, count
    assert text.plural(-1, "день", "дня", "дней") == "день"


def test_days_in_words() -> None:
    day = date(2026, 9, 5)
    assert text.date_in_words(day) == "5 сентября 2026 года"
    assert text.day_month(date(2026, 5, 1)) == "1 мая"
    assert text.weekday_name(day) == "суббота"
    assert text.short_weekday_name(date(2026, 9, 7)) == "пн"


def test_a_moment_is_told_by_the_clocks_of_the_zone() -> None:
    moment = datetime(2026, 12, 31, 20, 5, tzinfo=UTC)
    assert text.moment_in_words(moment, ZoneInfo("Asia/Kamchatka")) == "1 января 2027 года, 08:05"
    assert text.moment_in_words(moment, ZoneInfo("Europe/Kaliningrad")) == "31 декабря 2026 года, 22:05"
    with pytest.raises(ValueError, match="without a zone"):
        text.moment_in_words(moment.replace(tzinfo=None), UTC)


def test_classes_stand_in_the_order_of_their_levels():
    titles = ["10 физмат", "11А", "7Б", "Хор", "7А", "10А"]
    assert sorted(titles, key=text.in_order_of_numbers) == ["7А", "7Б", "10 физмат", "10А", "11А", "Хор"]
