"""What a message looks like, who may talk with whom, when quiet hours end."""

from datetime import UTC, datetime, time

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


@given(st.text(alphabet="<>&\"'`*_@[]0123 \n\tabcя/:htps", max_size=200))
def test_whatever_is_written_opens_no_tag_of_its_own(text):
    bare = as_html(text, {})
    for ours in ("strong", "em", "code", "a", "span"):
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
