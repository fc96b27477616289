"""The personas, the import file and the identifiers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from esia_standin.__main__ import main
from esia_standin.identifiers import birth_certificate, format_snils
from esia_standin.personas import PASSWORD, personas
from esia_standin.persons import KidCard, Level, Person
from esia_standin.store.people import Conflict
from esia_standin.tests.makers import ADULT, Place, rsa_signer

LEAP_DAY = date(2028, 2, 29)


@pytest.mark.parametrize("today", [date(2026, 3, 2), LEAP_DAY, date(2027, 2, 28), date(2026, 12, 31)])
def test_ages_are_counted_from_today(today: date) -> None:
    tomorrow = date.fromordinal(today.toordinal() + 1)
    born = {each.oid: each.birth_date for each in personas(today) if each.birth_date}
    assert (age(born["1000000005"], today), age(born["1000000005"], tomorrow)) == (13, 14)
    assert age(born["1000000006"], today) == 15
    assert age(born["1000000004"], today) == 10


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def test_there_is_a_persona_for_each_case() -> None:
    everyone = personas(date(2026, 3, 2))
    assert len({each.oid for each in everyone}) == len(everyone) == 20
    assert {each.level for each in everyone} == set(Level)
    assert all(each.note and each.password == PASSWORD for each in everyone)
    assert any(each.status == "DELETED" for each in everyone)
    assert any(len(each.kids) == 4 for each in everyone)
    assert any(isinstance(kid, KidCard) and kid.is_foreign for each in everyone for kid in each.kids)
    assert any(len(each.organisations) == 2 for each in everyone)
    same = [(each.full_name, each.birth_date) for each in everyone]
    assert len(same) - len(set(same)) == 1


def test_every_persona_has_a_valid_snils_of_its_own() -> None:
    numbers = [each.snils for each in personas(date(2026, 3, 2)) if each.snils]
    numbers += [
        kid.snils for each in personas(date(2026, 3, 2)) for kid in each.kids if isinstance(kid, KidCard) and kid.snils
    ]
    assert [format_snils(number) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    "number",
    [
        "112-233-445 95",
        "087-654-303 00",
        "123-456-789 64",
        "100-206-999 99",
        "100-207-899 00",
        "100-207-989 00",
        "900-069-999 00",
        "900-078-999 00",
        "900-079-899 01",
        "000-000-600 06",
    ],
)
def test_valid_snils(number: str) -> None:
    assert format_snils(number.replace("-", "").replace(" ", "")) == number


@pytest.mark.parametrize("number", ["160-220-338 00", "112-233-445 96", "112-233-445", "", "112-233-445 9а"])
def test_invalid_snils(number: str) -> None:
    assert format_snils(number) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("IV-АИ 123456", ("IV-АИ", "123456")),
        ("XXI-ОВ 654321", ("XXI-ОВ", "654321")),
        ("ii-ик № 123456", ("II-ИК", "123456")),
        ("П–ИК 123456", ("II-ИК", "123456")),
        ("ХIV - КX 123456", ("XIV-КХ", "123456")),
        ("IIII-АИ 123456", None),
        ("IV-AI 123456", None),
        ("4-АИ 123456", None),
        ("-АИ 123456", None),
        ("IV-АИ 12345", None),
    ],
)
def test_birth_certificates(typed: str, read: tuple[str, str] | None) -> None:
    assert birth_certificate(typed) == read


@pytest.fixture
def newcomer() -> Person:
    return Person(
        oid="2000000001",
        level=Level.CONFIRMED,
        last_name="Новый",
        first_name="Ян",
        login="yan",
        password="пароль",
        kids=["1000000004", KidCard(last_name="Новая", first_name="Ия")],
    )


def test_an_import_is_idempotent(place: Place, newcomer: Person) -> None:
    for _ in range(2):
        place.store.bring([newcomer])
    assert place.store.people.find(newcomer.oid) == newcomer
    assert [kid.card.first_name for kid in place.store.kids.of(newcomer.oid)] == ["Пётр", "Ия"]


def test_an_import_of_a_taken_login_changes_nothing(place: Place, newcomer: Person) -> None:
    rival = msgspec.structs.replace(newcomer, snils="112-233-445 95")
    with pytest.raises(Conflict, match=ADULT):
        place.store.bring([rival])
    assert place.store.people.find(newcomer.oid) is None


def test_an_import_of_an_unknown_kid_changes_nothing(place: Place, newcomer: Person) -> None:
    with pytest.raises(Conflict):
        place.store.bring([msgspec.structs.replace(newcomer, kids=["999"])])
    assert place.store.people.find(newcomer.oid) is None


def test_the_example_of_the_readme_can_be_imported(place: Place, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    example = readme.partition("## Люди")[2].partition("```json")[2].partition("```")[0]
    (parent,) = msgspec.json.decode(example, type=list[Person])
    kid = Person(oid="1000100002", level=Level.KID, last_name="И", first_name="И", password="п")
    adult = msgspec.structs.replace(parent, snils="")
    file = tmp_path / "people.json"
    file.write_bytes(msgspec.json.encode([adult, kid]))
    assert main(["import-persons", "--data", str(place.folder), str(file)]) == 0
    assert place.store.people.find(parent.oid) == adult


def test_a_misspelt_field_is_refused(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.json"
    file.write_text('[{"oid": "3", "level": "PR", "last_name": "А", "first_name": "Б", "password": "в", "snlis": ""}]')
    assert main(["import-persons", "--data", str(place.folder), str(file)]) == 1
    assert "snlis" in capsys.readouterr().err


def test_commands_work_beside_the_running_standin(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signer, folder = rsa_signer(), str(place.folder)
    certificate = tmp_path / "certificate.der"
    certificate.write_bytes(signer.certificate.octets)
    words = ["--mnemonic", "NEW", "--certificate", str(certificate), "--redirect", "http://127.0.0.1:8000/"]
    assert main(["register-client", "--data", folder, *words, "--scopes", "openid fullname"]) == 0
    assert signer.certificate.hash in capsys.readouterr().out
    client = place.store.clients.find("NEW")
    assert client is not None
    assert client.scopes == ("openid", "fullname")
    assert main(["rotate-keys", "--data", folder]) == 0
    assert main(["export-keys", "--data", folder, str(tmp_path / "keys")]) == 0
    assert len(list((tmp_path / "keys").glob("*.pem"))) == 4
    assert main(["list-personas", "--data", folder]) == 0
    assert ADULT in capsys.readouterr().out


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])  # noqa: S104 — refused
def test_a_public_address_is_refused(place: Place, host: str) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--data", str(place.folder), "--host", host])


def test_an_unknown_scope_cannot_be_registered(place: Place, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.der"
    certificate.write_bytes(rsa_signer().certificate.octets)
    words = ["--mnemonic", "NEW", "--certificate", str(certificate), "--redirect", "http://127.0.0.1:8000/"]
    assert main(["register-client", "--data", str(place.folder), *words, "--scopes", "openid nonsense"]) == 1
