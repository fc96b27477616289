"""Faults: switched on for one client, each in its place, off again by an empty set."""

from __future__ import annotations

import jwt
import pytest

from esia_standin.refusals import CATALOGUE
from esia_standin.tests.makers import ADULT, Place, System, Visitor, claims_of, refusal_of, rsa_signer

PERSON = f"/rs/prns/{ADULT}"


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_row_of_the_catalogue_can_be_forced(place: Place, system: System, visitor: Visitor, code: str) -> None:
    place.break_for(system, ac_error=code, te_error=code)
    assert refusal_of(system.send(visitor)) == code
    answer = system.change(system.exchange("any"))
    assert answer.status_code == 400
    assert answer.json()["error_description"].startswith(f"ESIA-{code}: ")


def test_faults_concern_one_client_and_can_be_switched_off(place: Place, system: System, visitor: Visitor) -> None:
    other = place.system(rsa_signer(), mnemonic="OTHER")
    place.break_for(system, ac_error="007008")
    assert other.send(visitor).headers["location"].startswith("/login")
    place.break_for(system)
    assert system.send(visitor).headers["location"].startswith("/login")


@pytest.mark.parametrize("hours", [1, -1])
def test_a_wrong_clock_refuses_and_shifts_the_tokens(
    place: Place, system: System, visitor: Visitor, hours: int
) -> None:
    place.break_for(system, clock_skew_seconds=hours * 3600)
    assert refusal_of(system.send(visitor)) == "007015"
    place.break_for(system, clock_skew_seconds=hours * 240)
    claims = claims_of(system.tokens(visitor)["id_token"])
    assert claims["iat"] == int(place.clock().timestamp()) + hours * 240


@pytest.mark.parametrize(("fault", "status"), [("bad_gateway", 502), ("html", 200)])
def test_html_comes_instead_of_json(place: Place, system: System, visitor: Visitor, fault: str, status: int) -> None:
    token = system.tokens(visitor)["access_token"]
    place.break_for(system, **{fault: True})
    for answer in (system.read(token, PERSON), system.change(system.exchange("any"))):
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_a_fault_may_strike_one_place_only(place: Place, system: System, visitor: Visitor) -> None:
    place.break_for(system, bad_gateway=True, places=["rs"])
    token = system.tokens(visitor)["access_token"]
    assert system.read(token, PERSON).status_code == 502


def test_a_slow_answer_comes_in_the_end(place: Place, system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    place.break_for(system, slow_seconds=0.05)
    assert system.read(token, PERSON).elapsed.total_seconds() >= 0.05


def test_a_refusal_may_come_as_plain_text(place: Place, system: System) -> None:
    place.break_for(system, plain_text_errors=True)
    answer = system.change(system.exchange("any"))
    assert answer.headers["content-type"].startswith("text/plain")
    assert "ESIA-007011" in answer.text


def test_numbers_may_come_as_strings(place: Place, system: System, visitor: Visitor) -> None:
    place.break_for(system, expires_in_as_string=True, oid_as_string=True)
    tokens = system.tokens(visitor)
    assert tokens["expires_in"] == "3600"
    assert claims_of(tokens["id_token"])["sub"] == ADULT
    assert claims_of(tokens["access_token"])["urn:esia:sbj_id"] == ADULT


def test_the_id_token_may_be_missing(place: Place, system: System, visitor: Visitor) -> None:
    place.break_for(system, without_id_token=True)
    assert "id_token" not in system.tokens(visitor)


def test_collections_may_come_as_links_whatever_is_asked(place: Place, system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    place.break_for(system, collections_as_links=True)
    elements = system.read(token, PERSON + "/ctts?embed=(elements)").json()["elements"]
    assert all(link.startswith("http://") for link in elements)


def test_any_field_may_be_dropped_null_or_empty(place: Place, system: System, visitor: Visitor) -> None:
    place.break_for(
        system,
        drop=["person.snils", "id.urn:esia:sbj", "token.state", "access.urn:esia:sbj_id", "code.scope"],
        null=["person.gender", "contacts.vrfStu"],
        empty=["person.firstName"],
    )
    tokens = system.tokens(visitor)
    assert "state" not in tokens
    assert "urn:esia:sbj" not in claims_of(tokens["id_token"])
    assert "urn:esia:sbj_id" not in claims_of(tokens["access_token"])
    person = system.read(tokens["access_token"], PERSON).json()
    assert "snils" not in person
    assert (person["gender"], person["firstName"]) == (None, "")
    contacts = system.read(tokens["access_token"], PERSON + "/ctts?embed=(elements)").json()["elements"]
    assert [each["vrfStu"] for each in contacts] == [None, None]


def test_a_maimed_token_is_still_signed(place: Place, system: System, visitor: Visitor) -> None:
    place.break_for(system, drop=["id.iss"])
    token = system.tokens(visitor)["id_token"]
    (key,) = jwt.PyJWKSet.from_dict(visitor.get("/public/keys/jwk.json").json()).keys
    assert (
        jwt.decode(
            token,
            key,
            ["RS256"],
            options={
                "verify_aud": False,
                "verify_sub": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )["aud"]
        == "MYSCHOOL"
    )


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"mnemonic": "NOBODY"}, 404),
        ({"mnemonic": "MYSCHOOL", "faults": {"ac_error": "123456"}}, 400),
        ({"mnemonic": "MYSCHOOL", "faults": {"no_such_fault": True}}, 400),
        ({"faults": {}}, 400),
    ],
)
def test_a_wrong_order_is_refused(system: System, visitor: Visitor, order: dict[str, object], status: int) -> None:
    assert visitor.ask("POST", "/faults", json=order).status_code == status


def test_the_page_switches_faults_too(place: Place, system: System, visitor: Visitor) -> None:
    visitor.get("/faults")
    visitor.post("/faults", ac_error="007007", clock_skew_seconds="-30", html="on", drop="person.snils")
    client = place.store.clients.find(system.mnemonic)
    assert client is not None
    assert (client.faults.ac_error, client.faults.clock_skew_seconds) == ("007007", -30)
    assert (client.faults.html, client.faults.drop) == (True, ["person.snils"])
    assert "selected" in visitor.get("/faults").text


def test_the_page_wants_its_own_form(system: System, visitor: Visitor) -> None:
    assert visitor.ask("POST", "/faults", data={"mnemonic": system.mnemonic}).status_code == 403
