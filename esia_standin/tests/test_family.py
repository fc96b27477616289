"""«Семья и дети»: a card, its check, an account for the kid."""

from __future__ import annotations

import re

import pytest

from esia_standin.personas import PASSWORD
from esia_standin.tests.makers import ADULT, Place, System, Visitor, claims_of

CARD = {
    "last_name": "Ильина",
    "first_name": "Зоя",
    "patronymic": "Олеговна",
    "birth_date": "2018-05-06",
    "gender": "F",
    "snils": "",
    "certificate_kind": "RF_BRTH_CERT",
    "series_and_number": "iv-аи №123457",
    "issued_on": "2018-05-20",
    "issued_by": "Отдел ЗАГС",
}


@pytest.fixture
def parent(visitor: Visitor) -> Visitor:
    visitor.log_in("persona01@example.com")
    visitor.get("/profile/family/new")
    return visitor


def last_card(parent: Visitor) -> str:
    """The address of the newest card."""
    page = parent.get("/profile/family").text
    numbers = [match[0] for match in re.finditer(r"(?<=/profile/family/)\d+|(?<=card-)\d+", page)]
    return "/profile/family/" + numbers[-1]


def checked(place: Place, parent: Visitor, **changed: str) -> str:
    """A card that has been written, sent and checked."""
    parent.post("/profile/family/new", **{**CARD, **changed})
    card = last_card(parent)
    parent.post(card + "/submit")
    place.clock.pass_by(seconds=6)
    return card


def test_a_card_goes_from_draft_through_the_check(place: Place, parent: Visitor) -> None:
    parent.post("/profile/family/new", **CARD)
    page = parent.get("/profile/family").text
    assert "Ильина Зоя Олеговна" in page
    assert "IV-АИ 123457" in page
    assert "Отправить на проверку" in page
    parent.post(last_card(parent) + "/submit")
    place.clock.pass_by(seconds=4)
    assert "Идёт проверка" in parent.get("/profile/family").text
    place.clock.pass_by(seconds=2)
    page = parent.get("/profile/family").text
    assert "Проверено" in page
    assert re.search(r"СНИЛС 900-300-\d{3} \d\d", page), "the search finds a number for a card without one"


def test_a_child_gets_an_account_tied_to_the_parent(place: Place, parent: Visitor, system: System) -> None:
    card = checked(place, parent)
    parent.get(card + "/account")
    parent.post(card + "/account", login="zoya", password=PASSWORD)
    assert "логин zoya" in parent.get("/profile/family").text
    kid = place.visitor()
    assert kid.log_in("zoya").headers["location"] == "/profile"
    token = system.tokens(place.visitor())["access_token"]
    kids = system.read(token, f"/rs/prns/{ADULT}/kids?embed=(elements)").json()["elements"]
    account = place.store.people.by_login("zoya")
    assert account is not None
    assert [kid.get("oid") for kid in kids] == [1000000004, int(account.oid)]
    assert (
        claims_of(system.tokens(place.visitor(), account.oid)["id_token"])["urn:esia:sbj"]["urn:esia:sbj:lvl"] == "KD"
    )


def test_the_rest_part_sees_the_check_end(place: Place, parent: Visitor, system: System) -> None:
    token = system.tokens(place.visitor())["access_token"]
    checked(place, parent)
    kid = system.read(token, f"/rs/prns/{ADULT}/kids?embed=(elements)").json()["elements"][1]
    assert kid["trusted"] is True
    assert kid["documents"]["elements"][0]["vrfStu"] == "VERIFIED"
    assert kid["snils"].startswith("900-300-")


def test_an_unchecked_card_is_not_vouched_for(place: Place, parent: Visitor, system: System) -> None:
    parent.post("/profile/family/new", **CARD)
    token = system.tokens(place.visitor())["access_token"]
    kid = system.read(token, f"/rs/prns/{ADULT}/kids?embed=(elements)").json()["elements"][1]
    assert kid["trusted"] is False
    assert kid["documents"]["elements"][0]["vrfStu"] == "NOT_VERIFIED"


def test_a_foreign_certificate_gives_no_account(place: Place, parent: Visitor) -> None:
    card = checked(place, parent, certificate_kind="FID_BRTH_CERT", series_and_number="AB 12/7")
    answer = parent.get(card + "/account")
    assert answer.status_code == 400
    assert "только по российскому свидетельству" in answer.text


def test_from_fourteen_on_a_child_registers_alone(place: Place, parent: Visitor) -> None:
    card = checked(place, parent, birth_date="2012-03-02")
    assert "С 14 лет" in parent.get("/profile/family").text
    assert parent.get(card + "/account").status_code == 400


def test_an_unchecked_card_gives_no_account(place: Place, parent: Visitor) -> None:
    parent.post("/profile/family/new", **CARD)
    card = last_card(parent).removesuffix("/submit")
    parent.post(card + "/account", login="zoya", password="секрет1")
    assert place.store.people.by_login("zoya") is None


def test_a_known_child_is_tied_not_doubled(place: Place, parent: Visitor) -> None:
    kid = place.store.people.find("1000000005")
    assert kid is not None
    card = checked(place, parent, first_name="Алина", snils=kid.snils, birth_date=str(kid.birth_date))
    assert parent.get(card + "/account").headers["location"] == "/profile/family"
    assert "логин alina" in parent.get("/profile/family").text


def test_a_snils_of_another_person_fails_the_check(place: Place, parent: Visitor) -> None:
    checked(place, parent, snils="123-456-789 64")
    assert "СНИЛС принадлежит другому человеку" in parent.get("/profile/family").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("last_name", ""),
        ("first_name", " "),
        ("birth_date", "06.05.2018"),
        ("birth_date", "2000-01-01"),
        ("birth_date", "2099-01-01"),
        ("gender", ""),
        ("snils", "112-233-445 96"),
        ("series_and_number", "IIII-АИ 123456"),
        ("series_and_number", ""),
        ("issued_on", "вчера"),
    ],
)
def test_a_mistake_is_shown_at_its_field(parent: Visitor, field: str, typed: str) -> None:
    answer = parent.post("/profile/family/new", **{**CARD, field: typed})
    assert answer.status_code == 400
    assert answer.text.count('class="mistake"') == 1
    assert "Ильина" in answer.text or field == "last_name"


def test_the_same_child_is_not_added_twice(parent: Visitor) -> None:
    parent.post("/profile/family/new", **CARD)
    parent.get("/profile/family/new")
    assert "уже есть" in parent.post("/profile/family/new", **CARD).text


@pytest.mark.parametrize(("login", "password"), [("petya", "секрет1"), ("я", "секрет1"), ("zoya", "12345")])
def test_a_taken_login_or_a_short_password_is_refused(place: Place, parent: Visitor, login: str, password: str) -> None:
    card = checked(place, parent)
    parent.get(card + "/account")
    assert parent.post(card + "/account", login=login, password=password).status_code == 400


def test_a_card_belongs_to_its_parent(place: Place, parent: Visitor) -> None:
    card = checked(place, parent)
    stranger = place.visitor()
    stranger.log_in("persona13@example.com")
    stranger.get("/profile/family/new")
    assert stranger.get(card + "/account").status_code == 404
    assert stranger.post(card + "/submit").status_code == 404


def test_family_is_for_those_logged_in(visitor: Visitor) -> None:
    for address in ("/profile", "/profile/family", "/profile/family/new"):
        assert visitor.get(address).headers["location"] == "/login"
