import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..failures import Cause, EsiaRefused
from ..signing import base64url
from ..tokens import Kind, TrustedKeys, verified
from . import makers
from .conftest import both_algorithms, needs_gost
from .makers import AT, ISSUER, MNEMONIC, Pair, access_claims, identity_claims


def trust(folder: Path, *pairs: Pair) -> TrustedKeys:
    for pair in pairs:
        (folder / pair.certificate.name).write_bytes(pair.certificate.read_bytes())
    return TrustedKeys(folder)


def check(token: object, keys: TrustedKeys, kind: Kind = "access", *, at: datetime = AT) -> Mapping[str, object]:
    return verified(token, kind, keys=keys, issuer=ISSUER, mnemonic=MNEMONIC, at=at)


def refusal(token: object, keys: TrustedKeys, kind: Kind = "access", *, at: datetime = AT) -> str:
    with pytest.raises(EsiaRefused) as refused:
        check(token, keys, kind, at=at)
    return refused.value.code


@both_algorithms
def test_a_token_of_a_trusted_key_is_believed(pair: Pair, trusted: Path) -> None:
    claims = check(makers.token(access_claims(), by=pair), trust(trusted, pair))
    assert claims == access_claims()


def test_a_token_made_by_another_library_is_believed(rsa: Pair, trusted: Path) -> None:
    token = jwt.encode(access_claims(), rsa.key.read_bytes(), algorithm="RS256", headers={"sbt": "access"})
    assert check(token, trust(trusted, rsa))["client_id"] == MNEMONIC


@both_algorithms
@pytest.mark.parametrize("sbt", [None, "id"])
def test_an_identity_token_need_not_name_its_kind(pair: Pair, trusted: Path, sbt: str | None) -> None:
    token = makers.token(identity_claims(), by=pair, sbt=sbt)
    assert check(token, trust(trusted, pair), "id")["aud"] == MNEMONIC


@both_algorithms
def test_an_altered_payload_is_refused(pair: Pair, trusted: Path) -> None:
    header, _, signature = makers.token(access_claims(), by=pair).split(".")
    claims = base64url(json.dumps({**access_claims(), "urn:esia:sbj_id": 1}).encode())
    assert refusal(f"{header}.{claims}.{signature}", trust(trusted, pair)) == Cause.TOKEN_INVALID


@both_algorithms
@pytest.mark.parametrize("signature", ["", "AAAA", "A" * 86])
def test_another_signature_is_refused(pair: Pair, trusted: Path, signature: str) -> None:
    signed, _, _ = makers.token(access_claims(), by=pair).rpartition(".")
    assert refusal(f"{signed}.{signature}", trust(trusted, pair)) == Cause.TOKEN_INVALID


def test_another_key_is_refused(rsa: Pair, other_rsa: Pair, trusted: Path) -> None:
    assert refusal(makers.token(access_claims(), by=rsa), trust(trusted, other_rsa)) == Cause.TOKEN_INVALID


@needs_gost
def test_another_gost_key_is_refused(gost: Pair, trusted: Path, tmp_path: Path) -> None:
    stranger = makers.gost_pair(tmp_path, name="stranger")
    assert refusal(makers.token(access_claims(), by=stranger), trust(trusted, gost)) == Cause.TOKEN_INVALID


@both_algorithms
@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS512", "PS256", "ES256", ""])
def test_an_algorithm_that_is_not_the_keys_is_refused(pair: Pair, trusted: Path, alg: str) -> None:
    token = makers.token(access_claims(), by=pair, alg=alg or " ")
    assert refusal(token, trust(trusted, pair)) == Cause.TOKEN_INVALID


@needs_gost
def test_a_token_cannot_call_one_algorithm_by_the_name_of_the_other(rsa: Pair, gost: Pair, trusted: Path) -> None:
    keys = trust(trusted, rsa, gost)
    assert refusal(makers.token(access_claims(), by=rsa, alg="GOST3410_2012_256"), keys) == Cause.TOKEN_INVALID
    assert refusal(makers.token(access_claims(), by=gost, alg="RS256"), keys) == Cause.TOKEN_INVALID


def test_an_unsigned_token_is_refused(rsa: Pair, trusted: Path) -> None:
    token = jwt.encode(access_claims(), "", algorithm="none", headers={"sbt": "access"})
    assert refusal(token, trust(trusted, rsa)) == Cause.TOKEN_INVALID


def test_a_public_key_used_as_a_shared_secret_is_refused(rsa: Pair, trusted: Path) -> None:
    signed = jwt.encode(
        access_claims(), rsa.certificate.read_bytes()[:64], algorithm="HS256", headers={"sbt": "access"}
    )
    assert refusal(signed, trust(trusted, rsa)) == Cause.TOKEN_INVALID


@pytest.mark.parametrize("sbt", [None, "id", "authorization_code", "refresh"])
def test_a_token_of_another_kind_is_no_access_token(rsa: Pair, trusted: Path, sbt: str | None) -> None:
    assert refusal(makers.token(access_claims(), by=rsa, sbt=sbt), trust(trusted, rsa)) == Cause.TOKEN_INVALID


def test_an_access_token_is_no_identity_token(rsa: Pair, trusted: Path) -> None:
    token = makers.token({**identity_claims(), **access_claims()}, by=rsa)
    assert refusal(token, trust(trusted, rsa), "id") == Cause.TOKEN_INVALID


@pytest.mark.parametrize("issuer", [None, "", "https://esia.gosuslugi.ru/", "http://esia.gosuslugi.ru", [ISSUER]])
def test_the_issuer_is_exact(rsa: Pair, trusted: Path, issuer: object) -> None:
    token = makers.token({**access_claims(), "iss": issuer}, by=rsa)
    assert refusal(token, trust(trusted, rsa)) == Cause.TOKEN_INVALID


@pytest.mark.parametrize("receiver", [None, "", "OTHER", "MYSCHOOL2", ["OTHER"], {}, 7])
def test_a_token_for_another_system_is_refused(rsa: Pair, trusted: Path, receiver: object) -> None:
    keys = trust(trusted, rsa)
    access = makers.token({**access_claims(), "client_id": receiver}, by=rsa)
    identity = makers.token({**identity_claims(), "aud": receiver}, by=rsa, sbt=None)
    assert (refusal(access, keys), refusal(identity, keys, "id")) == (Cause.TOKEN_INVALID, Cause.TOKEN_INVALID)


def test_we_may_be_one_of_several_receivers(rsa: Pair, trusted: Path) -> None:
    token = makers.token({**identity_claims(), "aud": ["OTHER", MNEMONIC]}, by=rsa, sbt=None)
    assert check(token, trust(trusted, rsa), "id")


@pytest.mark.parametrize(("seconds", "believed"), [(-61, False), (-60, True), (3659, True), (3660, False)])
def test_times_have_a_minute_of_leeway(rsa: Pair, trusted: Path, seconds: int, believed: bool) -> None:  # noqa: FBT001
    keys, at = trust(trusted, rsa), AT + timedelta(seconds=seconds)
    token = makers.token(access_claims(), by=rsa)
    outcome = check(token, keys, at=at) == access_claims() if believed else refusal(token, keys, at=at)
    assert outcome == (True if believed else Cause.CLOCK_SKEW)


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_from_the_future_means_a_wrong_clock(rsa: Pair, trusted: Path, name: str) -> None:
    token = makers.token({**access_claims(), name: int(AT.timestamp()) + 61}, by=rsa)
    assert refusal(token, trust(trusted, rsa)) == Cause.CLOCK_SKEW


@pytest.mark.parametrize("end", [None, "", "soon", [], True, 10**30, -1e400])
def test_a_token_without_an_end_is_refused(rsa: Pair, trusted: Path, end: object) -> None:
    token = makers.token({**access_claims(), "exp": end}, by=rsa)
    assert refusal(token, trust(trusted, rsa)) == Cause.TOKEN_INVALID


@pytest.mark.parametrize("token", [None, 5, "", ".", "..", "a.b.c", "я.я.я", "\ud800", {}, "e30.e30.e30"])
def test_what_is_no_token_is_refused(rsa: Pair, trusted: Path, token: object) -> None:
    assert refusal(token, trust(trusted, rsa)) == Cause.TOKEN_INVALID


@pytest.mark.parametrize("claims", [None, [], "text", 5])
def test_claims_that_are_no_object_are_refused(rsa: Pair, trusted: Path, claims: object) -> None:
    assert refusal(makers.token(claims, by=rsa), trust(trusted, rsa)) == Cause.TOKEN_INVALID


def test_keys_are_rotated_without_a_restart(rsa: Pair, other_rsa: Pair, trusted: Path) -> None:
    old, new = (makers.token(access_claims(), by=pair) for pair in (rsa, other_rsa))
    keys = trust(trusted, rsa)
    assert check(old, keys)
    assert refusal(new, keys) == Cause.TOKEN_INVALID
    trust(trusted, other_rsa)
    assert check(old, keys)
    assert check(new, keys)
    (trusted / rsa.certificate.name).unlink()
    assert refusal(old, keys) == Cause.TOKEN_INVALID
    assert check(new, keys)


def test_a_key_replaced_under_the_same_name_is_noticed(rsa: Pair, other_rsa: Pair, trusted: Path) -> None:
    keys, file = TrustedKeys(trusted), trusted / "esia.pem"
    file.write_bytes(rsa.certificate.read_bytes())
    assert check(makers.token(access_claims(), by=rsa), keys)
    file.write_bytes(other_rsa.certificate.read_bytes())
    os.utime(file, ns=(1, 1))
    assert refusal(makers.token(access_claims(), by=rsa), keys) == Cause.TOKEN_INVALID


@both_algorithms
def test_trusted_keys_come_in_several_forms(pair: Pair, trusted: Path) -> None:
    token, engine = (makers.token(access_claims(), by=pair), ("-engine", "gost")[: 2 * (pair.algorithm == "GOST")])
    file = trusted / "key"
    file.write_bytes(makers.openssl("x509", "-in", str(pair.certificate), "-outform", "DER"))
    assert check(token, TrustedKeys(trusted))
    file.write_bytes(makers.openssl("x509", *engine, "-in", str(pair.certificate), "-pubkey", "-noout"))
    assert check(token, TrustedKeys(trusted))


def test_one_file_may_hold_several_certificates(rsa: Pair, other_rsa: Pair, trusted: Path) -> None:
    both = other_rsa.certificate.read_bytes() + rsa.certificate.read_bytes()
    (trusted / "both.pem").write_bytes(both)
    assert check(makers.token(access_claims(), by=rsa), TrustedKeys(trusted))


def test_a_broken_file_does_not_stop_the_others(rsa: Pair, trusted: Path, caplog: pytest.LogCaptureFixture) -> None:
    (trusted / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nhalf")
    (trusted / "notes.txt").write_text("Ключи ЕСИА")
    (trusted / ".hidden").write_text("")
    assert check(makers.token(access_claims(), by=rsa), trust(trusted, rsa))
    assert [record.args for record in caplog.records] == [("broken.pem",), ("notes.txt",)]


def test_without_keys_nothing_is_believed(rsa: Pair, trusted: Path) -> None:
    token = makers.token(access_claims(), by=rsa)
    assert refusal(token, TrustedKeys(trusted)) == Cause.TOKEN_INVALID
    assert refusal(token, TrustedKeys(trusted / "absent")) == Cause.TOKEN_INVALID


def test_a_bare_public_key_of_rsa_is_read(rsa: Pair, trusted: Path) -> None:
    key = x509.load_pem_x509_certificate(rsa.certificate.read_bytes()).public_key()
    (trusted / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert check(makers.token(access_claims(), by=rsa), TrustedKeys(trusted))
