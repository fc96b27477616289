"""What a message looks like, who may talk with whom, when quiet hours end."""

import re
from datetime import UTC, datetime, time
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myschool.chat.rules.formatting import as_html, as_words, mentioned
from myschool.chat.rules.talking import may_talk, pair, quiet_until


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("**важно** и _тихо_", "<strong>важно</strong> и <em>тихо</em>"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4 ** 5", "2 * 3 * 4 ** 5"),
        ("`a < b`", "<code>a &lt; b</code>"),
        ("раз\nдва", "раз<br>два"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("👍🏽 👨‍👩‍👧", "👍🏽 👨‍👩‍👧"),
        (
            "@[7], @[8]",
            '<span class="mention" data-person="7">@Ивановой А.</span>, <span class="mention" data-person="8">@участник</span>',
        ),
    ],
)
def test_only_our_own_tags_are_in_a_message(text, html):
    assert as_html(text, {7: "Ивановой А."}) == html


def test_a_link_ends_before_the_sentence_does_and_carries_nothing_else():
    html = as_html('см. https://example.com/a?b=1&c="><script>, потом', {})
    assert '<a href="https://example.com/a?b=1&amp;c=" rel="noopener noreferrer nofollow" target="_blank">' in html
    assert "<script" not in html
    assert as_html("(http://example.com/x).", {}).endswith("</a>).")


MARKS = "*_`\n"
AS_THEY_STAND = [
    "2*3*4",
    "2**3**4",
    "2**3 и 4**5",
    "a_b_c",
    "x^2 + y^2 = z^2",
    "__init__",
    "f(**a, **b) и **kw",
    "1. раз 2. два",
    "-5 - -3 = -2",
    "2 * 3 * 4 ** 5",
    "S = a_1 * b_1 + a_2 * b_2",
    "5 _ 3",
    "~/.config/*_*.toml",
    "3/4 и 1:2, 50 % и 1e-5",
]


def without_tags(html):
    return unescape(re.sub(r"<[a-z/][^>]*>", "", html.replace("<br>", "\n")))


@pytest.mark.parametrize("text", AS_THEY_STAND)
def test_numbers_formulas_and_programs_stay_as_they_are(text):
    assert as_html(text, {}) == escape(text)
    assert as_words(text, {}) == text


@given(
    st.text(alphabet="abяб0123456789.,^+-*/_=", max_size=40).filter(lambda one: one[:1].isalnum() and one[-1].isalnum())
)
def test_what_is_written_without_a_space_is_no_emphasis(formula):
    assert as_html(formula, {}) == formula
    assert as_words(formula, {}) == formula


@given(st.text(alphabet="<>&\"'`*_()[]0123 \n\tabcя/:.,-^htps", max_size=200))
def test_formatting_takes_nothing_but_its_own_marks(text):
    kept = str.maketrans("", "", MARKS)
    assert without_tags(as_html(text, {})).translate(kept) == text.translate(kept)
    assert "".join(as_words(text, {}).translate(kept).split()) == "".join(text.translate(kept).split())


@given(st.text(alphabet="<>&*_()[]0123 \tabcя/:.,-^", min_size=1, max_size=60))
def test_code_stays_sign_for_sign(code):
    assert f"<code>{escape(code)}</code>" in as_html(f"см. `{code}`, да", {})
    assert f"<pre>{escape(code)}</pre>" in as_html(f"см.\n```\n{code}\n```", {})
    assert mentioned(f"`{code}@[7]`") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://ru.wikipedia.org/wiki/Пи_(число)", "https://ru.wikipedia.org/wiki/Пи_(число)"),
        ("(см. https://ru.wikipedia.org/wiki/Пи_(число)).", "https://ru.wikipedia.org/wiki/Пи_(число)"),
        ("https://a.ru/b_c_d?e=**f**g, потом", "https://a.ru/b_c_d?e=**f**g"),
        ("**https://a.ru/**", "https://a.ru/"),
        ("«https://школа.рф/уроки»…", "https://школа.рф/уроки"),
        ("[https://a.ru/x[1]]", "https://a.ru/x[1]"),
    ],
)
def test_a_link_is_the_address_and_nothing_of_the_sentence(text, address):
    assert f">{escape(address)}</a>" in as_html(text, {})


def test_no_link_leads_nowhere():
    assert as_html("https://... (https://)", {}) == "https://... (https://)"


@given(st.text(alphabet="<>&\"'`*_@[]0123 \n\tabcя/:htps", max_size=200))
def test_whatever_is_written_opens_no_tag_of_its_own(text):
    bare = as_html(text, {})
    for ours in ("strong", "em", "code", "pre", "a", "span"):
        bare = bare.replace(f"</{ours}>", "").replace(f"<{ours}>", "").replace(f"<{ours} ", "")
    bare = bare.replace("<br>", "")
    assert "<" not in bare


def test_lists_show_words_without_marks():
    assert as_words("**Завтра**\nв @[5]", {5: "Петров"}) == "Завтра в @Петров"
    assert mentioned("@[5] @[6] @[5]") == [5, 6]


def test_a_pair_is_the_same_from_both_sides():
    assert pair("student", "guardian") == pair("guardian", "student") == "guardian-student"
    assert may_talk("staff", "guardian", ["guardian-staff"])
    assert not may_talk("student", "student", ["guardian-staff"])


def moment(day, hour, minute=0):
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        ((15, 9), "Europe/Moscow", None),
        ((15, 17), "Europe/Moscow", (16, 4)),
        ((15, 16, 59), "Europe/Moscow", None),
        ((15, 23), "Europe/Moscow", (16, 4)),
        ((16, 3, 59), "Europe/Moscow", (16, 4)),
        ((16, 4), "Europe/Moscow", None),
        ((15, 9), "Asia/Kamchatka", (15, 19)),
        ((15, 17), "Europe/Kaliningrad", None),
    ],
)
def test_quiet_hours_end_by_the_schools_own_clocks(at, zone, until):
    assert quiet_until(moment(*at), zone, (time(20), time(7))) == (moment(*until) if until else None)


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    noon = datetime(2026, 9, 15, 10, tzinfo=UTC)
    assert quiet_until(noon, "Europe/Moscow", (time(12), time(14))) == datetime(2026, 9, 15, 11, tzinfo=UTC)
    assert quiet_until(noon, "Europe/Moscow", None) is None
    assert quiet_until(noon, "Europe/Moscow", (time(7), time(7))) is None
