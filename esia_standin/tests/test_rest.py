"""The REST part: shapes, scopes, links and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from esia_standin.tests.makers import ADULT, BASE, EMPLOYEE, Place, System, Visitor

MOTHER_OF_FOUR, FOREIGN_FATHER, WITHOUT_EMAIL, SIMPLE = "1000000013", "1000000015", "1000000007", "1000000003"


def read(system: System, visitor: Visitor, path: str = "", oid: str = ADULT) -> Any:
    """What the REST part says about the person, everything asked for being granted."""
    token = system.tokens(visitor, oid)["access_token"]
    answer = system.read(token, f"/rs/prns/{oid}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_person_has_the_fields_of_the_real_one(system: System, visitor: Visitor) -> None:
    person = read(system, visitor)
    assert person["firstName"] == "Мария"
    assert person["middleName"] == "Сергеевна"
    assert person["snils"] == "112-233-445 95"
    assert person["gender"] == "F"
    assert person["trusted"] is True
    assert person["status"] == "REGISTERED"
    assert len(person["birthDate"].split(".")) == 3
    assert person["eTag"]


def test_only_granted_fields_are_shown(system: System, visitor: Visitor) -> None:
    system.scope = "openid fullname"
    person = read(system, visitor)
    assert person["lastName"] == "Ильина"
    assert not {"snils", "birthDate", "gender", "inn", "rIdDoc"} & person.keys()


def test_what_the_account_lacks_is_left_out(system: System, visitor: Visitor) -> None:
    person = read(system, visitor, oid=SIMPLE)
    assert not {"snils", "birthDate", "middleName", "gender"} & person.keys()
    assert person["trusted"] is False


def test_a_collection_comes_as_links_that_lead_to_the_elements(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    collection = system.read(token, f"/rs/prns/{ADULT}/ctts").json()
    assert collection["stateFacts"] == ["hasSize"]
    assert collection["size"] == len(collection["elements"]) == 2
    assert collection["elements"][0].startswith(f"{BASE}/rs/prns/{ADULT}/ctts/")
    elements = [system.read(token, link).json() for link in collection["elements"]]
    assert {each["type"]: each["vrfStu"] for each in elements} == {"MBT": "VERIFIED", "EML": "VERIFIED"}


def test_a_collection_may_be_embedded(system: System, visitor: Visitor) -> None:
    contacts = read(system, visitor, "/ctts?embed=(elements)")
    assert {each["value"] for each in contacts["elements"]} == {"+7(900)0000001", "persona01@example.com"}


def test_collections_may_be_embedded_in_the_person(system: System, visitor: Visitor) -> None:
    embed = "?embed=(contacts.elements,documents.elements,organizations.elements,addresses.elements)"
    person = read(system, visitor, embed)
    assert person["contacts"]["elements"][0]["type"] == "MBT"
    assert person["documents"]["elements"][0]["series"] == "4511"
    assert person["organizations"]["elements"] == []
    assert "addresses" not in person


def test_a_scope_opens_only_its_own_contacts(system: System, visitor: Visitor) -> None:
    system.scope = "openid email"
    contacts = read(system, visitor, "/ctts?embed=(elements)")
    assert [each["type"] for each in contacts["elements"]] == ["EML"]


def test_a_person_without_email_has_none(system: System, visitor: Visitor) -> None:
    contacts = read(system, visitor, "/ctts?embed=(elements)", WITHOUT_EMAIL)
    assert [each["type"] for each in contacts["elements"]] == ["MBT"]


def test_documents_follow_their_scopes(system: System, visitor: Visitor) -> None:
    system.scope = "openid birth_cert_doc"
    documents = read(system, visitor, "/docs?embed=(elements)", "1000000004")
    assert [(each["type"], each["series"]) for each in documents["elements"]] == [("RF_BRTH_CERT", "IV-АИ")]


def test_kids_come_with_their_documents_and_accounts(system: System, visitor: Visitor) -> None:
    (kid,) = read(system, visitor, "/kids?embed=(elements)")["elements"]
    assert kid["firstName"] == "Пётр"
    assert kid["oid"] == 1000000004
    assert kid["documents"]["elements"][0]["type"] == "RF_BRTH_CERT"


def test_four_kids_are_four(system: System, visitor: Visitor) -> None:
    kids = read(system, visitor, "/kids?embed=(elements)", MOTHER_OF_FOUR)["elements"]
    assert [kid["firstName"] for kid in kids] == ["Артём", "Вера", "Глеб", "Дарья"]
    assert "snils" not in kids[3]
    assert not any("oid" in kid for kid in kids)


def test_a_foreign_certificate_keeps_its_kind(system: System, visitor: Visitor) -> None:
    (kid,) = read(system, visitor, "/kids?embed=(elements)", FOREIGN_FATHER)["elements"]
    assert kid["documents"]["elements"][0]["type"] == "FID_BRTH_CERT"


def test_roles_and_organisations_of_an_employee(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor, EMPLOYEE)["access_token"]
    roles = system.read(token, f"/rs/prns/{EMPLOYEE}/roles?embed=(elements)").json()["elements"]
    assert [(each["chief"], each["admin"]) for each in roles] == [(True, True), (False, False)]
    link = system.read(token, f"/rs/prns/{EMPLOYEE}/orgs").json()["elements"][0]
    assert link == f"{BASE}/rs/orgs/1000900001"
    organisation = system.read(token, link).json()
    assert (organisation["ogrn"], organisation["type"]) == ("1237700000009", "LEGAL")


def test_somebody_elses_organisation_is_not_found(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    assert system.read(token, "/rs/orgs/1000900001").status_code == 404


@pytest.mark.parametrize("path", ["/addrs", "/vhls"])
def test_a_collection_without_a_scope_is_forbidden(system: System, visitor: Visitor, path: str) -> None:
    token = system.tokens(visitor)["access_token"]
    assert system.read(token, f"/rs/prns/{ADULT}{path}").status_code == 403


@pytest.mark.parametrize("path", ["/rs/prns/1000000002", "/rs/prns/1000000002/ctts"])
def test_another_person_is_forbidden(system: System, visitor: Visitor, path: str) -> None:
    assert system.read(system.tokens(visitor)["access_token"], path).status_code == 403


def test_a_missing_or_foreign_token_is_unauthorised(system: System, visitor: Visitor) -> None:
    assert visitor.get(f"/rs/prns/{ADULT}").status_code == 401
    answer = system.read("not.a.token", f"/rs/prns/{ADULT}")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Unauthorized"


def test_an_id_token_opens_nothing(system: System, visitor: Visitor) -> None:
    assert system.read(system.tokens(visitor)["id_token"], f"/rs/prns/{ADULT}").status_code == 401


def test_a_token_opens_the_rest_for_an_hour(place: Place, system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    place.clock.pass_by(seconds=3599)
    assert system.read(token, f"/rs/prns/{ADULT}").status_code == 200
    place.clock.pass_by(seconds=2)
    assert system.read(token, f"/rs/prns/{ADULT}").status_code == 401


def test_the_old_umbrella_opens_the_main_fields(place: Place, system: System, visitor: Visitor) -> None:
    umbrella = "http://esia.gosuslugi.ru/usr_inf"
    system = place.system(system.signer, scopes=("openid", umbrella))
    system.scope = f"openid {umbrella}"
    person = read(system, visitor, "?embed=(contacts.elements)")
    assert person["snils"] == "112-233-445 95"
    assert person["contacts"]["size"] == 2
