import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import answers, reading
from ..failures import EsiaRefused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Алёна", "Алёна"),
        ("  Петрова -  Сидорова\n", "Петрова - Сидорова"),
        ("Ө\u200bлгөн", "Өлгөн"),
        ("Иван\x00", "Иван"),
        ("\ud800Иван", "Иван"),
        (1000299654, "1000299654"),
        (True, None),
        (1.5, None),
        ("", None),
        (" \t", None),
        (None, None),
        ([], None),
        ({}, None),
        ("а" * 300, "а" * 255),
    ],
)
def test_text(value: object, read: str | None) -> None:
    assert reading.text(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("112-233-445 95", "11223344595"),
        (11223344595, "11223344595"),
        ("00000060006", "00000060006"),
        ("112-233-445", None),
        ("", None),
        (None, None),
        ("١١٢٢٣٣٤٤٥٩٥", None),
    ],
)
def test_digits(value: object, read: str | None) -> None:
    assert reading.digits(value, 11) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [(5, 5), ("5", 5), (5.0, 5), ("5.0", None), ("-5", None), (True, None), ("²", None), ("", None), (None, None)],
)
def test_whole(value: object, read: int | None) -> None:
    assert reading.whole(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [(True, True), ("true", True), ("False", False), (None, None), ("", None), (1, None), ([], None)]
)
def test_truth(value: object, read: bool | None) -> None:  # noqa: FBT001
    assert reading.truth(value) is read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("29.02.2016", date(2016, 2, 29)),
        ("29.02.2015", None),
        ("2016-02-29", None),
        ("", None),
        (None, None),
        (0, None),
    ],
)
def test_day(value: object, read: date | None) -> None:
    assert reading.day(value) == read


def test_moment() -> None:
    assert reading.moment("1788240600") == datetime(2026, 9, 1, 5, 30, tzinfo=UTC)
    odd: list[object] = [None, "", "x", 10**19, []]
    assert [reading.moment(value) for value in odd] == [None] * 5


@pytest.mark.parametrize(
    ("value", "read"),
    [("PWD", ("PWD",)), ("PWD DS", ("PWD", "DS")), (["PWD", None, 7], ("PWD", "7")), (None, ()), ("", ()), (5, ())],
)
def test_words(value: object, read: tuple[str, ...]) -> None:
    assert reading.words(value) == read


FIELDS = ("lastName", "birthDate", "gender", "snils", "trusted", "type", "value", "series", "oid", "ogrn", "chief")
ANSWER = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))


@given(ANSWER)
@settings(max_examples=100, deadline=None)
def test_no_answer_is_fatal(answer: dict[str, object]) -> None:
    assert answers.person("1", answer).oid == "1"
    assert answers.young_person(answer, [answer]).birth_date is None or answer["birthDate"]
    assert len(answers.contacts([answer])) <= 1
    assert len(answers.organisations([answer])) == 1


CLAIMS = st.fixed_dictionaries(
    {"urn:esia:sbj_id": st.just(7)},
    optional=dict.fromkeys(("scope", "urn:esia:sid", "exp", "amr", "auth_time", "sub", "urn:esia:sbj"), JSON),
)


@given(CLAIMS, CLAIMS)
@settings(max_examples=100, deadline=None)
def test_no_claims_are_fatal(access: dict[str, object], identity: dict[str, object]) -> None:
    try:
        assert answers.grant("token", access, identity).oid == "7"
    except EsiaRefused:
        assert "7" not in (identity.get("sub"), json.dumps(identity.get("urn:esia:sbj"), default=str))
