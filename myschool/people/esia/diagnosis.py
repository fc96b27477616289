"""The client's check of itself: which of certificate, key, hash, trusted keys, clock, mnemonic is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from fractions import Fraction
from typing import Literal
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from myschool.kernel.numbers import shown

from . import openssl, signing, tokens
from .failures import EsiaRefused, SigningUnavailable, esia_code, failure, refused
from .gateways import HttpEsia
from .settings import EsiaSettings
from .transport import Reply, Transport

Subject = Literal["certificate", "key", "hash", "trusted keys", "connection", "clock", "mnemonic", "request"]
Verdict = Literal["fine", "warning", "wrong"]

_SOON = timedelta(days=30)
_CLOCK_LIMIT = timedelta(seconds=60)
_ALGORITHMS = {"RSA": tokens.RSA, "GOST": tokens.GOST}
_PROBE = b"myschool"


@dataclass(frozen=True)
class Finding:
    """One thing checked; the text tells an operator what is so and, when it is wrong, what to do."""

    subject: Subject
    verdict: Verdict
    text: str


def diagnose(settings: EsiaSettings, *, at: datetime, transport: httpx.BaseTransport | None = None) -> list[Finding]:
    """Check our own files and, if they are in order, begin a sign-in and hear what ЕСИА says."""
    findings = own_files(settings, at=at)
    if any(finding.verdict == "wrong" for finding in findings):
        return findings
    return [*findings, *_asked(settings, at, transport)]


def own_files(settings: EsiaSettings, *, at: datetime) -> list[Finding]:
    """Check certificate, key and trusted keys; nobody is asked."""
    return [*_certificate_and_key(settings, at), *_trusted_keys(settings, at)]


def _certificate_and_key(settings: EsiaSettings, at: datetime) -> Iterator[Finding]:
    try:
        certificate = signing.read_certificate(settings.certificate)
    except SigningUnavailable as refusal:
        yield Finding("certificate", "wrong", refusal.reason)
        return
    yield _dates(certificate, at)
    try:
        public_key = tokens.public_key(certificate)
        if public_key.algorithm != _ALGORITHMS[settings.algorithm]:
            yield Finding("certificate", "wrong", f"Сертификат не по алгоритму {settings.algorithm}.")
            return
        signer = signing.signer(settings)
        belongs = public_key.verifies(_PROBE, signer.sign(_PROBE))
        certificate_hash = signer.certificate_hash
    except (ValueError, UnsupportedAlgorithm):
        yield Finding("certificate", "wrong", "Сертификат ни RSA, ни ГОСТ Р 34.10-2012 (256 бит).")
        return
    except SigningUnavailable as refusal:
        yield Finding("key", "wrong", refusal.reason)
        return
    if not belongs:
        yield Finding("key", "wrong", "Закрытый ключ не от этого сертификата. Укажите файлы одной пары.")
        return
    yield Finding("key", "fine", "Закрытый ключ соответствует сертификату.")
    yield Finding("hash", "fine", f"Хэш сертификата: {certificate_hash}.")


def _dates(certificate: x509.Certificate, at: datetime) -> Finding:
    begins_at, ends_at = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at < begins_at:
        text = f"Сертификат действует только с {begins_at:%d.%m.%Y %H:%M} UTC. Проверьте и часы."
        return Finding("certificate", "wrong", text)
    if at > ends_at:
        return Finding("certificate", "wrong", f"Срок действия сертификата истёк {ends_at:%d.%m.%Y}.")
    if at > ends_at - _SOON:
        return Finding("certificate", "warning", f"Сертификат скоро истечёт: {ends_at:%d.%m.%Y}.")
    return Finding("certificate", "fine", f"Сертификат действует до {ends_at:%d.%m.%Y}.")


def _trusted_keys(settings: EsiaSettings, at: datetime) -> Iterator[Finding]:
    keys = tokens.TrustedKeys(settings.trusted_keys).by_file()
    for name in (name for name, file_keys in keys.items() if not file_keys):
        yield Finding("trusted keys", "warning", f"В файле {name} нет ни сертификата, ни открытого ключа.")
    for name, key in ((name, key) for name, file_keys in keys.items() for key in file_keys):
        if key.expires_at and key.expires_at < at:
            ended = f"{key.expires_at:%d.%m.%Y}"
            yield Finding("trusted keys", "warning", f"Срок действия сертификата {name} истёк {ended}.")
    every = [key for file_keys in keys.values() for key in file_keys]
    if not every:
        yield Finding(
            "trusted keys",
            "wrong",
            "Нет ни одного ключа ЕСИА: положите в папку сертификаты, которыми она подписывает маркеры.",
        )
    elif any(key.algorithm == tokens.GOST for key in every) and not openssl.gost_available():
        yield Finding("trusted keys", "wrong", openssl.INSTALL)
    else:
        yield Finding("trusted keys", "fine", f"Ключей ЕСИА: {len(every)}.")


def _asked(settings: EsiaSettings, at: datetime, transport: httpx.BaseTransport | None) -> Iterator[Finding]:
    url = HttpEsia(settings).authorisation_url(
        state=str(uuid4()), scopes=settings.login_scopes, at=at, verifier=str(uuid4())
    )
    try:
        reply = Transport(settings, by=transport).look(url)
    except EsiaRefused as refusal:
        yield Finding("connection", "wrong", f"{failure(refusal.code).explanation} Адрес: {settings.host}.")
        return
    if reply.status >= 500:
        yield Finding("connection", "wrong", f"ЕСИА отвечает ошибкой {reply.status}. Повторите позже.")
        return
    yield Finding("connection", "fine", f"ЕСИА отвечает: {settings.host}.")
    yield from _clock(reply, at)
    yield _judged(settings, _code(reply))


def _clock(reply: Reply, at: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(reply.headers["date"])
    except (KeyError, ValueError):
        return
    ahead = at - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    seconds = shown(Fraction(abs(ahead).total_seconds()), 0)
    if abs(ahead) <= _CLOCK_LIMIT:
        yield Finding("clock", "fine", f"Часы расходятся с часами ЕСИА на {seconds} с.")
    else:
        how = "спешат" if ahead > timedelta() else "отстают"
        text = f"Часы этой машины {how} на {seconds} с. Включите синхронизацию времени."
        yield Finding("clock", "wrong", text)


def _code(reply: Reply) -> str | None:
    """The refusal in the address of a redirect or on a page of ЕСИА."""
    redirect = dict(parse_qsl(urlsplit(reply.headers.get("location", "")).query))
    if refusal := refused(redirect):
        return refusal.code
    return esia_code(reply.body.decode(errors="replace"))


def _judged(settings: EsiaSettings, code: str | None) -> Finding:
    if code is None:
        return Finding("request", "fine", "ЕСИА приняла наш подписанный запрос.")
    subject, text = _VERDICTS.get(code, ("request", failure(code).explanation))
    return Finding(subject, "wrong", f"{code}: {text.format(mnemonic=settings.mnemonic)}")


_MNEMONIC = (
    "Мнемоника {mnemonic} неизвестна ЕСИА, или на технологическом портале у неё другой сертификат. "
    "Сверьте мнемонику и хэш сертификата."
)
_HASH = (
    "Ключ и сертификат — пара, но ЕСИА не приняла подпись: на технологическом портале у мнемоники {mnemonic} "
    "нет действующего сертификата с таким хэшем. Загрузите сертификат или включите его."
)
_SCOPES = "Сверьте запрашиваемые области доступа с заявкой на подключение."
_VERDICTS: dict[str, tuple[Subject, str]] = {
    "007002": ("mnemonic", _MNEMONIC),
    "007005": ("mnemonic", _MNEMONIC),
    "008010": ("mnemonic", _MNEMONIC),
    "007006": ("request", _SCOPES),
    "007013": ("request", _SCOPES),
    "007019": ("request", _SCOPES),
    "007014": ("hash", "ЕСИА не получила хэш сертификата: проверьте поколение протокола в настройках."),
    "007053": ("hash", _HASH),
    "007015": ("clock", "ЕСИА считает время запроса неверным. Включите синхронизацию времени."),
    "007023": ("request", "Адрес возврата не внесён в список разрешённых на технологическом портале."),
}
