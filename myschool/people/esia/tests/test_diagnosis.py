from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from .. import openssl
from ..diagnosis import Finding, diagnose
from ..settings import EsiaSettings
from . import makers
from .conftest import both_algorithms, needs_gost
from .makers import AT, Pair


def answers(reply: httpx.Response) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: reply)


LOGIN_PAGE = answers(httpx.Response(200, html="<html>Вход</html>"))


def checked(
    configured: EsiaSettings, *, at: datetime = AT, transport: httpx.BaseTransport = LOGIN_PAGE
) -> list[Finding]:
    return diagnose(configured, at=at, transport=transport)


def wrong(configured: EsiaSettings, *, at: datetime = AT, transport: httpx.BaseTransport = LOGIN_PAGE) -> list[str]:
    findings = checked(configured, at=at, transport=transport)
    assert all(finding.text.endswith(".") for finding in findings)
    return [finding.subject for finding in findings if finding.verdict == "wrong"]


@both_algorithms
def test_all_is_well(pair: Pair, trusted: Path) -> None:
    (trusted / "esia.pem").write_bytes(pair.certificate.read_bytes())
    at = AT if pair.algorithm == "RSA" else datetime.now(UTC) + timedelta(days=1)
    findings = checked(makers.settings(pair, trusted), at=at)
    assert [finding.verdict for finding in findings] == ["fine"] * 6
    assert makers.signer_of(pair).certificate_hash in findings[2].text


def test_a_certificate_that_is_absent(configured: EsiaSettings) -> None:
    assert wrong(replace(configured, certificate=configured.certificate / "absent")) == ["certificate"]


def test_a_key_that_is_absent(configured: EsiaSettings) -> None:
    assert wrong(replace(configured, key=configured.key / "absent")) == ["key"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (AT - timedelta(days=366), "wrong"),
        (AT, "fine"),
        (AT + timedelta(days=336), "warning"),
        (AT + timedelta(days=366), "wrong"),
    ],
)
def test_the_dates_of_the_certificate(configured: EsiaSettings, at: datetime, verdict: str) -> None:
    assert checked(configured, at=at)[0].verdict == verdict


def test_a_key_of_another_certificate(configured: EsiaSettings, other_rsa: Pair) -> None:
    assert wrong(replace(configured, key=other_rsa.key)) == ["key"]


@needs_gost
def test_a_gost_key_of_another_certificate(gost: Pair, configured: EsiaSettings, tmp_path: Path) -> None:
    own = replace(configured, algorithm="GOST", certificate=gost.certificate)
    stranger = makers.gost_pair(tmp_path, name="stranger")
    at = datetime.now(UTC) + timedelta(days=1)
    assert wrong(replace(own, key=stranger.key), at=at) == ["key"]


def test_a_certificate_of_another_algorithm(configured: EsiaSettings) -> None:
    assert wrong(replace(configured, algorithm="GOST")) == ["certificate"]


@needs_gost
def test_without_openssl(gost: Pair, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (trusted / "esia.pem").write_bytes(gost.certificate.read_bytes())
    monkeypatch.setenv("PATH", "")
    openssl.gost_available.cache_clear()
    try:
        assert wrong(makers.settings(gost, trusted), at=datetime.now(UTC)) == ["key", "trusted keys"]
    finally:
        openssl.gost_available.cache_clear()


def test_no_trusted_keys(configured: EsiaSettings) -> None:
    assert wrong(replace(configured, trusted_keys=configured.trusted_keys / "absent")) == ["trusted keys"]


def test_trusted_keys_that_are_old_or_broken_are_named(configured: EsiaSettings, trusted: Path, tmp_path: Path) -> None:
    old = makers.rsa_pair(tmp_path, name="old", valid_until=AT - timedelta(days=1))
    (trusted / "old.pem").write_bytes(old.certificate.read_bytes())
    (trusted / "broken.pem").write_text("-----BEGIN CERTIFICATE-----")
    warned = [finding.text for finding in checked(configured) if finding.verdict == "warning"]
    assert ["broken.pem" in warned[0], "old.pem" in warned[1], len(warned)] == [True, True, 2]


def redirected(code: str) -> httpx.Response:
    query = f"error=invalid_request&error_description=ESIA-{code}%3A+text&state=1"
    return httpx.Response(302, headers={"location": f"https://school.example/esia/?{query}"})


def on_a_page(code: str) -> httpx.Response:
    return httpx.Response(400, html=f"<html>Ошибка ESIA-{code}</html>")


@pytest.mark.parametrize("said", [redirected, on_a_page])
@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("007002", "mnemonic"),
        ("007005", "mnemonic"),
        ("008010", "mnemonic"),
        ("007053", "hash"),
        ("007014", "hash"),
        ("007015", "clock"),
        ("007019", "request"),
        ("007023", "request"),
        ("007999", "request"),
    ],
)
def test_the_refusal_of_esia_names_the_culprit(
    configured: EsiaSettings, code: str, subject: str, said: Callable[[str], httpx.Response]
) -> None:
    assert wrong(configured, transport=answers(said(code))) == [subject]


@pytest.mark.parametrize(("seconds", "subjects"), [(-61, ["clock"]), (-60, []), (60, []), (3600, ["clock"])])
def test_the_clock_is_compared(configured: EsiaSettings, seconds: int, subjects: list[str]) -> None:
    theirs = format_datetime(AT + timedelta(seconds=seconds), usegmt=True)
    assert wrong(configured, transport=answers(httpx.Response(200, headers={"date": theirs}))) == subjects


def test_a_senseless_date_is_no_clock(configured: EsiaSettings) -> None:
    findings = checked(configured, transport=answers(httpx.Response(200, headers={"date": "вчера".encode().hex()})))
    assert "clock" not in [finding.subject for finding in findings]


def test_a_host_that_does_not_answer(configured: EsiaSettings) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert wrong(configured, transport=httpx.MockTransport(silent)) == ["connection"]
    assert wrong(configured, transport=answers(httpx.Response(502))) == ["connection"]
