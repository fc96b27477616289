from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from myschool.journal.rules import attendance, explaining, final_marks, needs, scales, success, windows
from myschool.journal.rules import marks as marks_rules
from myschool.journal.rules.attendance import Attendance, Meaning, SchoolDay
from myschool.journal.rules.averages import Average, average
from myschool.journal.rules.explaining import explained
from myschool.journal.rules.final_marks import FinalMarkRule
from myschool.journal.rules.marks import Debt, Exclusion, Held, MarkValue, NoMark, Result
from myschool.journal.rules.needs import needed
from myschool.journal.rules.scales import FIVE_POINT, HALF_UP, PASS_FAIL, Thresholds, UnfitMark
from myschool.kernel import numbers
from myschool.kernel.numbers import UnfitNumber, shown

modest = settings(max_examples=20, deadline=None)

NOVEMBER_12 = date(2026, 11, 12)
STRICT = Thresholds(Fraction("4.6"), Fraction("3.6"), Fraction("2.6"))
HUNDRED_POINT = scales.hundred_point(Thresholds(Fraction(85), Fraction(65), Fraction(45)))
DEBT = Debt(date(2026, 11, 20))


def five(mark: int) -> MarkValue:
    return FIVE_POINT.value(str(mark))


def result(held: Held, weight: int | str = 1, day: date | None = None, *, required: bool = False) -> Result:
    return Result(work="ответ", held=held, weight=Fraction(weight), day=day, required=required)


def of_marks(*marks: int) -> Average:
    return average(result(five(mark)) for mark in marks)


marked = some.builds(
    lambda mark, cents: result(five(mark), str(Decimal(cents) / 100)), some.integers(2, 5), some.integers(1, 10_000)
)
unmarked = some.builds(result, some.sampled_from([None, DEBT, *NoMark, PASS_FAIL.value("зачёт")]))
whole_marks = some.lists(some.integers(2, 5), min_size=1, max_size=20)
fractions = some.fractions(0, 1000, max_denominator=10_000)
two_decimals = some.integers(101, 500).map(lambda cents: Fraction(cents, 100))
thresholds = (
    some.lists(two_decimals, min_size=3, max_size=3, unique=True)
    .map(sorted)
    .map(lambda bounds: Thresholds(bounds[2], bounds[1], bounds[0]))
)
any_rule = some.builds(FinalMarkRule, thresholds=thresholds, least_marks=some.integers(1, 6))


# Numbers


def test_a_half_goes_up_never_to_the_even_neighbour() -> None:
    assert [int(numbers.rounded(Fraction(half))) for half in ("2.5", "3.5", "4.5")] == [3, 4, 5]
    assert shown(Fraction("2.675")) == "2,68"
    assert HALF_UP.mark(Fraction("2.675")) == 3


@given(some.fractions(-1000, 1000, max_denominator=1000), some.integers(0, 4))
@modest
def test_rounding_moves_by_half_a_unit_at_most(value: Fraction, places: int) -> None:
    unit = Fraction(1, 10**places)
    moved = abs(numbers.rounded(value, places)) - abs(value)
    assert -unit / 2 < moved <= unit / 2
    assert (numbers.rounded(value, places) / unit).denominator == 1


@given(some.decimals(-1000, 1000, places=4), some.integers(0, 3))
@modest
def test_rounding_agrees_with_decimal_half_up(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert numbers.rounded(Fraction(value), places) == Fraction(expected)


@given(fractions, some.integers(0, 6))
@modest
def test_what_is_shown_can_be_read_back(value: Fraction, places: int) -> None:
    assert numbers.parsed_number(shown(value, places), places=places) == numbers.rounded(value, places)


def test_numbers_are_shown_the_russian_way() -> None:
    assert shown(Fraction(48, 11)) == "4,36"
    assert shown(Fraction(9, 2)) == "4,50"
    assert shown(Fraction(-1, 4)) == "−0,25"
    assert shown(Fraction(-1, 1000)) == "0,00"
    assert shown(Fraction(1, 20), 1) == "0,1"
    assert shown(Fraction(5), 0) == "5"
    assert shown(None) == "—"
    assert numbers.plain(Fraction(60)) == "60"


def test_an_export_keeps_the_digits_that_a_page_rounds() -> None:
    assert (shown(Fraction("4.4949"), 4), shown(Fraction("4.4949"))) == ("4,4949", "4,49")
    assert HALF_UP.mark(Fraction("4.4949")) == 4


def test_two_fifths_are_forty_percent() -> None:
    assert numbers.percent(Fraction(2, 5)) == "40\xa0%"
    assert numbers.percent(Fraction(2, 3)) == "66,7\xa0%"
    assert numbers.percent(Fraction(0)) == "0\xa0%"
    assert numbers.percent(None) == "—"


def test_weights_survive_any_number_of_savings() -> None:
    weights = ["19,02", "20,98", "60"]
    for _ in range(3):
        values = [numbers.parsed_number(weight) for weight in weights]
        assert [numbers.plain(weight) for weight in values] == weights
        assert sum(values) == 100


def test_weights_are_shown_with_the_decimals_they_have() -> None:
    assert [numbers.plain(Fraction(weight)) for weight in ("25.5", "74.5")] == ["25,5", "74,5"]


@pytest.mark.parametrize("text", ["4,5", "4.5", "4,50", " 4.50 "])
def test_a_comma_and_a_point_are_one(text: str) -> None:
    assert numbers.parsed_number(text) == Fraction(9, 2)


@pytest.mark.parametrize(
    "text", ["1,234", "4,500", "4,5555", "1 234", "-1", "+1", "4,", ",5", "1e3", "", "nan", "٤", "9" * 10]
)
def test_a_doubtful_number_is_refused(text: str) -> None:
    with pytest.raises(UnfitNumber):
        numbers.parsed_number(text)


def test_a_refused_number_says_what_is_doubtful() -> None:
    with pytest.raises(UnfitNumber, match=r"больше 2 знаков после запятой\. Так пишут и тысячи, и дроби"):
        numbers.parsed_number("1,234")


# Scales


def test_a_teacher_types_marks() -> None:
    assert FIVE_POINT.parsed("5") == (MarkValue("5", 5),)
    assert FIVE_POINT.parsed(" 5 / 4 ") == (MarkValue("5", 5), MarkValue("4", 4))
    assert FIVE_POINT.parsed("") == ()
    assert FIVE_POINT.parsed("осв.") == (NoMark.EXCUSED,)
    assert FIVE_POINT.parsed("Н/А") == (NoMark.NOT_ATTESTED,)
    assert FIVE_POINT.parsed("н / а") == (NoMark.NOT_ATTESTED,)
    assert FIVE_POINT.parsed("4/н/а") == (MarkValue("4", 4), NoMark.NOT_ATTESTED)


@pytest.mark.parametrize("text", ["4-", "5+", "1", "6", "0", "54", "5,4", "05", "5/", "/", "5.", "V", "зачёт", "５"])
def test_what_is_no_mark_of_five_points_is_refused(text: str) -> None:
    with pytest.raises(UnfitMark, match=r"Можно поставить: 2, 3, 4, 5\."):
        FIVE_POINT.parsed(text)


def test_a_school_may_allow_one() -> None:
    assert scales.five_point(lowest=1).parsed("1") == (MarkValue("1", 1),)


@pytest.mark.parametrize("text", ["зачёт", "Зачет", "зач", "зач."])
def test_a_pass_has_many_spellings_and_no_worth(text: str) -> None:
    assert PASS_FAIL.parsed(text) == (MarkValue("зачёт", None),)
    assert PASS_FAIL.parsed("не" + text.lower()) == (MarkValue("незачёт", None),)


def test_points_do_not_slip_into_a_pass_column() -> None:
    with pytest.raises(UnfitMark, match=r"Отметки «87» в шкале нет\. Можно поставить: незачёт, зачёт"):
        PASS_FAIL.parsed("87")


def test_hundred_points_keep_what_was_given_and_are_worth_five() -> None:
    worth = {text: HUNDRED_POINT.value(text).five for text in ("0", "44", "45", "64", "65", "84", "85", "100")}
    assert worth == {"0": 2, "44": 2, "45": 3, "64": 3, "65": 4, "84": 4, "85": 5, "100": 5}
    assert HUNDRED_POINT.parsed("87/64") == (MarkValue("87", 5), MarkValue("64", 3))
    with pytest.raises(UnfitMark, match="от 0 до 100"):
        HUNDRED_POINT.parsed("101")


def test_ten_points_are_worth_what_the_school_declares() -> None:
    scale = scales.ten_point(Thresholds(Fraction(8), Fraction(6), Fraction(4), Fraction(2)))
    assert [scale.value(str(mark)).five for mark in range(1, 11)] == [1, 2, 2, 3, 3, 4, 4, 5, 5, 5]


def test_thresholds_fall_and_can_be_shown() -> None:
    with pytest.raises(ValueError, match="higher value"):
        Thresholds(Fraction("3.6"), Fraction("4.6"), Fraction("2.6"))
    with pytest.raises(ValueError, match="higher value"):
        Thresholds(Fraction(4), Fraction(4), Fraction(3))
    with pytest.raises(ValueError, match="two decimals"):
        Thresholds(Fraction(14, 3), Fraction(4), Fraction(3))


@given(thresholds, some.fractions(1, 5, max_denominator=200), some.fractions(1, 5, max_denominator=200))
@modest
def test_a_better_average_never_gives_a_worse_mark(declared: Thresholds, one: Fraction, other: Fraction) -> None:
    assert declared.mark(min(one, other)) <= declared.mark(max(one, other))
    assert declared.bound(declared.mark(one)) <= one


# States of a cell


def test_blank_debt_excused_and_two_differ_everywhere() -> None:
    states: list[Held] = [None, DEBT, NoMark.EXCUSED, five(2)]
    assert [marks_rules.state_of(mark) for mark in states] == ["blank", "debt", "excused", "marked"]
    assert [marks_rules.written(mark) for mark in states] == ["", "•", "осв.", "2"]
    averages = [average([result(five(5)), result(mark)]) for mark in states]
    assert [outcome.value for outcome in averages] == [5, 5, 5, Fraction(7, 2)]
    assert [[out.reason for out in outcome.excluded] for outcome in averages] == [
        [Exclusion.BLANK],
        [Exclusion.DEBT],
        [Exclusion.EXCUSED],
        [],
    ]
    assert len({tuple(explained(outcome, FinalMarkRule())) for outcome in averages}) == 4
    rule = FinalMarkRule(control_works_needed=True)
    required = [average([result(five(5)), result(mark, required=True)]) for mark in states]
    assert [final_marks.proposed_term_mark(outcome, rule).mark for outcome in required] == [None, None, 5, 4]


def test_a_cell_is_written_whole() -> None:
    assert marks_rules.written_cell([five(5), five(4)]) == "5/4"
    assert marks_rules.written_cell([], "Н") == "Н"
    assert marks_rules.written_cell([five(4)], "Н") == "Н 4"
    assert marks_rules.written_cell([None, DEBT]) == "•"
    assert marks_rules.written_cell([]) == ""


@given(some.lists(some.sampled_from([*map(five, range(2, 6)), *NoMark]), max_size=4))
@modest
def test_a_written_cell_can_be_typed_again(works: list[MarkValue | NoMark]) -> None:
    assert FIVE_POINT.parsed(marks_rules.written_cell(works)) == tuple(works)


def test_a_debt_is_overdue_after_its_day() -> None:
    assert not DEBT.is_overdue(date(2026, 11, 20))
    assert DEBT.is_overdue(date(2026, 11, 21))


def test_an_absent_student_has_a_mark_only_where_the_school_allows_it() -> None:
    assert marks_rules.absence_fault([five(4)], Meaning.ILLNESS, marks_when_absent=False)
    assert marks_rules.absence_fault([five(4)], Meaning.ILLNESS, marks_when_absent=True) is None
    assert marks_rules.absence_fault([DEBT], Meaning.ILLNESS, marks_when_absent=False) is None
    assert marks_rules.absence_fault([five(4)], Meaning.LATE, marks_when_absent=False) is None
    assert marks_rules.absence_fault([five(4)], None, marks_when_absent=False) is None


@pytest.mark.parametrize("weight", ["-1", "0.005", "1/3"])
def test_a_weight_is_not_negative_and_has_two_decimals(weight: str) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        result(five(5), weight)


# Averages


def test_an_average_is_weighted_and_exact() -> None:
    outcome = average([result(five(5), "0.1"), result(five(4), "0.2"), result(five(3), 1)])
    assert (outcome.value, outcome.count, outcome.weights) == (Fraction(43, 13), 3, Fraction("1.3"))


def test_nothing_counted_is_no_average() -> None:
    assert average([]).value is None
    assert average([result(None), result(DEBT), result(PASS_FAIL.value("незачёт")), result(five(5), 0)]).value is None


def test_why_a_result_does_not_count_is_kept() -> None:
    cases: Sequence[tuple[Held, int]] = [
        (None, 1),
        (DEBT, 1),
        (NoMark.EXCUSED, 1),
        (NoMark.NOT_ATTESTED, 1),
        (PASS_FAIL.value("зачёт"), 1),
        (five(5), 0),
    ]
    outcome = average([result(five(3)), *(result(each, weight) for each, weight in cases)])
    assert [out.reason for out in outcome.excluded] == [
        Exclusion.BLANK,
        Exclusion.DEBT,
        Exclusion.EXCUSED,
        Exclusion.NOT_ATTESTED,
        Exclusion.UNSCALED,
        Exclusion.WEIGHTLESS,
    ]
    assert outcome.value == 3


def test_what_the_reading_left_out_stays_seen_with_its_reason() -> None:
    before = Exclusion.BEFORE_TRANSFER
    earlier = [replace(result(five(5)), exclusion=before), replace(result(DEBT), exclusion=before)]
    outcome = average([*earlier, result(five(3))])
    assert outcome.value == 3
    assert [out.reason for out in outcome.excluded] == [before] * 2
    assert final_marks.proposed_term_mark(outcome, FinalMarkRule()).mark == 3


@given(some.lists(marked, min_size=1, max_size=20), some.lists(unmarked, max_size=5))
@modest
def test_an_average_lies_between_its_marks_and_loses_nothing(counted: list[Result], others: list[Result]) -> None:
    outcome = average(counted + others)
    fives = [each.held.five for each in counted if isinstance(each.held, MarkValue) and each.held.five]
    assert outcome.value is not None
    assert min(fives) <= outcome.value <= max(fives)
    assert outcome.value * outcome.weights == outcome.total
    assert outcome.counted == tuple(counted)
    assert [out.result for out in outcome.excluded] == others


@given(some.lists(marked, max_size=12), some.lists(unmarked, max_size=5), some.randoms())
@modest
def test_neither_order_nor_what_does_not_count_changes_an_average(
    counted: list[Result], others: list[Result], random
) -> None:
    mixed = counted + others
    random.shuffle(mixed)
    assert average(mixed).value == average(counted).value


@given(some.lists(marked, min_size=1, max_size=12), some.integers(1, 500))
@modest
def test_a_mark_equal_to_the_average_changes_nothing(counted: list[Result], cents: int) -> None:
    outcome = average(counted)
    nearest = int(numbers.rounded(outcome.value or Fraction(0)))
    moved = average([*counted, result(five(nearest), str(Decimal(cents) / 100))]).value
    assert outcome.value is not None
    assert moved is not None
    assert abs(moved - nearest) <= abs(outcome.value - nearest)
    assert (moved == outcome.value) == (outcome.value == nearest)


@given(some.lists(marked, min_size=1, max_size=12), some.integers(2, 9))
@modest
def test_the_same_change_of_all_weights_changes_nothing(counted: list[Result], factor: int) -> None:
    scaled = [Result(work=each.work, held=each.held, weight=each.weight * factor) for each in counted]
    assert average(scaled).value == average(counted).value


@given(whole_marks)
@modest
def test_a_plain_average_agrees_with_decimal(marks: list[int]) -> None:
    expected = (Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert shown(of_marks(*marks).value) == str(expected).replace(".", ",")


# Final marks


@given(whole_marks)
@modest
def test_the_term_mark_follows_the_declared_rule(marks: list[int]) -> None:
    outcome = of_marks(*marks)
    by_half = final_marks.proposed_term_mark(outcome, FinalMarkRule()).mark
    strictly = final_marks.proposed_term_mark(outcome, FinalMarkRule(thresholds=STRICT)).mark
    assert by_half == (2 * sum(marks) + len(marks)) // (2 * len(marks))
    tenths = 10 * Fraction(sum(marks), len(marks))
    assert strictly == max([2, *(mark for mark in (3, 4, 5) if tenths >= 10 * mark - 4)])


def test_average_and_mark_are_shown_together() -> None:
    outcome = of_marks(5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4)
    assert shown(outcome.value) == "4,36"
    assert final_marks.proposed_term_mark(outcome, FinalMarkRule()).mark == 4


def test_a_threshold_reached_exactly_is_reached() -> None:
    assert final_marks.proposed_term_mark(of_marks(5, 5, 5, 4, 4), FinalMarkRule(thresholds=STRICT)).mark == 5


def test_too_few_marks_give_no_term_mark() -> None:
    rule = FinalMarkRule(least_marks=3)
    refused = final_marks.proposed_term_mark(of_marks(5, 5), rule)
    assert (refused.mark, refused.obstacles) == (None, ("Нужно не меньше 3 отметок, а учитывается 2.",))
    assert final_marks.proposed_term_mark(of_marks(5, 5, 5), rule).mark == 5
    assert final_marks.proposed_term_mark(of_marks(), FinalMarkRule()).mark is None


def test_a_debt_blocks_where_the_school_says_so() -> None:
    outcome = average([result(five(5)), result(DEBT, day=NOVEMBER_12)])
    refused = final_marks.proposed_term_mark(outcome, FinalMarkRule())
    assert (refused.mark, refused.obstacles) == (None, ("Есть долг: ответ, 12 ноября, сдать до 20 ноября.",))
    assert final_marks.proposed_term_mark(outcome, FinalMarkRule(debt_blocks=False)).mark == 5


def test_a_control_work_is_needed_where_the_school_says_so() -> None:
    outcome = average([result(five(5)), result(None, required=True)])
    rule = FinalMarkRule(control_works_needed=True, debt_blocks=False)
    assert final_marks.proposed_term_mark(outcome, rule).obstacles == ("Нет отметки: ответ.",)
    assert final_marks.proposed_term_mark(outcome, FinalMarkRule()).mark == 5
    owed = average([result(five(5)), result(DEBT, required=True)])
    assert len(final_marks.proposed_term_mark(owed, rule).obstacles) == 1


def test_the_rule_is_that_of_the_day() -> None:
    first = FinalMarkRule(from_date=date(2026, 9, 1), thresholds=STRICT)
    second = FinalMarkRule(from_date=date(2027, 1, 11))
    declared = [second, first]
    assert final_marks.rule_on(declared, date(2026, 8, 31)) == final_marks.UNDECLARED_RULE
    assert final_marks.rule_on(declared, date(2026, 9, 1)) is first
    assert final_marks.rule_on(declared, date(2027, 1, 10)) is first
    assert final_marks.rule_on(declared, date(2027, 1, 11)) is second


def test_the_years_mark_comes_from_all_its_terms() -> None:
    rule = FinalMarkRule(least_marks=5, year_thresholds=STRICT)
    terms = {"1 четверть": five(4), "2 четверть": five(5), "3 четверть": five(4), "4 четверть": five(5)}
    assert final_marks.proposed_year_mark(terms, rule).mark == 4
    assert final_marks.proposed_year_mark(terms, FinalMarkRule()).mark == 5
    assert final_marks.proposed_year_mark({**terms, "1 четверть": NoMark.EXCUSED}, rule).mark == 5
    for missing in (None, NoMark.NOT_ATTESTED):
        refused = final_marks.proposed_year_mark({**terms, "3 четверть": missing}, rule)
        assert (refused.mark, refused.obstacles) == (None, ("Нет отметки: 3 четверть.",))


def test_a_final_mark_that_departs_is_explained() -> None:
    proposed = final_marks.proposed_term_mark(of_marks(4, 4), FinalMarkRule())
    nothing = final_marks.proposed_term_mark(of_marks(), FinalMarkRule())
    assert final_marks.deviation_fault(five(4), proposed, "") is None
    assert final_marks.deviation_fault(five(5), proposed, "")
    assert final_marks.deviation_fault(five(5), proposed, "   коротко   ")
    assert final_marks.deviation_fault(five(5), proposed, "Победа на олимпиаде") is None
    assert final_marks.deviation_fault(NoMark.NOT_ATTESTED, nothing, "")
    assert final_marks.deviation_fault(five(3), nothing, "")
    assert final_marks.deviation_fault(PASS_FAIL.value("зачёт"), nothing, "") is None


# Explanations


def test_an_average_explains_itself() -> None:
    outcome = average(
        [
            result(five(5)),
            result(five(4)),
            Result(work="контрольная работа", held=HUNDRED_POINT.value("64"), weight=Fraction(2)),
            Result(work="диктант", held=DEBT, day=NOVEMBER_12),
            Result(work="кросс", held=NoMark.EXCUSED),
            Result(work="тест", held=None),
        ]
    )
    rule = FinalMarkRule(from_date=date(2026, 9, 1), thresholds=STRICT, debt_blocks=False)
    assert explained(outcome, rule) == [
        "Средний балл: (1·(5 + 4) + 2·3) ÷ (1·2 + 2·1) = 15 ÷ 4 = 3,75.",
        "Множитель перед отметками — вес работ.",
        "Переведено в пять баллов: 64 — это «3».",
        "Не учтены долги («точки»): диктант, 12 ноября (сдать до 20 ноября).",
        "Не учтены работы, от которых ученик освобождён: кросс.",
        "Правило школы, действует с 1 сентября 2026 года: «5» — от 4,60, «4» — от 3,60, «3» — от 2,60, иначе «2».",
        "Выходит «4».",
    ]


def test_equal_weights_need_no_mention() -> None:
    first, *_ = explained(average([result(five(5), 3), result(five(4), 3), result(five(4), 3)]), FinalMarkRule())
    assert first == "Средний балл: (5 + 4 + 4) ÷ 3 = 13 ÷ 3 ≈ 4,33."
    assert explained(of_marks(5), FinalMarkRule())[0] == "Средний балл: 5 ÷ 1 = 5,00."


def test_no_average_is_explained_too() -> None:
    assert explained(of_marks(), FinalMarkRule()) == [
        "Среднего балла пока нет: нет отметок, которые в нём учитываются.",
        (
            "Школа не объявила своего правила, поэтому отметка округляется: "
            "«5» — от 4,50, «4» — от 3,50, «3» — от 2,50, иначе «2»."
        ),
        "Итоговая отметка пока не выходит. Нужно не меньше 1 отметки, а учитывается 0.",
    ]


def test_every_reason_but_blank_has_words() -> None:
    lines = [
        explained(average([replace(result(mark, weight, NOVEMBER_12), exclusion=exclusion)]), FinalMarkRule())
        for mark, weight, exclusion in (
            (DEBT, 1, None),
            (NoMark.EXCUSED, 1, None),
            (NoMark.NOT_ATTESTED, 1, None),
            (PASS_FAIL.value("зачёт"), 1, None),
            (five(5), 0, None),
            (five(5), 1, Exclusion.BEFORE_TRANSFER),
            (five(5), 1, Exclusion.DROPPED),
        )
    ]
    assert all(len(line) == 4 for line in lines)
    assert len({line[1] for line in lines}) == len(Exclusion) - 1


def test_a_missed_threshold_is_not_shown_as_reached() -> None:
    outcome = average([result(five(5), "5.97"), result(five(4), "4.03")])
    assert explained(outcome, FinalMarkRule(thresholds=STRICT))[0].endswith("= 45,97 ÷ 10 = 4,597.")
    assert explaining.shown_apart(Fraction("4.597"), HALF_UP) == "4,60"


@given(thresholds, some.fractions(1, 5, max_denominator=5000))
@modest
def test_the_shown_average_gives_the_same_mark(declared: Thresholds, value: Fraction) -> None:
    text = explaining.shown_apart(value, declared)
    assert declared.mark(Fraction(text.replace(",", "."))) == declared.mark(value)


# Needs


def test_what_is_needed_is_told_in_words() -> None:
    def tell(*asked, **more) -> str:
        return needs.need_in_words(needed(*asked, **more))

    rule, outcome = FinalMarkRule(thresholds=STRICT), of_marks(5, 4, 4)
    assert tell(4, outcome, rule) == (
        "По среднему баллу уже выходит отметка не ниже «4». Так и останется, если следующая отметка будет не ниже «2»."
    )
    assert tell(5, of_marks(4, 5), FinalMarkRule()) == (
        "По среднему баллу уже выходит отметка «5». Так и останется, если следующая отметка будет не ниже «5»."
    )
    assert tell(5, outcome, rule) == "Чтобы вышла «5», нужно получить подряд 2 отметки «5»."
    assert tell(5, outcome, rule, weight=Fraction(3)) == "Чтобы вышла «5», следующая отметка с весом 3 нужна «5»."
    assert tell(4, of_marks(3, 4), rule) == "Чтобы вышла «4», следующая отметка нужна не ниже «4»."
    assert tell(5, outcome, rule, room=1) == "Отметками в этом периоде «5» уже не получить."
    assert tell(4, average([result(five(4)), result(DEBT)]), rule).endswith(" Есть долг: ответ, сдать до 20 ноября.")


def test_a_flawless_five_is_out_of_reach_after_a_four() -> None:
    flawless = FinalMarkRule(thresholds=Thresholds(Fraction(5), Fraction(4), Fraction(3)))
    assert needed(5, of_marks(5, 4), flawless).fives is None
    assert needed(5, of_marks(5, 5), flawless).fives == 0


def test_too_few_marks_are_a_need_of_their_own() -> None:
    need = needed(5, of_marks(5), FinalMarkRule(least_marks=3))
    assert (need.next_mark, need.fives) == (None, 2)
    assert needed(5, of_marks(), FinalMarkRule()).next_mark == 5


def test_marks_without_weight_help_nobody() -> None:
    with pytest.raises(ValueError, match="without weight"):
        needed(5, of_marks(4), FinalMarkRule(), weight=Fraction(0))


@given(some.lists(marked, max_size=10), any_rule, some.integers(3, 5), some.integers(1, 300))
@modest
def test_the_fives_promised_are_enough_and_one_fewer_is_not(
    counted: list[Result], rule: FinalMarkRule, target: int, cents: int
) -> None:
    weight = str(Decimal(cents) / 100)
    reaches = lambda marks: (final_marks.proposed_term_mark(average([*counted, *marks]), rule).mark or 0) >= target
    need = needed(target, average(counted), rule, weight=Fraction(weight))
    if need.fives is None:
        assert not reaches([result(five(5), weight)] * 50)
    else:
        assert reaches([result(five(5), weight)] * need.fives)
        assert need.fives == 0 or not reaches([result(five(5), weight)] * (need.fives - 1))
    alone = [mark for mark in range(2, 6) if reaches([result(five(mark), weight)])]
    assert need.next_mark == (alone[0] if alone else None)


# Success


def test_a_class_is_judged_by_the_formulas() -> None:
    marks: list[Held] = [five(5), five(4), five(4), five(3), five(2), NoMark.NOT_ATTESTED]
    figures = success.success_of([*marks, NoMark.EXCUSED, None, PASS_FAIL.value("зачёт")])
    assert (figures.judged, figures.not_attested, figures.aside) == (6, 1, 3)
    assert figures.success_rate == Fraction(4, 6)
    assert figures.quality_rate == Fraction(3, 6)
    assert figures.learning_rate == Fraction("2.87") / 6
    assert figures.average == Fraction(18, 5)


def test_nobody_judged_is_no_figure() -> None:
    figures = success.success_of([NoMark.EXCUSED, None])
    assert [figures.success_rate, figures.quality_rate, figures.learning_rate, figures.average] == [None] * 4
    assert success.success_of([NoMark.NOT_ATTESTED]).success_rate == 0
    assert success.success_of([NoMark.NOT_ATTESTED]).average is None


@given(some.lists(some.sampled_from([*map(five, range(2, 6)), NoMark.NOT_ATTESTED]), min_size=1, max_size=30))
@modest
def test_rates_are_shares_in_their_order(marks: list[Held]) -> None:
    figures = success.success_of(marks)
    assert figures.quality_rate is not None
    assert figures.success_rate is not None
    assert figures.learning_rate is not None
    assert 0 <= figures.quality_rate <= figures.success_rate <= 1
    assert Fraction("0.07") <= figures.learning_rate <= 1


# Attendance


def absent(meaning: Meaning, *lessons: int) -> dict[int, Attendance]:
    return {lesson: Attendance(meaning) for lesson in lessons}


def test_a_typed_code_has_its_federal_meaning() -> None:
    typed = {text: attendance.meaning_of(text) for text in ("Н", "н", "H", " б ", "уп", "НП", "О", "оп", "у")}
    assert typed == {
        "Н": Meaning.ABSENT_UNKNOWN,
        "н": Meaning.ABSENT_UNKNOWN,
        "H": Meaning.ABSENT_UNKNOWN,
        " б ": Meaning.ILLNESS,
        "уп": Meaning.EXCUSED,
        "НП": Meaning.UNEXCUSED,
        "О": Meaning.LATE,
        "оп": Meaning.LATE,
        "у": Meaning.EXCUSED,
    }
    assert attendance.meaning_of("Ы") is None
    assert attendance.meaning_of("ДО", {"ДО": Meaning.DISTANCE}) is Meaning.DISTANCE


def test_a_day_is_missed_whole_only_by_missing_every_own_lesson() -> None:
    lessons = {1, 2, 3}
    assert attendance.missed_whole_day(SchoolDay(lessons, absent(Meaning.ILLNESS, 1, 2, 3)))
    assert not attendance.missed_whole_day(SchoolDay(lessons, absent(Meaning.ILLNESS, 1, 2)))
    of_another_subgroup = absent(Meaning.ILLNESS, 1, 2, 4)
    assert not attendance.missed_whole_day(SchoolDay(lessons, of_another_subgroup))
    assert not attendance.missed_whole_day(SchoolDay(set(), absent(Meaning.ILLNESS, 4)))


def test_coming_late_and_studying_from_afar_are_no_absence() -> None:
    for there in (Meaning.LATE, Meaning.DISTANCE):
        day = SchoolDay({1, 2}, absent(Meaning.ILLNESS, 1) | absent(there, 2))
        assert not attendance.missed_whole_day(day)


def test_a_lesson_one_was_released_from_decides_nothing() -> None:
    released = absent(Meaning.RELEASED, 2)
    assert attendance.missed_whole_day_by_illness(SchoolDay({1, 2}, absent(Meaning.ILLNESS, 1) | released))
    assert not attendance.missed_whole_day(SchoolDay({1, 2}, released))
    assert not attendance.missed_whole_day(SchoolDay({2}, released))


def test_attendance_is_counted_by_kind() -> None:
    counted = attendance.counted_attendance(
        [
            SchoolDay({1, 2}, absent(Meaning.ILLNESS, 1, 2)),
            SchoolDay({3, 4}, absent(Meaning.ILLNESS, 3) | absent(Meaning.UNEXCUSED, 4)),
            SchoolDay(
                {5, 6}, {5: Attendance(Meaning.LATE, 7), 6: Attendance(Meaning.LATE), 9: Attendance(Meaning.LATE, 40)}
            ),
            SchoolDay({7}, absent(Meaning.RELEASED, 7)),
        ]
    )
    assert (counted.lessons, counted.missed) == (7, 4)
    assert counted.kinds == {Meaning.ILLNESS: 3, Meaning.UNEXCUSED: 1, Meaning.LATE: 2, Meaning.RELEASED: 1}
    assert (counted.full_days, counted.full_days_by_illness, counted.late_minutes) == (2, 1, 7)


def test_only_the_late_have_minutes() -> None:
    for meaning, minutes in ((Meaning.ILLNESS, 5), (Meaning.LATE, -1)):
        with pytest.raises(ValueError, match="minutes"):
            Attendance(meaning, minutes)


# Until when a cell may be changed


def closed(lesson_day: date, day: date, *, days: int | None = 14, term_closed: bool = False) -> windows.Closed | None:
    return windows.closed_because(lesson_day, day, window_days=days, term_closed=term_closed)


def words(lesson_day: date, day: date, *, term_closed: bool = False) -> str:
    reason = closed(lesson_day, day, term_closed=term_closed)
    return reason.words if reason else ""


def test_the_fifteenth_day_after_a_lesson_finds_the_cell_closed() -> None:
    assert closed(date(2026, 9, 2), date(2026, 9, 2)) is None
    assert closed(date(2026, 9, 2), date(2026, 9, 16)) is None
    assert closed(date(2026, 9, 2), date(2026, 9, 17)) == windows.Closed(
        "Урок 2 сентября можно было исправлять до 16 сентября включительно. Отправьте завучу запрос на изменение.",
        may_be_asked=True,
    )
    assert closed(date(2026, 9, 2), date(2026, 9, 9), days=7) is None
    assert closed(date(2026, 9, 2), date(2026, 9, 10), days=7)


def test_a_closed_term_closes_every_cell() -> None:
    assert "Период закрыт" in words(date(2026, 9, 2), date(2026, 9, 2), term_closed=True)
    unlocked = windows.closed_because(
        date(2026, 9, 2), date(2026, 9, 30), window_days=14, term_closed=True, unlocked_to_date=date(2026, 10, 5)
    )
    assert unlocked
    assert not unlocked.may_be_asked


def test_without_a_window_a_cell_is_open_until_the_term_closes() -> None:
    assert closed(date(2026, 9, 2), date(2027, 5, 20), days=None) is None


def test_a_lesson_that_has_not_come_takes_no_marks() -> None:
    assert "ещё не прошёл" in words(date(2026, 9, 2), date(2026, 9, 1))


def test_a_granted_request_opens_the_cell_for_its_days() -> None:
    for day, is_open in ((date(2026, 10, 4), True), (date(2026, 10, 5), False)):
        reason = windows.closed_because(
            date(2026, 9, 2), day, window_days=14, term_closed=False, unlocked_to_date=date(2026, 10, 5)
        )
        assert (reason is None) is is_open
