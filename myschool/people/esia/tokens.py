"""Tokens of ЕСИА (JWT): whose they are, for whom and until when is believed only after every check."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import jwt
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_public_key
from jwt.algorithms import RSAAlgorithm

from . import openssl, reading
from .failures import Cause, EsiaRefused

LEEWAY = timedelta(seconds=60)
RSA, GOST = "RS256", "GOST3410_2012_256"

logger = logging.getLogger(__name__)

_GOST_KEY = x509.ObjectIdentifier("1.2.643.7.1.1.1.1")
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)

Kind = Literal["access", "id"]
# How the header names the kind (an identity token need not) and which claim names the receiver.
_KINDS: Mapping[Kind, tuple[set[object], str]] = {"access": ({"access"}, "client_id"), "id": ({"id", None}, "aud")}


@dataclass(frozen=True)
class PublicKey:
    """A public key, which verifies by its own algorithm only; a ГОСТ key is kept as PEM, for openssl."""

    algorithm: str
    material: RSAPublicKey | bytes
    expires_at: datetime | None

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature was made by the owner of the key.

        Raises:
            SigningUnavailable: it is a ГОСТ key and there is no openssl with the gost engine.
        """
        if isinstance(self.material, RSAPublicKey):
            return _RS256.verify(message, self.material, signature)
        return openssl.gost_verifies(_bare(self.material), message=message, signature=signature)


class TrustedKeys:
    """ЕСИА's keys in a folder, read again when it changes; several at once let the keys be rotated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[object, dict[str, list[PublicKey]]] = (None, {})

    def by_file(self) -> dict[str, list[PublicKey]]:
        """The keys now in each file; a file that cannot be read has none."""
        files = _files(self._folder)
        if self._read[0] != files:
            self._read = (files, {name: self._keys(name) for name in files})
        return self._read[1]

    def of(self, algorithm: object) -> Iterator[PublicKey]:
        """The keys now trusted to sign by the algorithm."""
        return (key for keys in self.by_file().values() for key in keys if key.algorithm == algorithm)

    def _keys(self, name: str) -> list[PublicKey]:
        try:
            return list(_parsed((self._folder / name).read_bytes()))
        except (OSError, ValueError, UnsupportedAlgorithm):
            logger.warning("A trusted key of ESIA cannot be read: %s", name)
            return []


def verified(
    token: object, kind: Kind, *, keys: TrustedKeys, issuer: str, mnemonic: str, at: datetime
) -> Mapping[str, object]:
    """The claims of a token that ЕСИА signed for us and that is valid at the moment.

    Raises:
        EsiaRefused: the token is not ЕСИА's, not for us, of another kind, or out of time.
        SigningUnavailable: the token is signed by ГОСТ and there is nothing to verify it with.
    """
    header, claims = _opened(token, keys)
    kinds, receiver = _KINDS[kind]
    if header.get("sbt") not in kinds or claims.get("iss") != issuer:
        raise EsiaRefused(Cause.TOKEN_INVALID)
    if mnemonic not in reading.words(claims.get(receiver)):
        raise EsiaRefused(Cause.TOKEN_INVALID)
    _check_times(claims, at)
    return claims


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The key of a certificate, ours or ЕСИА's.

    Raises:
        ValueError, UnsupportedAlgorithm: it is neither RSA nor ГОСТ Р 34.10-2012 of 256 bits.
    """
    expires_at = certificate.not_valid_after_utc
    if certificate.public_key_algorithm_oid == _GOST_KEY:
        return PublicKey(GOST, certificate.public_bytes(Encoding.PEM), expires_at)
    return PublicKey(RSA, _rsa(certificate.public_key()), expires_at)


def _opened(token: object, keys: TrustedKeys) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Header and claims of a token signed by a trusted key."""
    if not isinstance(token, str):
        raise EsiaRefused(Cause.TOKEN_INVALID)
    try:
        # The signature is checked just below, by the keys we trust and not by what the token says of itself.
        parts = jwt.PyJWS().decode_complete(token, options={"verify_signature": False})
        header, claims = parts["header"], reading.mapping(json.loads(parts["payload"]))
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise EsiaRefused(Cause.TOKEN_INVALID) from None
    message = token.rpartition(".")[0].encode()
    if not any(key.verifies(message, parts["signature"]) for key in keys.of(header.get("alg"))):
        raise EsiaRefused(Cause.TOKEN_INVALID)
    return header, claims


def _check_times(claims: Mapping[str, object], at: datetime) -> None:
    # A token comes to us fresh from ЕСИА: if its time has passed or not come, one of the two clocks is wrong.
    expires_at = reading.moment(claims.get("exp"))
    if expires_at is None:
        raise EsiaRefused(Cause.TOKEN_INVALID)
    begins_at = [reading.moment(claims.get(name)) for name in ("nbf", "iat")]
    if expires_at + LEEWAY <= at or any(moment and moment - LEEWAY > at for moment in begins_at):
        raise EsiaRefused(Cause.CLOCK_SKEW)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of the folder and what tells that they have changed."""
    stamps = {}
    for path in filter(Path.is_file, sorted(folder.glob("[!.]*"))):
        with suppress(FileNotFoundError):
            state = path.stat()
            stamps[path.name] = (state.st_mtime_ns, state.st_size)
    return stamps


def _parsed(content: bytes) -> Iterator[PublicKey]:
    if b"-----BEGIN PUBLIC KEY-----" in content:
        yield _from_public_key(content)
    elif b"-----BEGIN CERTIFICATE-----" in content:
        yield from map(public_key, x509.load_pem_x509_certificates(content))
    else:
        yield public_key(x509.load_der_x509_certificate(content))


def _from_public_key(content: bytes) -> PublicKey:
    try:
        return PublicKey(RSA, _rsa(load_pem_public_key(content)), None)
    except UnsupportedAlgorithm:
        return PublicKey(GOST, content, None)


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise ValueError("Neither RSA nor ГОСТ.")
    return key


@lru_cache(maxsize=16)
def _bare(pem: bytes) -> bytes:
    """The public key (PEM) of a ГОСТ certificate; a public key stays what it is."""
    if b"-----BEGIN PUBLIC KEY-----" in pem:
        return pem
    return openssl.gost("x509", "-pubkey", "-noout", given=pem)
