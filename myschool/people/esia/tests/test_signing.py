import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from .. import openssl, signing
from ..failures import SigningUnavailable
from ..settings import EsiaSettings
from . import makers
from .conftest import both_algorithms, needs_gost
from .makers import Pair

MESSAGE = b"openid fullname2026.09.01 05:30:00 +0000MYSCHOOL"


def test_rsa_signature_is_verified_by_the_certificate(rsa: Pair) -> None:
    key = x509.load_pem_x509_certificate(rsa.certificate.read_bytes()).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(makers.signer_of(rsa).sign(MESSAGE), MESSAGE, PKCS1v15(), SHA256())


@needs_gost
def test_gost_signature_is_verified_by_openssl(gost: Pair, tmp_path: Path) -> None:
    signature = makers.signer_of(gost).sign(MESSAGE)
    public, signed = tmp_path / "public.pem", tmp_path / "signature"
    public.write_bytes(makers.openssl("x509", "-engine", "gost", "-in", str(gost.certificate), "-pubkey", "-noout"))
    signed.write_bytes(signature)
    arguments = ("-md_gost12_256", "-verify", str(public), "-signature", str(signed))
    output = makers.openssl("dgst", "-engine", "gost", *arguments, given=MESSAGE)
    assert (len(signature), output) == (64, b"Verified OK\n")


@both_algorithms
def test_detached_signature_is_verified_by_openssl(pair: Pair, tmp_path: Path) -> None:
    content, signed = tmp_path / "content", tmp_path / "signed.der"
    content.write_bytes(MESSAGE)
    signed.write_bytes(makers.signer_of(pair).sign_detached(MESSAGE))
    engine = ("-engine", "gost") if pair.algorithm == "GOST" else ()
    signed_file = ("-inform", "DER", "-in", str(signed))
    options = ("-verify", "-binary", "-content", str(content), "-CAfile", str(pair.certificate), "-purpose", "any")
    assert makers.openssl("smime", *engine, *signed_file, *options, "-no_check_time") == MESSAGE
    printed = makers.openssl("cms", *engine, "-cmsout", "-print", *signed_file)
    assert b"eContent: <ABSENT>" in printed
    assert re.search(rb"signedAttrs:\s+<ABSENT>", printed)


def test_rsa_certificate_hash_is_sha256_of_der(rsa: Pair) -> None:
    der = x509.load_pem_x509_certificate(rsa.certificate.read_bytes()).public_bytes(Encoding.DER)
    assert makers.signer_of(rsa).certificate_hash == hashlib.sha256(der).hexdigest().upper()


@needs_gost
def test_gost_certificate_hash_is_streebog_of_der(gost: Pair) -> None:
    der = makers.openssl("x509", "-in", str(gost.certificate), "-outform", "DER")
    output = makers.openssl("dgst", "-engine", "gost", "-md_gost12_256", given=der).decode()
    assert makers.signer_of(gost).certificate_hash == output.split("= ")[1].strip().upper()


@both_algorithms
def test_certificate_hash_is_64_upper_case_digits(pair: Pair) -> None:
    assert re.fullmatch(r"[0-9A-F]{64}", makers.signer_of(pair).certificate_hash)


class Echo:
    """Signs with the message itself, so that a test reads what was signed."""

    certificate_hash = "00" * 32

    def sign(self, message: bytes) -> bytes:
        return b"bare:" + message

    def sign_detached(self, message: bytes) -> bytes:
        return b"detached:" + message


FIELDS = {
    "client_id": "<id>",
    "scope": "<scope>",
    "scope_org": "<org>",
    "timestamp": "<time>",
    "state": "<state>",
    "redirect_uri": "<redirect>",
    "code": "<code>",
    "refresh_token": "<refresh>",
}


@pytest.mark.parametrize(
    ("generation", "signed", "message"),
    [
        ("v1", signing.AUTHORISATION["v1"], "detached:<scope><time><id><state>"),
        ("v1", signing.CODE["v1"], "detached:<scope><time><id><state>"),
        ("v2", signing.AUTHORISATION["v2"], "bare:<id><scope><org><time><state><redirect>"),
        ("v2", signing.CODE["v2"], "bare:<id><scope><org><time><state><redirect><code>"),
        ("v2", signing.REFRESH["v2", "redirect_uri"], "bare:<id><scope><org><time><state><redirect>"),
        ("v2", signing.REFRESH["v2", "refresh_token"], "bare:<id><scope><time><state><refresh>"),
    ],
)
def test_the_string_to_sign(configured: EsiaSettings, generation: str, signed: tuple[str, ...], message: str) -> None:
    own = replace(configured, generation="v1" if generation == "v1" else "v2")
    assert signing.client_secret(own, Echo(), FIELDS, signed) == signing.base64url(message.encode())


def test_base64url_has_no_padding() -> None:
    assert signing.base64url(b"\xfb\xff\xfe\xff") == "-__-_w"


def test_timestamp_is_in_utc_with_a_space_before_the_zone() -> None:
    moscow = datetime(2026, 9, 1, 8, 30, tzinfo=timezone(timedelta(hours=3)))
    assert signing.timestamp(moscow) == "2026.09.01 05:30:00 +0000"


@both_algorithms
def test_an_absent_file_is_named_to_the_operator(pair: Pair, trusted: Path) -> None:
    own = replace(makers.settings(pair, trusted), certificate=trusted / "absent.pem")
    with pytest.raises(SigningUnavailable, match="Файл сертификата не найден"):
        signing.signer(own)


@both_algorithms
def test_a_file_that_is_no_certificate_is_refused(pair: Pair, trusted: Path) -> None:
    own = replace(makers.settings(pair, trusted), certificate=pair.key)
    with pytest.raises(SigningUnavailable, match="нет сертификата"):
        signing.signer(own)


def test_a_key_under_a_password_is_refused(rsa: Pair, trusted: Path) -> None:
    locked = trusted / "locked.key"
    key = load_pem_private_key(rsa.key.read_bytes(), password=None)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(SigningUnavailable, match="без пароля"):
        signing.signer(replace(makers.settings(rsa, trusted), key=locked))


@needs_gost
def test_a_gost_key_under_a_password_is_refused_without_waiting(gost: Pair, trusted: Path) -> None:
    locked = trusted / "locked.key"
    engine = ("-engine", "gost", "-in", str(gost.key), "-out", str(locked))
    makers.openssl("pkey", *engine, "-aes256", "-passout", "pass:secret")
    signer = signing.signer(replace(makers.settings(gost, trusted), key=locked))
    with pytest.raises(SigningUnavailable, match="не приняла"):
        signer.sign(MESSAGE)


@needs_gost
def test_a_gost_key_is_not_taken_for_rsa(gost: Pair, trusted: Path) -> None:
    with pytest.raises(SigningUnavailable, match="RSA"):
        signing.signer(replace(makers.settings(gost, trusted), algorithm="RSA"))


@pytest.fixture
def no_openssl(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PATH", "")
    openssl.gost_available.cache_clear()
    yield
    openssl.gost_available.cache_clear()


@needs_gost
@pytest.mark.usefixtures("gost", "no_openssl")
def test_without_openssl_the_operator_is_told_what_to_install(gost: Pair) -> None:
    with pytest.raises(SigningUnavailable, match="libengine-gost-openssl"):
        makers.signer_of(gost).sign(MESSAGE)
