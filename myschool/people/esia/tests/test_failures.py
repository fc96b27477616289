import re

import pytest

from ..failures import CODES, Cause, Failure, failure, refused

OF_ESIA = [
    *("007002", "007003", "007004", "007005", "007006", "007007", "007008", "007009", "007011", "007012"),
    *("007013", "007014", "007015", "007019", "007023", "007038", "007039", "007040", "007046", "007053"),
    *("007055", "007060", "007061", "007062", "007194", "008010"),
]
EVERY = [*map(failure, sorted(CODES)), failure("007055", under_14=True), failure("036701"), failure("999999")]


@pytest.mark.parametrize("code", [*OF_ESIA, *Cause])
def test_every_known_code_has_a_text_of_its_own(code: str) -> None:
    assert code in CODES
    assert failure(code).code == code


@pytest.mark.parametrize("told", EVERY, ids=lambda told: told.code)
def test_a_text_says_what_is_wrong_and_what_to_do(told: Failure) -> None:
    assert 5 <= len(told.title) <= 60
    assert not told.title.endswith(".")
    assert all(re.fullmatch(r"[А-ЯЁ].+\.", text) for text in (told.explanation, *told.steps))
    assert 1 <= len(told.steps) <= 4
    assert all(len(text) <= 220 for text in (told.explanation, *told.steps))


@pytest.mark.parametrize("told", EVERY, ids=lambda told: told.code)
def test_a_text_has_no_machine_words(told: Failure) -> None:
    words = " ".join((told.title, told.explanation, *told.steps)).lower()
    banned = r"[a-z]{2,}|токен|маркер|сертификат|авториз|валид|параметр|сессия|редирект|еси[аи]"
    assert re.findall(banned, words.replace("cookie", "")) == []


def test_an_unknown_code_is_told_and_kept() -> None:
    assert failure("007999").code == "007999"
    assert failure("007999").retry


@pytest.mark.parametrize("code", ["036700", "036727"])
def test_the_family_of_consent_errors(code: str) -> None:
    assert "согласия" in failure(code).explanation


def test_an_unconfirmed_account_is_explained_to_a_pupil_and_to_an_adult() -> None:
    young, adult = failure("007055", under_14=True), failure("007055")
    assert "родител" in young.title + young.explanation
    assert "подтвержд" in adult.explanation
    assert failure("007004", under_14=True) == failure("007004")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "access_denied", "error_description": "ESIA-007004: The resource owner denied"}, "007004"),
        ({"error": "invalid_request", "error_description": "ESIA-007055: Вход с неподтверждённой"}, "007055"),
        ({"error": "access_denied"}, "007004"),
        ({"error": "unauthorized_client", "error_description": None}, "007005"),
        ({"error": "something_new", "error_description": ""}, "007007"),
        ({"error": ["odd"], "error_description": {"odd": 1}}, "007007"),
        ({"error_description": "ESIA-0070530"}, "007007"),
    ],
)
def test_refusals_are_recognised(answer: dict[str, object], code: str) -> None:
    refusal = refused(answer)
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize("answer", [{}, {"code": "abc", "state": "1"}, {"error": "", "error_description": None}])
def test_no_refusal(answer: dict[str, object]) -> None:
    assert refused(answer) is None
