"""Certificates of client systems and the checking of their signatures: raw ones and detached CMS ones."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from esia_standin import der, gost

RSA_KEY_OID = "1.2.840.113549.1.1.1"
MESSAGE_DIGEST_OID = "1.2.840.113549.1.9.4"
RSA_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}


class UnknownCertificate(ValueError):
    """Not a certificate, or one whose key is neither RSA nor GOST R 34.10-2012-256."""


class BrokenSignature(ValueError):
    """The signature cannot be read or does not fit the message."""


class StrangeSigner(ValueError):
    """The message is signed by a certificate that is not among the expected ones."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the stand-in needs of a certificate: its key, its number, its hash as ЕСИА wants it, its term."""

    octets: bytes
    key: rsa.RSAPublicKey | gost.PublicKey
    issuer_and_serial: bytes
    from_moment: datetime
    to_moment: datetime

    @property
    def hash(self) -> str:
        """64 upper-case hexadecimal digits: Streebog-256 of a GOST certificate, SHA-256 of an RSA one."""
        if isinstance(self.key, gost.PublicKey):
            return gost.digest(self.octets).hex().upper()
        return hashlib.sha256(self.octets).hexdigest().upper()

    def is_in_term(self, at: datetime) -> bool:
        """Whether its term has begun and not ended."""
        return self.from_moment <= at <= self.to_moment

    def signed(self, message: bytes, signature: bytes, digest: hashes.HashAlgorithm | None = None) -> bool:
        """Whether the raw signature is its owner's; RSA digests by SHA-256 unless told otherwise."""
        if isinstance(self.key, gost.PublicKey):
            return gost.verify(self.key, message, signature)
        try:
            self.key.verify(signature, message, padding.PKCS1v15(), digest or hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def read_certificate(octets: bytes) -> Certificate:
    """A certificate from PEM or DER.

    Raises:
        UnknownCertificate: it cannot be read or its key is of a foreign kind.
    """
    try:
        is_pem = b"-----BEGIN" in octets
        certificate = x509.load_pem_x509_certificate(octets) if is_pem else x509.load_der_x509_certificate(octets)
        whole = certificate.public_bytes(Encoding.DER)
        body = [part for part in der.read(whole).parts[0] if part.tag != 0xA0]
        serial, _, issuer, _, _, key_part = body[:6]
        key: rsa.RSAPublicKey | gost.PublicKey
        if key_part.parts[0].parts[0].oid == gost.KEY_OID:
            key = _gost_key(key_part)
        else:
            public = certificate.public_key()
            if not isinstance(public, rsa.RSAPublicKey):
                raise UnknownCertificate("the key is neither RSA nor GOST R 34.10-2012-256")
            key = public
    except (ValueError, IndexError) as broken:
        raise UnknownCertificate(str(broken)) from broken
    return Certificate(
        octets=whole,
        key=key,
        issuer_and_serial=der.write(der.SEQUENCE, issuer.whole, serial.whole),
        from_moment=certificate.not_valid_before_utc,
        to_moment=certificate.not_valid_after_utc,
    )


def _gost_key(key_part: der.Element) -> gost.PublicKey:
    algorithm, bits = key_part.parts
    curve = algorithm.parts[1].parts[0].oid
    if curve not in gost.CURVES:
        raise gost.UnknownCurve(curve)
    return gost.PublicKey(der.read(bits.content[1:]).content, curve)


def decode(text: str) -> bytes:
    """Octets from base64url with or without padding, or from plain base64.

    Raises:
        BrokenSignature: it is none of them.
    """
    # A form turns an unescaped plus sign into a space.
    plain = text.strip().replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError as broken:
        raise BrokenSignature("not base64") from broken


def verify_detached(message: bytes, signature: bytes, certificates: Sequence[Certificate]) -> Certificate:
    """The certificate among these whose owner made the detached CMS (PKCS#7) signature of the message.

    Raises:
        StrangeSigner: the signer is not one of them.
        BrokenSignature: it cannot be read or does not fit the message.
    """
    try:
        content_type, wrapped = der.read(signature).parts
        if content_type.oid != "1.2.840.113549.1.7.2":
            raise BrokenSignature("not a signed message")
        signer = wrapped.parts[0].parts[-1].parts[0].parts
        _, issuer_and_serial, digest_algorithm, *others = signer
        attributes = others.pop(0) if others[0].tag == 0xA0 else None
        value = others[1].content
        digest_oid = digest_algorithm.parts[0].oid
    except (der.BrokenDer, ValueError, IndexError) as broken:
        raise BrokenSignature("not a CMS message") from broken
    certificate = next((each for each in certificates if each.issuer_and_serial == issuer_and_serial.whole), None)
    if certificate is None:
        raise StrangeSigner("the signer is not registered")
    digest = RSA_DIGESTS.get(digest_oid)
    if digest is None and digest_oid != gost.DIGEST_OID:
        raise BrokenSignature("the digest is not allowed")
    signed = message
    if attributes is not None:
        if _message_digest(attributes) != _digest(message, digest):
            raise BrokenSignature("the digest is of another message")
        # The signature covers the attributes as a SET, though they travel under a context tag.
        signed = der.write(der.SET, attributes.content)
    if not certificate.signed(signed, value, digest):
        raise BrokenSignature("the signature does not fit")
    return certificate


def _message_digest(attributes: der.Element) -> bytes | None:
    for attribute in attributes:
        kind, values = attribute.parts
        if kind.oid == MESSAGE_DIGEST_OID:
            return values.parts[0].content
    return None


def _digest(message: bytes, algorithm: hashes.HashAlgorithm | None) -> bytes:
    if algorithm is None:
        return gost.digest(message)
    digest = hashes.Hash(algorithm)
    digest.update(message)
    return digest.finalize()
