"""How a request to ЕСИА is signed: strings to sign, signatures of both algorithms, the certificate's hash."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from . import openssl
from .failures import SigningUnavailable
from .settings import EsiaSettings

_V1 = ("scope", "timestamp", "client_id", "state")
_V2 = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri")

# What is signed, by generation and purpose: the values of these fields one after another, without separators.
AUTHORISATION = {"v1": _V1, "v2": _V2}
CODE = {"v1": _V1, "v2": (*_V2, "code")}
REFRESH = {
    ("v1", "redirect_uri"): _V1,
    ("v1", "refresh_token"): _V1,
    ("v2", "redirect_uri"): _V2,
    ("v2", "refresh_token"): ("client_id", "scope", "timestamp", "state", "refresh_token"),
}

# A key under a password is refused at once: openssl must not wait for somebody to type it.
_NO_PASSWORD = ("-passin", "pass:")


class Signer(Protocol):
    """The private key of the information system; it never leaves its file and its signer."""

    @property
    def certificate_hash(self) -> str:
        """The hash of our certificate as ЕСИА knows it: 64 hexadecimal digits in upper case."""

    def sign(self, message: bytes) -> bytes:
        """The bare signature, which the second generation asks for."""

    def sign_detached(self, message: bytes) -> bytes:
        """The signature with our certificate (detached CMS, DER), which the first generation asks for."""


class RsaSigner:
    """RSA with SHA-256. ЕСИА in production refuses it; stands and tests accept it."""

    def __init__(self, *, certificate: Path, key: Path) -> None:
        self._certificate = read_certificate(certificate)
        self._key = _read_rsa_key(key)

    @property
    def certificate_hash(self) -> str:
        return self._certificate.fingerprint(SHA256()).hex().upper()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message, PKCS1v15(), SHA256())

    def sign_detached(self, message: bytes) -> bytes:
        builder = PKCS7SignatureBuilder().set_data(message).add_signer(self._certificate, self._key, SHA256())
        options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoAttributes]
        return builder.sign(Encoding.DER, options)


class GostSigner:
    """ГОСТ Р 34.10-2012, 256 bits, by openssl."""

    def __init__(self, *, certificate: Path, key: Path) -> None:
        self._certificate_file = str(certificate)
        self._certificate = read_certificate(certificate)
        self._key_file = str(key)

    @cached_property
    def certificate_hash(self) -> str:
        der = self._certificate.public_bytes(Encoding.DER)
        return openssl.gost("dgst", "-md_gost12_256", "-binary", given=der).hex().upper()

    def sign(self, message: bytes) -> bytes:
        return openssl.gost("dgst", "-md_gost12_256", "-sign", self._key_file, *_NO_PASSWORD, given=message)

    def sign_detached(self, message: bytes) -> bytes:
        options = ("-sign", "-binary", "-outform", "DER", "-noattr", "-md", "md_gost12_256")
        files = ("-signer", self._certificate_file, "-inkey", self._key_file)
        return openssl.gost("smime", *options, *files, *_NO_PASSWORD, given=message)


def signer(settings: EsiaSettings) -> Signer:
    """The signer of the configured certificate and key.

    Raises:
        SigningUnavailable: a file is absent, unreadable or of another algorithm.
    """
    if settings.algorithm == "GOST":
        return GostSigner(certificate=settings.certificate, key=settings.key)
    return RsaSigner(certificate=settings.certificate, key=settings.key)


def client_secret(settings: EsiaSettings, by: Signer, fields: Mapping[str, str], signed: tuple[str, ...]) -> str:
    """The signature of the named fields, in the form the generation wants."""
    message = "".join(fields[name] for name in signed).encode()
    return base64url(by.sign(message) if settings.generation == "v2" else by.sign_detached(message))


def base64url(value: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def timestamp(at: datetime) -> str:
    """The moment as ЕСИА writes it: 2026.09.01 05:30:00 +0000."""
    return at.astimezone(UTC).strftime("%Y.%m.%d %H:%M:%S +0000")


def read_certificate(path: Path) -> x509.Certificate:
    """Our certificate (PEM).

    Raises:
        SigningUnavailable: the file is absent or holds no certificate.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError:
        raise SigningUnavailable("Файл сертификата не найден или недоступен для чтения.") from None
    except ValueError:
        raise SigningUnavailable("В файле сертификата нет сертификата в формате PEM.") from None


def _read_rsa_key(path: Path) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise SigningUnavailable("Файл закрытого ключа не найден или недоступен для чтения.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningUnavailable("В файле закрытого ключа нет ключа RSA без пароля в формате PEM.") from None
    if not isinstance(key, RSAPrivateKey):
        raise SigningUnavailable("Закрытый ключ не RSA.")
    return key
