"""The whole way from the request for a code to the REST part, in every generation and algorithm."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from esia_standin import keys
from esia_standin.signatures import read_certificate
from esia_standin.tests.makers import (
    ADULT,
    BASE,
    BEGINNING,
    EMPLOYEE,
    KID,
    SCOPES,
    STANDARD,
    Place,
    Signer,
    System,
    Visitor,
    answer_of,
    claims_of,
    engine,
    openssl,
    openssl_gost_signer,
    python_gost_signer,
    rsa_signer,
)

needs_engine = pytest.mark.skipif(engine() is None, reason="no gost engine: install libengine-gost-openssl")
VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")

SIGNERS: dict[str, Callable[[Path], Signer]] = {
    "rsa": lambda folder: rsa_signer(),
    "python-gost": lambda folder: python_gost_signer(),
    "openssl-gost": lambda folder: openssl_gost_signer(folder),
    "openssl-gost-attributes": lambda folder: openssl_gost_signer(folder, attributes=True),
}


@pytest.fixture(
    params=[
        ("rsa", "v1"),
        ("rsa", "v2"),
        ("python-gost", "v2"),
        pytest.param(("openssl-gost", "v1"), marks=needs_engine),
        pytest.param(("openssl-gost-attributes", "v1"), marks=needs_engine),
        pytest.param(("openssl-gost", "v2"), marks=needs_engine),
    ],
    ids="-".join,
)
def any_system(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> System:
    kind, generation = request.param
    signer = SIGNERS[kind](tmp_path)
    # The openssl command dates its certificates by the machine's clock.
    place.clock.at = max(BEGINNING, signer.certificate.from_moment)
    return place.system(signer, generation)


def test_a_person_comes_through(any_system: System, visitor: Visitor) -> None:
    back = answer_of(any_system.answer(visitor))
    form = any_system.exchange(back["code"])
    tokens = any_system.change(form).json()
    assert tokens["state"] == form["state"]
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    person = any_system.read(tokens["access_token"], f"/rs/prns/{ADULT}").json()
    assert person["lastName"] == "Ильина"


def test_the_state_comes_back_with_the_code(system: System, visitor: Visitor) -> None:
    state = "6b1d6a26-4b52-4b0a-9d75-8b7a1a1c3d11"
    assert answer_of(system.answer(visitor, state=state))["state"] == state


@pytest.mark.parametrize("dress", ["unpadded", "padded", "plain"])
def test_the_secret_may_be_dressed_in_any_base64(system: System, visitor: Visitor, dress: str) -> None:
    params = system.request()
    unpadded = params["client_secret"]
    padded = unpadded + "=" * (-len(unpadded) % 4)
    plain = padded.replace("-", "+").replace("_", "/")
    params["client_secret"] = {"unpadded": unpadded, "padded": padded, "plain": plain}[dress]
    assert visitor.get(system.code_address, params=params).headers["location"].startswith("/login?")


def test_the_code_says_what_the_real_one_says(system: System, visitor: Visitor) -> None:
    code = system.code(visitor, EMPLOYEE)
    header, claims = jwt.get_unverified_header(code), claims_of(code)
    assert header["sbt"] == "authorization_code"
    assert (header["ver"], header["typ"], header["alg"]) == (1, "JWT", "RS256")
    assert len(bytes.fromhex(header["x5t#St256"])) == 32
    assert claims["exp"] == claims["nbf"] + 240
    assert claims["acr"] == {"2fa": "otp"}
    assert claims["auth_mthd"] == "PWD"
    assert f"fullname?oid={EMPLOYEE}" in claims["scope"].split()


def test_the_access_token_says_what_the_real_one_says(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    header, claims = jwt.get_unverified_header(token), claims_of(token)
    assert (header["ver"], header["typ"], header["sbt"], header["alg"]) == (1, "JWT", "access", "RS256")
    assert claims["iss"] == BASE + "/"
    assert claims["urn:esia:sbj_id"] == int(ADULT)
    assert claims["client_id"] == "MYSCHOOL"
    assert claims["exp"] == claims["iat"] + 3600
    assert set(claims["scope"].split()) == {"openid", *(f"{each}?oid={ADULT}" for each in SCOPES.split()[1:])}


@pytest.mark.parametrize(("oid", "level"), [(ADULT, "PR"), (STANDARD, "P"), (KID, "KD")])
def test_the_id_token_tells_the_level(system: System, visitor: Visitor, oid: str, level: str) -> None:
    claims = claims_of(system.tokens(visitor, oid)["id_token"])
    subject = claims["urn:esia:sbj"]
    assert (claims["sub"], claims["aud"], claims["amr"]) == (int(oid), "MYSCHOOL", "PWD")
    assert subject["urn:esia:sbj:lvl"] == level
    assert subject["urn:esia:sbj:nam"] == f"OID.{oid}"
    assert ("urn:esia:sbj:is_tru" in subject) == (level == "PR")


def test_without_openid_there_is_no_id_token(system: System, visitor: Visitor) -> None:
    system.scope = "fullname"
    assert "id_token" not in system.tokens(visitor)


def test_only_offline_access_brings_a_refresh_token(system: System, visitor: Visitor) -> None:
    assert "refresh_token" not in system.tokens(visitor)
    assert "refresh_token" in system.tokens(visitor, access_type="offline")


@pytest.mark.parametrize("signed", ["redirect_uri", "refresh_token"])
def test_a_refresh_may_be_signed_in_either_order(
    system: System, visitor: Visitor, caplog: pytest.LogCaptureFixture, signed: str
) -> None:
    token = system.tokens(visitor, access_type="offline")["refresh_token"]
    with caplog.at_level(logging.INFO):
        renewed = system.change(system.refresh(token, signed=signed)).json()
    assert f"refresh signed over {signed}" in caplog.text
    assert system.read(renewed["access_token"], f"/rs/prns/{ADULT}").status_code == 200
    assert renewed["refresh_token"] != token


def test_the_prepared_challenge_is_answered(system: System, visitor: Visitor) -> None:
    tokens = system.tokens(visitor, code_challenge=CHALLENGE, code_challenge_method="S256", code_verifier=VERIFIER)
    assert tokens["access_token"]


def test_a_system_gets_a_token_of_its_own(place: Place, signer: Signer) -> None:
    system = place.system(signer, scopes=("prm_chg",))
    answer = system.change(system.system_token(f"prm_chg?oid={ADULT}")).json()
    assert claims_of(answer["access_token"])["scope"] == f"prm_chg?oid={ADULT}"


@needs_engine
def test_gost_tokens_verify_by_openssl(place: Place, visitor: Visitor, signer: Signer, tmp_path: Path) -> None:
    system = place.system(signer, token_alg=keys.GOST)
    token = system.tokens(visitor)["id_token"]
    assert jwt.get_unverified_header(token)["alg"] == "GOST3410_2012_256"
    text, _, signature = token.rpartition(".")
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(signature + "=="))
    (tmp_path / "certificate.pem").write_text(keys.pem(place.standin.signing_key(keys.GOST)))
    public = openssl(tmp_path, "x509", "-in", str(tmp_path / "certificate.pem"), "-noout", "-pubkey")
    (tmp_path / "public.pem").write_bytes(public)
    output = openssl(
        tmp_path,
        *("dgst", "-md_gost12_256", "-verify", str(tmp_path / "public.pem")),
        *("-signature", str(tmp_path / "signature")),
        typed=text.encode(),
    )
    assert output == b"Verified OK\n"


def test_gost_tokens_open_the_rest(place: Place, visitor: Visitor, signer: Signer) -> None:
    system = place.system(signer, token_alg=keys.GOST)
    token = system.tokens(visitor)["access_token"]
    assert system.read(token, f"/rs/prns/{ADULT}").status_code == 200


@needs_engine
def test_both_verifiers_agree_on_signature_and_hash(tmp_path: Path) -> None:
    signer = openssl_gost_signer(tmp_path)
    signature = signer.raw("строка".encode())
    assert signer.certificate.signed("строка".encode(), signature)
    assert not signer.certificate.signed("строкa".encode(), signature)
    (tmp_path / "certificate.der").write_bytes(signer.certificate.octets)
    output = openssl(tmp_path, "dgst", "-md_gost12_256", str(tmp_path / "certificate.der")).decode()
    assert output.split()[-1].upper() == signer.certificate.hash


@needs_engine
@pytest.mark.parametrize("curve", ["A", "B", "C", "TCA", "TCB", "TCC", "TCD"])
def test_every_curve_of_the_standard_is_known(tmp_path: Path, curve: str) -> None:
    signer = openssl_gost_signer(tmp_path, curve=curve)
    assert signer.certificate.signed(b"text", signer.raw(b"text"))


@needs_engine
def test_openssl_trusts_a_certificate_made_in_python(tmp_path: Path) -> None:
    place = Place(tmp_path / "standin")
    place.clock.at = datetime.now(UTC)
    keys.make_keys(place.store, at=place.clock(), overlap=place.standin.lock_for)
    certificate = tmp_path / "own.pem"
    certificate.write_text(keys.pem(place.standin.signing_key(keys.GOST)))
    assert b"OK" in openssl(tmp_path, "verify", "-CAfile", str(certificate), str(certificate))
    assert read_certificate(certificate.read_bytes()).is_in_term(place.clock())
