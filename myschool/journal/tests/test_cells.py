"""A cell as text, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myschool.journal.rules.attendance import USUAL_CODES, Meaning
from myschool.journal.rules.cells import Cell, parsed_cell
from myschool.journal.rules.marks import Debt, MarkValue, NoMark
from myschool.journal.rules.scales import FIVE_POINT, HALF_UP, PASS_FAIL, UnfitMark, hundred_point

DUE = date(2026, 11, 30)
FIVE, FOUR = MarkValue("5", 5), MarkValue("4", 4)


def parsed(text, scale=FIVE_POINT, due=DUE):
    return parsed_cell(text, scale, USUAL_CODES, due)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", Cell()),
        (" 5 ", Cell(works=(FIVE,))),
        ("5/4", Cell(works=(FIVE, FOUR))),
        ("н", Cell("Н")),
        ("H", Cell("Н")),
        ("О10", Cell("О", 10)),
        ("o10 4", Cell("О", 10, (FOUR,))),
        ("Н 4", Cell("Н", 0, (FOUR,))),
        ("4 н", Cell("Н", 0, (FOUR,))),
        (".", Cell(works=(Debt(DUE),))),
        ("б •", Cell("Б", 0, (Debt(DUE),))),
        ("осв", Cell(works=(NoMark.EXCUSED,))),
        ("н/а", Cell(works=(NoMark.NOT_ATTESTED,))),
    ],
)
def test_what_is_typed_is_understood(text, cell):
    assert parsed(text) == cell


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("6", "в шкале нет"),
        ("4-", "в шкале нет"),
        ("ъ", "Н, Б"),
        ("Н4", "отделите пробелом"),
        ("О0", "от 1 до 240"),
        ("О9999999999", "от 1 до 240"),
        ("5/4/3/2", "не больше 3"),
        ("н б", "в шкале нет"),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "в шкале нет"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(text, said):
    with pytest.raises(UnfitMark, match=said):
        parsed(text)


def test_a_debt_needs_a_day():
    with pytest.raises(UnfitMark, match="до какого дня"):
        parsed(".", due=None)


marks = {
    scale.code: st.sampled_from([scale.value(origin) for origin in scale.worth])
    for scale in (FIVE_POINT, PASS_FAIL, hundred_point(HALF_UP))
}
scales = {scale.code: scale for scale in (FIVE_POINT, PASS_FAIL, hundred_point(HALF_UP))}


@given(st.data())
def test_what_stands_in_a_cell_is_read_back_as_it_was(drawn):
    scale = scales[drawn.draw(st.sampled_from(sorted(scales)))]
    works = drawn.draw(
        st.one_of(
            st.just(()),
            st.just((Debt(DUE),)),
            st.lists(marks[scale.code] | st.sampled_from(NoMark), max_size=3).map(tuple),
        )
    )
    code = drawn.draw(st.sampled_from(["", *USUAL_CODES]))
    late = code and USUAL_CODES[code] == Meaning.LATE
    cell = Cell(code, drawn.draw(st.integers(0, 240)) if late else 0, works)
    assert parsed(cell.text, scale) == cell
