"""Every refusal that a request can bring about, by its real cause."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from esia_standin.refusals import CATALOGUE
from esia_standin.store.clients import Client
from esia_standin.tests.makers import (
    ADULT,
    KID,
    RETURN,
    SCOPES,
    STANDARD,
    Place,
    Signer,
    System,
    Visitor,
    answer_of,
    refusal_of,
    rsa_signer,
)
from esia_standin.tests.test_protocol import CHALLENGE, VERIFIER

OTHER_STATE = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_certificate_hash": None}, "007014"),
        ({"client_certificate_hash": "D9570D99024C4F8B95A70A22E4EA50C8107DDDD3"}, "007053"),
        ({"client_certificate_hash": "ab" * 32}, "007053"),
        ({"client_certificate_hash": "AB" * 32}, "007053"),
        ({"client_secret": "AAAA"}, "007053"),
        ({"client_secret": "не base64"}, "007053"),
        ({"client_secret": None}, "007014"),
        ({"state": None}, "007014"),
        ({"state": "17"}, "007003"),
        ({"timestamp": None}, "007014"),
        ({"timestamp": "2026-03-02T09:00:00Z"}, "007003"),
        ({"timestamp": "2026.02.30 09:00:00 +0000"}, "007003"),
        ({"timestamp": "2026.03.02 10:00:00 +0000"}, "007015"),
        ({"timestamp": "2026.03.02 08:00:00 +0000"}, "007015"),
        ({"response_type": "token"}, "007009"),
        ({"access_type": "forever"}, "007003"),
        ({"scope": None}, "007013"),
        ({"scope": "openid everything"}, "007006"),
        ({"scope": "openid vehicles"}, "007019"),
        ({"scope_org": "org_ogrn"}, "007019"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "007038"),
        ({"permissions": "!"}, "007003"),
    ],
)
def test_a_wrong_request_for_a_code_is_sent_back(
    system: System, visitor: Visitor, changed: dict[str, str | None], code: str
) -> None:
    answer = system.send(visitor, **changed)
    assert answer.status_code == 302
    assert refusal_of(answer) == code
    assert answer_of(answer)["error"] == CATALOGUE[code].error


def test_the_refusal_brings_the_state_back(system: System, visitor: Visitor) -> None:
    answer = system.send(visitor, state=OTHER_STATE, response_type="token")
    assert answer_of(answer)["state"] == OTHER_STATE


@pytest.mark.parametrize("minutes", [4.9, -4.9])
def test_the_clocks_may_differ_by_five_minutes(system: System, visitor: Visitor, minutes: float) -> None:
    answer = system.send(visitor, timestamp=system.timestamp(minutes=minutes))
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("minutes", [5.1, -5.1])
def test_the_clocks_may_not_differ_by_more(system: System, visitor: Visitor, minutes: float) -> None:
    assert refusal_of(system.send(visitor, timestamp=system.timestamp(minutes=minutes))) == "007015"


def test_a_timestamp_of_moscow_is_the_same_moment(system: System, visitor: Visitor) -> None:
    assert system.send(visitor, timestamp="2026.03.02 12:00:00 +0300").headers["location"].startswith("/login")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_id": None}, "007014"),
        ({"client_id": "NOBODY"}, "007005"),
        ({"redirect_uri": None}, "007014"),
        ({"redirect_uri": "http://127.0.0.1:9999/"}, "007023"),
        ({"redirect_uri": "http://127.0.0.1:8000.example.com/"}, "007023"),
        ({"redirect_uri": "https://127.0.0.1:8000/"}, "007023"),
    ],
)
def test_a_request_with_nowhere_to_go_back_to_gets_a_page(
    system: System, visitor: Visitor, changed: dict[str, str | None], code: str
) -> None:
    answer = system.send(visitor, **changed)
    assert answer.status_code == 400
    assert f"ESIA-{code}" in answer.text
    assert "Это не Госуслуги" in answer.text


def test_a_return_below_the_registered_address_is_allowed(place: Place, signer: Signer, visitor: Visitor) -> None:
    system = place.system(signer, redirects=(RETURN + "esia",))
    assert system.send(visitor, redirect_uri=RETURN + "esia/back").status_code == 302
    assert system.send(visitor, redirect_uri=RETURN + "esiabad").status_code == 400
    assert system.send(visitor, redirect_uri=RETURN + "esia/../admin").status_code == 400


@pytest.mark.parametrize("name", ["scope", "state", "timestamp", "client_secret"])
def test_a_repeated_parameter_is_refused(system: System, visitor: Visitor, name: str) -> None:
    params = system.request()
    address = f"{system.code_address}?{urlencode([*params.items(), (name, params[name])])}"
    assert refusal_of(visitor.get(address)) == "007003"


def test_a_signature_of_another_string_is_refused(system: System, visitor: Visitor) -> None:
    params = system.request() | {"state": OTHER_STATE}
    assert refusal_of(visitor.get(system.code_address, params=params)) == "007053"


def test_the_order_of_the_former_generation_is_refused(system: System, visitor: Visitor) -> None:
    params = system.request()
    params["client_secret"] = system.secret(params["scope"], params["timestamp"], params["client_id"], params["state"])
    assert refusal_of(visitor.get(system.code_address, params=params)) == "007053"


def test_a_certificate_of_another_system_is_refused(place: Place, system: System, visitor: Visitor) -> None:
    stranger = rsa_signer()
    place.system(stranger, mnemonic="OTHER")
    system.signer = stranger
    assert refusal_of(system.send(visitor)) == "007002"


def test_a_replaced_certificate_is_refused(place: Place, system: System, visitor: Visitor) -> None:
    place.system(rsa_signer())
    assert refusal_of(system.send(visitor)) == "007053"


def test_an_expired_certificate_is_refused(place: Place, visitor: Visitor) -> None:
    system = place.system(rsa_signer(days=2))
    place.clock.pass_by(days=3)
    assert refusal_of(system.send(visitor)) == "007053"


def test_a_system_without_a_certificate_is_refused(place: Place, system: System, visitor: Visitor) -> None:
    place.store.clients.register(Client(mnemonic="MYSCHOOL", redirects=(RETURN,), scopes=tuple(SCOPES.split())), [])
    answer = system.send(visitor)
    assert answer.status_code == 400
    assert "ESIA-007005" in answer.text


@pytest.mark.parametrize("wrong", ["unknown signer", "other text", "no message"])
def test_a_wrong_message_of_the_former_generation_is_refused(
    place: Place, signer: Signer, visitor: Visitor, wrong: str
) -> None:
    system = place.system(signer, "v1")
    params = system.request()
    system.signer = rsa_signer() if wrong == "unknown signer" else signer
    params["client_secret"] = "AAAA" if wrong == "no message" else system.secret(params["scope"], "another")
    if wrong == "unknown signer":
        params["client_secret"] = system.secret(params["scope"])
    code = "007002" if wrong == "unknown signer" else "008010"
    assert refusal_of(visitor.get(system.code_address, params=params)) == code


@pytest.mark.parametrize("oid", [KID, STANDARD])
def test_an_unconfirmed_account_may_not_enter_where_a_confirmed_is_wanted(
    place: Place, signer: Signer, visitor: Visitor, oid: str
) -> None:
    system = place.system(signer, level="PR")
    assert refusal_of(system.answer(visitor, oid)) == "007055"


def test_a_confirmed_account_enters_where_one_is_wanted(place: Place, signer: Signer, visitor: Visitor) -> None:
    assert "code" in answer_of(place.system(signer, level="PR").answer(visitor))


def test_a_scope_that_wants_a_second_factor(place: Place, signer: Signer, visitor: Visitor) -> None:
    system = place.system(signer, otp_scopes=("snils",))
    assert refusal_of(system.answer(visitor)) == "007046"


def test_an_organisation_is_asked_of_a_person_without_one(place: Place, signer: Signer, visitor: Visitor) -> None:
    system = place.system(signer, scopes=(*SCOPES.split(), "org_ogrn"))
    assert refusal_of(system.answer(visitor, scope_org="org_ogrn")) == "007194"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"sysname": ""}, "036700"),
        ({"scopes": [{"sysname": "vehicles"}]}, "036703"),
        ({"actions": []}, "036705"),
        ({"purposes": []}, "036707"),
        ({"expire": 0}, "036716"),
    ],
)
def test_consents_of_the_digital_profile_are_checked(
    system: System, visitor: Visitor, changed: dict[str, Any], code: str | None
) -> None:
    permission = {
        "responsibleObject": "school",
        "sysname": "CONSENT",
        "expire": 60,
        "actions": [{"sysname": "ALL"}],
        "purposes": [{"sysname": "LEARN"}],
        "scopes": [{"sysname": "fullname"}],
    }
    sent = base64.urlsafe_b64encode(json.dumps([permission | changed]).encode()).decode()
    answer = system.send(visitor, permissions=sent)
    assert answer.headers["location"].startswith("/login") if code is None else refusal_of(answer) == code


def refused_exchange(system: System, form: dict[str, str]) -> str:
    answer = system.change(form)
    body = answer.json()
    assert answer.status_code == 400
    assert body["state"] == form.get("state", "")
    assert body["error"] == CATALOGUE[body["error_description"][5:11]].error
    return str(body["error_description"][5:11])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_id": "NOBODY"}, "007005"),
        ({"grant_type": "password"}, "007012"),
        ({"grant_type": None}, "007014"),
        ({"code": None}, "007014"),
        ({"client_certificate_hash": None}, "007014"),
        ({"client_certificate_hash": "D9570D99024C4F8B95A70A22E4EA50C8107DDDD3"}, "007053"),
        ({"client_secret": "AAAA"}, "007053"),
        ({"token_type": "MAC"}, "007003"),
        ({"timestamp": "2026.03.02 10:00:00 +0000"}, "007015"),
        ({"scope": None}, "007013"),
        ({"scope": "openid everything"}, "007006"),
        ({"scope": "openid vehicles"}, "007019"),
        ({"redirect_uri": RETURN + "elsewhere"}, "007011"),
        ({"code_verifier": VERIFIER}, "007039"),
    ],
)
def test_a_wrong_exchange_is_refused(
    system: System, visitor: Visitor, changed: dict[str, str | None], code: str
) -> None:
    assert refused_exchange(system, system.exchange(system.code(visitor), **changed)) == code


def test_a_code_is_good_once(system: System, visitor: Visitor) -> None:
    code = system.code(visitor)
    assert system.change(system.exchange(code)).status_code == 200
    assert refused_exchange(system, system.exchange(code)) == "007011"


def test_a_code_lives_four_minutes(place: Place, system: System, visitor: Visitor) -> None:
    first, second = system.code(visitor), system.code(place.visitor())
    place.clock.pass_by(seconds=239)
    assert system.change(system.exchange(first)).status_code == 200
    place.clock.pass_by(seconds=2)
    assert refused_exchange(system, system.exchange(second)) == "007011"


def test_a_code_of_another_system_is_refused_and_stays_good(place: Place, system: System, visitor: Visitor) -> None:
    other = place.system(rsa_signer(), mnemonic="OTHER")
    code = system.code(visitor)
    assert refused_exchange(other, other.exchange(code)) == "007011"
    assert system.change(system.exchange(code)).status_code == 200


def test_an_invented_code_is_refused(system: System) -> None:
    assert refused_exchange(system, system.exchange("no-such-code")) == "007011"


@pytest.mark.parametrize(("challenge", "verifier"), [(CHALLENGE, None), (CHALLENGE, "another"), ("вызов", VERIFIER)])
def test_a_wrong_verifier_is_refused(system: System, visitor: Visitor, challenge: str, verifier: str | None) -> None:
    code = system.code(visitor, code_challenge=challenge, code_challenge_method="S256")
    assert refused_exchange(system, system.exchange(code, code_verifier=verifier)) == "007040"


def test_a_used_refresh_token_is_refused(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor, access_type="offline")["refresh_token"]
    assert system.change(system.refresh(token)).status_code == 200
    assert refused_exchange(system, system.refresh(token)) == "007011"


def test_a_refresh_token_dies_with_the_consent(place: Place, system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor, access_type="offline")["refresh_token"]
    place.store.permits.withdraw(ADULT, "MYSCHOOL")
    assert refused_exchange(system, system.refresh(token)) == "007011"
