"""Making and checking the stand-in's own tokens (маркеры), by RSA or by GOST."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from jwt.algorithms import Algorithm

from esia_standin import gost, keys
from esia_standin.signatures import read_certificate
from esia_standin.store.keys import StoredKey


class GostAlgorithm(Algorithm):
    """GOST R 34.10-2012-256 over Streebog-256, in the octet order of OpenSSL's gost engine."""

    def prepare_key(self, key: gost.PrivateKey | gost.PublicKey) -> gost.PrivateKey | gost.PublicKey:
        """Keys come ready."""
        return key

    def sign(self, msg: bytes, key: gost.PrivateKey) -> bytes:
        """The signature."""
        return gost.sign(key, msg)

    def verify(self, msg: bytes, key: gost.PublicKey, sig: bytes) -> bool:
        """Whether the signature fits."""
        return gost.verify(key, msg, sig)

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:  # noqa: FBT001 — the library's signature
        """There is no such form."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        """There is no such form."""
        raise NotImplementedError


@cache
def _rsa(octets: bytes) -> Any:
    # Loading proves the primes anew, which takes longer than signing.
    return serialization.load_der_private_key(octets, None)


_jws = jwt.PyJWS()
_jws.register_algorithm(keys.GOST, GostAlgorithm())


class Untrusted(ValueError):
    """The token was not signed by a live key of the stand-in or is not of the kind asked for."""


def sign(kind: str, claims: dict[str, Any], key: StoredKey, **more_header: str) -> str:
    """A signed token of the kind: authorization_code, access or id."""
    header: dict[str, Any] = {"ver": 1, "typ": "JWT", "sbt": kind, **more_header}
    private: Any = gost.PrivateKey(key.private) if key.algorithm == keys.GOST else _rsa(key.private)
    body = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return _jws.encode(body, private, key.algorithm, header)


def check(token: str, kind: str, live_keys: list[StoredKey]) -> dict[str, Any]:
    """The claims of a token that one of the live keys has signed.

    Raises:
        Untrusted: no such key, or the token is of another kind.
    """
    for key in live_keys:
        public: Any = read_certificate(key.certificate).key
        try:
            decoded = _jws.decode_complete(token, public, [key.algorithm])
        except jwt.InvalidTokenError:
            continue
        if decoded["header"].get("sbt") != kind:
            break
        claims: dict[str, Any] = json.loads(decoded["payload"])
        return claims
    raise Untrusted(kind)
