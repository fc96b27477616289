"""Signing keys: published, rotated without a restart, retired after the overlap."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import jwt

from esia_standin import keys
from esia_standin.tests.makers import ADULT, BASE, Place, System, Visitor


def rsa_claims(visitor: Visitor, token: str) -> list[dict[str, object]]:
    """What the token says under each published key that verifies it."""
    claims = []
    for key in jwt.PyJWKSet.from_dict(visitor.get("/public/keys/jwk.json").json()).keys:
        try:
            claims.append(
                jwt.decode(
                    token, key, ["RS256"], options={"verify_exp": False, "verify_iat": False, "verify_nbf": False}
                )
            )
        except jwt.InvalidSignatureError:
            continue
    return claims


def rotate(place: Place, hours: int = 1) -> None:
    keys.make_keys(place.store, at=place.clock(), overlap=timedelta(hours=hours))


def test_the_published_key_verifies_a_token(system: System, visitor: Visitor) -> None:
    (claims,) = rsa_claims(visitor, system.tokens(visitor)["access_token"])
    assert claims["iss"] == BASE + "/"


def test_during_the_overlap_old_and_new_tokens_verify(place: Place, system: System, visitor: Visitor) -> None:
    old = system.tokens(visitor)["access_token"]
    rotate(place)
    new = system.tokens(visitor)["access_token"]
    assert len(rsa_claims(visitor, old)) == len(rsa_claims(visitor, new)) == 1
    for token in (old, new):
        assert system.read(token, f"/rs/prns/{ADULT}").status_code == 200


def test_after_the_overlap_the_old_key_is_gone(place: Place, system: System, visitor: Visitor) -> None:
    rotate(place, hours=0)
    old = system.tokens(visitor)["access_token"]
    rotate(place, hours=0)
    assert rsa_claims(visitor, old) == []
    assert system.read(old, f"/rs/prns/{ADULT}").status_code == 401


def test_the_page_shows_both_algorithms_and_both_ages(place: Place, visitor: Visitor) -> None:
    rotate(place)
    page = visitor.get("/public/keys").text
    assert page.count("RS256") == page.count("GOST3410_2012_256") == 2
    assert page.count("текущий") == page.count("действует до") == 2


def test_the_zip_holds_every_certificate_and_the_jwk_set(place: Place, visitor: Visitor) -> None:
    rotate(place)
    archive = zipfile.ZipFile(io.BytesIO(visitor.get("/public/esia.zip").content))
    assert sum(name.endswith(".pem") for name in archive.namelist()) == 4
    assert len(json.loads(archive.read("jwk.json"))["keys"]) == 2


def test_each_certificate_has_its_own_address(visitor: Visitor, place: Place) -> None:
    name = keys.file_name(place.standin.signing_key(keys.GOST))
    pem = visitor.get(f"/public/keys/{name}.pem").text
    assert pem.startswith("-----BEGIN CERTIFICATE-----")
    assert pem in visitor.get("/public/keys/all.pem").text
    assert visitor.get("/public/keys/none.pem").status_code == 404
