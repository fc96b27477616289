"""The stand-in's own signing keys: of each algorithm the newest signs, older ones verify for a while."""

from __future__ import annotations

import hashlib
import io
import json
import ssl
import zipfile
from datetime import datetime, timedelta
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

from esia_standin import gost
from esia_standin.store.keys import StoredKey
from esia_standin.store.shelves import Store

RSA = "RS256"
GOST = "GOST3410_2012_256"
NAME = "ESIA stand-in, not Gosuslugi"


def make_keys(store: Store, *, at: datetime, overlap: timedelta) -> None:
    """A new current key of each algorithm; the current ones go on verifying during the overlap."""
    retire_at = (at + overlap).timestamp()
    for key in (_new_rsa(at), _new_gost(at)):
        store.keys.add(key, old_ones_retire_at=retire_at)


def _new_rsa(at: datetime) -> StoredKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=3650))
        .sign(private, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    octets = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return StoredKey(
        algorithm=RSA, private=octets, certificate=certificate, thumbprint=gost.digest(certificate).hex().upper()
    )


def _new_gost(at: datetime) -> StoredKey:
    private = gost.new_key()
    certificate = gost.self_signed(
        private, name=NAME, from_moment=at - timedelta(days=1), to_moment=at + timedelta(days=3650)
    )
    return StoredKey(
        algorithm=GOST,
        private=private.octets,
        certificate=certificate,
        thumbprint=gost.digest(certificate).hex().upper(),
        retires_at=None,
    )


def pem(key: StoredKey) -> str:
    """The certificate as PEM."""
    return ssl.DER_cert_to_PEM_cert(key.certificate)


def file_name(key: StoredKey) -> str:
    """What the certificate's file is called: algorithm and the beginning of the thumbprint."""
    return f"{'RSA' if key.algorithm == RSA else 'GOST'}_{key.thumbprint[:12]}"


def jwk_set(keys: list[StoredKey]) -> dict[str, object]:
    """The RSA keys as a JWK set (GOST keys have no JWK form)."""
    jwks = []
    for key in keys:
        if key.algorithm == RSA:
            public = x509.load_der_x509_certificate(key.certificate).public_key()
            jwks.append(
                json.loads(RSAAlgorithm.to_jwk(cast("rsa.RSAPublicKey", public)))
                | {"use": "sig", "alg": RSA, "kid": hashlib.sha256(key.certificate).hexdigest()}
            )
    return {"keys": jwks}


def archive(keys: list[StoredKey]) -> bytes:
    """The zip with every certificate and the JWK set."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archived:
        for key in keys:
            archived.writestr(file_name(key) + ".pem", pem(key))
        archived.writestr("jwk.json", json.dumps(jwk_set(keys)))
    return octets.getvalue()
