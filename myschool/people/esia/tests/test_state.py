from datetime import timedelta

import pytest

from .. import signing, state
from ..failures import Cause, EsiaRefused
from ..state import Attempt
from .makers import AT, SCOPES

KEY = b"a key of the application, 32 bytes"


def begun() -> Attempt:
    return state.begin(scopes=SCOPES, next_path="/journal/7/?week=2#today", at=AT)


def refusal(sealed: str | None, returned: str | None, *, key: bytes = KEY, after: float = 60) -> str:
    with pytest.raises(EsiaRefused) as refused:
        state.open_seal(sealed, state=returned, key=key, at=AT + timedelta(seconds=after))
    return refused.value.code


def test_the_browser_that_began_gets_its_attempt_back() -> None:
    attempt = begun()
    opened = state.open_seal(state.seal(attempt, key=KEY), state=attempt.state, key=KEY, at=AT)
    assert opened == attempt


def test_the_seal_fits_a_cookie() -> None:
    sealed = state.seal(begun(), key=KEY)
    assert sealed.isascii()
    assert not set(sealed) & set(' ",;\\')


def test_every_attempt_has_its_own_secrets() -> None:
    first, other = begun(), begun()
    assert first.state != other.state
    assert first.verifier != other.verifier
    assert 43 <= len(first.verifier) <= 128


@pytest.mark.parametrize("sealed", [None, ""])
def test_no_cookie(sealed: str | None) -> None:
    assert refusal(sealed, begun().state) == Cause.COOKIE_MISSING


def test_another_browser() -> None:
    assert refusal(state.seal(begun(), key=KEY), begun().state) == Cause.STATE_MISMATCH


@pytest.mark.parametrize("returned", [None, "", "?", "é", "\ud800"])
def test_a_state_that_is_none_of_ours(returned: str | None) -> None:
    assert refusal(state.seal(begun(), key=KEY), returned) == Cause.STATE_MISMATCH


def test_any_altered_letter_is_noticed() -> None:
    attempt = begun()
    sealed = state.seal(attempt, key=KEY)
    for place, letter in enumerate(sealed):
        altered = sealed[:place] + ("A" if letter != "A" else "B") + sealed[place + 1 :]
        assert refusal(altered, attempt.state) == Cause.STATE_MISMATCH


@pytest.mark.parametrize("sealed", [".", "..", "a", "a.b", "é.é", "\ud800.\ud800", "." + "A" * 43])
def test_a_cookie_that_is_none_of_ours(sealed: str) -> None:
    assert refusal(sealed, begun().state) == Cause.STATE_MISMATCH


def test_another_key() -> None:
    attempt = begun()
    assert refusal(state.seal(attempt, key=KEY), attempt.state, key=KEY + b"!") == Cause.STATE_MISMATCH


@pytest.mark.parametrize("after", [state.LIFETIME.total_seconds() + 1, -61])
def test_too_late_or_too_early(after: float) -> None:
    attempt = begun()
    assert refusal(state.seal(attempt, key=KEY), attempt.state, after=after) == Cause.STATE_EXPIRED


def test_a_seal_of_an_older_shape_is_refused() -> None:
    body = signing.base64url(b'["state"]')
    assert refusal(f"{body}.{state._signature(body, KEY)}", "state") == Cause.STATE_MISMATCH


@pytest.mark.parametrize("path", ["/", "/diary/", "/journal/7/?week=2", "/поиск/?что=ёж", "/a//b", "/?to=http://x"])
def test_local_paths_are_kept(path: str) -> None:
    assert state.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "diary",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "/\x00",
        "javascript:alert(1)",
        " /diary/",
        "/" + "a" * 1000,
    ],
)
def test_other_paths_lead_home(path: str | None) -> None:
    assert state.local_path(path) == "/"


def test_secrets_are_not_printed() -> None:
    attempt = begun()
    assert attempt.state not in repr(attempt)
    assert attempt.verifier not in repr(attempt)
