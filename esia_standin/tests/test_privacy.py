"""No name, СНИЛС, e-mail or phone in a token, an address or the log (A13)."""

from __future__ import annotations

import base64
import logging

import pytest

from esia_standin.tests.makers import EMPLOYEE, System, Visitor, claims_of

PERSONAL = (
    "Директорова",
    "Елена",
    "Викторовна",
    "900-100-010",
    "900100010",
    "persona19",
    "(900)00000",
    "9000000019",
    "Пароль1",
)


def test_nothing_personal_leaves_the_pages(system: System, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.log_in("persona19@example.com", "wrong")
        visitor.log_in("900-100-010 89", "wrong")
        code = system.code(visitor, EMPLOYEE, access_type="offline")
        tokens = system.change(system.exchange(code)).json()
        system.read(tokens["access_token"], f"/rs/prns/{EMPLOYEE}?embed=(contacts.elements)")
    traces = [caplog.text, *(str(page.url) for page in visitor.seen)]
    traces += [page.headers.get("location", "") for page in visitor.seen]
    traces += [str(claims_of(token)) for token in (code, tokens["access_token"], tokens["id_token"])]
    traces += [base64.urlsafe_b64decode(token.split(".")[0] + "==").decode() for token in (code, tokens["id_token"])]
    for word in PERSONAL:
        assert word not in "\n".join(traces), word
    assert EMPLOYEE in caplog.text


def test_pages_load_nothing_from_outside(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert visitor.get("/static/standin.css").status_code == 200
