"""GOST R 34.10-2012-256 and Streebog-256 in the octet orders of certificates and of OpenSSL's gost engine.

The pure Python library thinks big-endian and r‖s; certificates and signatures in the wild are little-endian
and s‖r, and the digest is taken reversed. Everything outside this file sees only the order of the wild.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from gostcrypto import gosthash, gostsignature

from esia_standin import der

SIGNATURE_OID = "1.2.643.7.1.1.3.2"
KEY_OID = "1.2.643.7.1.1.1.1"
DIGEST_OID = "1.2.643.7.1.1.2.2"
CRYPTOPRO_A = "1.2.643.2.2.35.1"

_SET = "id-tc26-gost-3410-2012-256-paramSet"
CURVES = {
    CRYPTOPRO_A: _SET + "B",
    "1.2.643.2.2.35.2": _SET + "C",
    "1.2.643.2.2.35.3": _SET + "D",
    "1.2.643.2.2.36.0": _SET + "B",
    "1.2.643.2.2.36.1": _SET + "D",
    "1.2.643.7.1.2.1.1.1": _SET + "A",
    "1.2.643.7.1.2.1.1.2": _SET + "B",
    "1.2.643.7.1.2.1.1.3": _SET + "C",
    "1.2.643.7.1.2.1.1.4": _SET + "D",
}


class UnknownCurve(ValueError):
    """The key lies on a curve that is not one of GOST R 34.10-2012-256."""


@dataclass(frozen=True)
class PublicKey:
    """A point X‖Y, each half little-endian, and the identifier of its curve."""

    octets: bytes
    curve: str = CRYPTOPRO_A


@dataclass(frozen=True)
class PrivateKey:
    """A number, big-endian, on the curve CryptoPro-A."""

    octets: bytes

    @property
    def public(self) -> PublicKey:
        """The public half."""
        point = bytes(_signer(CRYPTOPRO_A).public_key_generate(bytearray(self.octets)))
        return PublicKey(point[:32][::-1] + point[32:][::-1])


def digest(message: bytes) -> bytes:
    """Streebog-256."""
    return bytes(gosthash.new("streebog256", data=bytearray(message)).digest())


def new_key() -> PrivateKey:
    """A fresh private key, below the order of the curve."""
    return PrivateKey((1 + secrets.randbelow(2**254)).to_bytes(32, "big"))


def sign(key: PrivateKey, message: bytes) -> bytes:
    """The 64 octets s‖r."""
    signature = bytes(_signer(CRYPTOPRO_A).sign(bytearray(key.octets), bytearray(digest(message)[::-1])))
    return signature[32:] + signature[:32]


def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the 64 octets s‖r are this key's signature of the message."""
    if len(signature) != 64:
        return False
    point = bytearray(key.octets[:32][::-1] + key.octets[32:][::-1])
    swapped = bytearray(signature[32:] + signature[:32])
    return bool(_signer(key.curve).verify(point, bytearray(digest(message)[::-1]), swapped))


def self_signed(key: PrivateKey, *, name: str, from_moment: datetime, to_moment: datetime) -> bytes:
    """A self-signed certificate, DER."""
    algorithm = der.write(der.SEQUENCE, der.write_oid(SIGNATURE_OID))
    attribute = der.write(der.SEQUENCE, der.write_oid("2.5.4.3"), der.write(der.UTF8_STRING, name.encode()))
    subject = der.write(der.SEQUENCE, der.write(der.SET, attribute))
    moments = [der.write(der.UTC_TIME, f"{at:%y%m%d%H%M%SZ}".encode()) for at in (from_moment, to_moment)]
    parameters = der.write(der.SEQUENCE, der.write_oid(CRYPTOPRO_A), der.write_oid(DIGEST_OID))
    point = der.write(der.OCTET_STRING, key.public.octets)
    body = der.write(
        der.SEQUENCE,
        der.write(0xA0, der.write_integer(2)),
        der.write_integer(secrets.randbits(63)),
        algorithm,
        subject,
        der.write(der.SEQUENCE, *moments),
        subject,
        der.write(
            der.SEQUENCE,
            der.write(der.SEQUENCE, der.write_oid(KEY_OID), parameters),
            der.write(der.BIT_STRING, b"\0", point),
        ),
    )
    return der.write(der.SEQUENCE, body, algorithm, der.write(der.BIT_STRING, b"\0", sign(key, body)))


def _signer(curve: str) -> gostsignature.GOST34102012:
    if curve not in CURVES:
        raise UnknownCurve(curve)
    return gostsignature.new(gostsignature.MODE_256, gostsignature.CURVES_R_1323565_1_024_2019[CURVES[curve]])
