"""Mail servers and push services, each behind a small Protocol; what they say becomes an outcome.

Nothing personal is in an outcome's words: codes and the names of errors only.
"""

import base64
import json
import os
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from pywebpush import WebPusher, WebPushException

TIMEOUT_SECONDS = 8
MOST_SECONDS_TO_LIVE = 24 * 3600


class Verdict(StrEnum):
    """What became of something sent."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"
    GONE = "gone"


@dataclass(frozen=True)
class Outcome:
    """What became of something sent, why, and how long the other side asks to be left in peace."""

    verdict: Verdict
    why: str = ""
    after: timedelta | None = None


class MailSender(Protocol):
    """Hands a letter to a mail server."""

    def send(self, message: EmailMessage) -> Outcome:
        """What the server said."""

    def close(self) -> None:
        """No more letters for now."""


class PushSender(Protocol):
    """Hands a push to a push service."""

    def send(
        self, *, endpoint: str, p256dh: str, auth: str, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> Outcome:
        """What the service said."""

    def close(self) -> None:
        """No more pushes for now."""


class Smtp:
    """A mail server by its address: smtp://name:password@host:587?tls=yes, or smtps://host; one connection for many."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._server: smtplib.SMTP | None = None
        self._away: Outcome | None = None

    def send(self, message: EmailMessage) -> Outcome:
        """Hand the letter over; a connection that has broken is opened anew at the next one.

        A server that lets nobody in is not asked again for the rest of the round: pushes wait behind these letters.
        Whatever it says then, it says of us and not of the letter.
        """
        if self._away:
            return self._away
        try:
            self._server = self._server or self._connect()
        except smtplib.SMTPResponseException as error:
            self._away = Outcome(Verdict.AGAIN, f"SMTP {error.smtp_code}")
            return self._away
        except (OSError, smtplib.SMTPException) as error:
            self._away = Outcome(Verdict.AGAIN, type(error).__name__)
            return self._away
        return self._handed_over(self._server, message)

    def _handed_over(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code = next((code for code, _ in error.recipients.values()), 550)
            return _of_code(code)
        except smtplib.SMTPResponseException as error:
            self.close()
            return _of_code(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            # A name of letters other than Latin before the sign @, and a server that takes none (RFC 6531).
            return Outcome(Verdict.NEVER, "SMTPUTF8")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(Verdict.AGAIN, type(error).__name__)
        return Outcome(Verdict.SENT)

    def close(self) -> None:
        """Leave the server."""
        server, self._server = self._server, None
        if server:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._address.hostname or "", self._address.port or 0
        context = ssl.create_default_context()
        if self._address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
            if parse_qs(self._address.query).get("tls") == ["yes"]:
                server.starttls(context=context)
        if self._address.username:
            server.login(unquote(self._address.username), unquote(self._address.password or ""))
        return server


def _of_code(code: int) -> Outcome:
    """Servers that say 4xx may be asked again."""
    return Outcome(Verdict.AGAIN if 400 <= code < 500 else Verdict.NEVER, f"SMTP {code}")


class WebPush:
    """Push services by Web Push (RFC 8030, 8291, 8292): encrypted for the browser, signed by us; redirects lead nowhere."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def send(
        self, *, endpoint: str, p256dh: str, auth: str, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> Outcome:
        """Encrypt and hand over."""
        try:
            subscription = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
            sealed = WebPusher(subscription).encode(body)["body"]
        except (ValueError, IndexError, WebPushException) as error:
            return Outcome(Verdict.NEVER, f"keys: {type(error).__name__}")
        signed = {"Content-Encoding": "aes128gcm", "Authorization": authorization(endpoint, at), **headers}
        try:
            answered = self._client.post(endpoint, content=sealed, headers=signed)
        except httpx.HTTPError as error:
            return Outcome(Verdict.AGAIN, type(error).__name__)
        return _of_answer(answered.status_code, answered.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Leave the services."""
        self._client.close()


def _of_answer(status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome(Verdict.SENT)
    if status in (404, 410):
        return Outcome(Verdict.GONE, f"HTTP {status}")
    if status in (408, 425, 429) or status >= 500:
        delay = timedelta(seconds=int(retry_after)) if retry_after.isdecimal() and len(retry_after) < 6 else None
        return Outcome(Verdict.AGAIN, f"HTTP {status}", delay)
    return Outcome(Verdict.NEVER, f"HTTP {status}")


def authorization(endpoint: str, at: datetime) -> str:
    """Who sends, signed for this push service and half a day (VAPID)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + timedelta(hours=12)).timestamp()),
        "sub": f"mailto:{settings.MAIL_FROM}",
    }
    return f"vapid t={jwt.encode(claims, _key(settings.VAPID_KEY), 'ES256')}, k={application_key()}"


def application_key() -> str:
    """Our public key, as browsers want it when they subscribe."""
    point = (
        _key(settings.VAPID_KEY)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@lru_cache(maxsize=1)
def _key(path: str) -> ec.EllipticCurvePrivateKey:
    """Our key; made if nobody has made it yet, and then the first to link its file wins."""
    file = Path(path)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(pem)
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("MYSCHOOL_VAPID_KEY is no key of the curve P-256")
    return key


def payload(*, title: str, text: str, path: str, notice_id: int) -> bytes:
    """What a browser is handed: small, and only what is to be shown."""
    message = {"id": notice_id, "title": title, "text": text, "path": path}
    return json.dumps(message, ensure_ascii=False).encode()
