"""Trying the platform on one machine: our certificate, the stand-in of Gosuslugi, and each knowing the other.

Nothing here is used in production, where the certificate comes from an accredited authority and ЕСИА's keys are
downloaded from it (docs/howto/production.md).
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings

from myschool.config import lifeline
from myschool.config.env import LOCAL
from myschool.kernel import clock
from myschool.people.views import PURPOSES

STANDIN = LOCAL / "standin"
PERSONS = LOCAL / "esia" / "persons.json"
START_SECONDS, STOP_SECONDS = 30, 5


class StandinWontStart(SystemExit):
    """The stand-in did not answer in time."""


def make_certificate() -> None:
    """Our own key and self-signed certificate, made once."""
    certificate, key = Path(settings.ESIA["certificate"]), Path(settings.ESIA["key"])
    if certificate.exists() and key.exists():
        return
    certificate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "myschool")])
    now = clock.now()
    own_certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(own_certificate.public_bytes(serialization.Encoding.PEM))


def introduce(standin: Path = STANDIN) -> None:
    """Tell the stand-in of our certificate and people, and keep its keys as the ones we trust."""
    scopes = [
        "openid",
        "fullname",
        "birthdate",
        "gender",
        "snils",
        *(word for words in PURPOSES.values() for word in words),
    ]
    command(
        "register-client",
        "--data",
        str(standin),
        "--mnemonic",
        settings.ESIA["mnemonic"],
        "--certificate",
        settings.ESIA["certificate"],
        "--redirect",
        settings.SITE_URL + "/",
        "--scopes",
        " ".join(scopes),
    )
    if PERSONS.exists():
        command("import-persons", "--data", str(standin), str(PERSONS))
    command("export-keys", "--data", str(standin), settings.ESIA["trusted"])


def _same_time() -> dict[str, str]:
    """The stand-in's clock shows what ours does."""
    return {**os.environ, "ESIA_STANDIN_CLOCK_DAYS": str(settings.CLOCK_AHEAD.days)}


def command(*words: str) -> None:
    """Run one of the stand-in's commands."""
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "esia_standin", *words], check=True, stdout=subprocess.DEVNULL, env=_same_time()
    )


def standin_place() -> tuple[str, int]:
    """Where the stand-in answers: at ESIA_HOST."""
    address = urlsplit(settings.ESIA["host"])
    return address.hostname or "", address.port or 80


@contextmanager
def standin(folder: Path = STANDIN) -> Iterator[None]:
    """The stand-in answers while the block runs.

    Raises:
        StandinWontStart: it ended, or gave no answer in time.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    host, port = standin_place()
    words = ["serve", "--data", str(folder), "--host", host, "--port", str(port)]
    process = lifeline.start([sys.executable, "-m", "esia_standin", *words], _same_time())
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers():
            if process.poll() is not None or time.monotonic() > until:
                raise StandinWontStart(f"The stand-in of Gosuslugi does not answer at {settings.ESIA['host']}.")
            time.sleep(0.1)
        yield
    finally:
        lifeline.end([process], STOP_SECONDS)


def _answers() -> bool:
    try:
        httpx.get(settings.ESIA["host"] + "/", timeout=1)
    except httpx.TransportError:
        return False
    return True
