"""Logging in: what may be typed, what is refused, who stays logged in."""

from __future__ import annotations

from html import unescape

import pytest

from esia_standin.tests.makers import ADULT, EMPLOYEE, KID, Place, System, Visitor, answer_of


@pytest.mark.parametrize(
    "typed",
    [
        "112-233-445 95",
        "11223344595",
        " 112 233 445 95 ",
        "+7(900)0000001",
        "+7 900 000-00-01",
        "89000000001",
        "9000000001",
        "persona01@example.com",
        "Persona01@Example.COM",
    ],
)
def test_a_login_may_be_typed_in_any_usual_way(visitor: Visitor, typed: str) -> None:
    assert visitor.log_in(typed).headers["location"] == "/profile"
    assert "Ильина Мария Сергеевна" in visitor.get("/profile").text


def test_a_child_logs_in_by_its_own_name(visitor: Visitor) -> None:
    visitor.log_in("Petya")
    assert "Ильин Пётр" in visitor.get("/profile").text


@pytest.mark.parametrize("password", ["пароль1", "Пароль", "", "Пароль1 "])
def test_a_wrong_password_is_refused(visitor: Visitor, password: str) -> None:
    answer = visitor.log_in("petya", password)
    assert answer.status_code == 400
    assert "Неверный логин или пароль" in answer.text


def test_a_decomposed_password_is_the_same_password(place: Place, visitor: Visitor) -> None:
    person = place.store.people.find(ADULT)
    assert person is not None
    place.store.bring(
        [type(person)(oid="1", level=person.level, last_name="Й", first_name="Й", login="yo", password="Йод123")]
    )
    assert visitor.log_in("yo", "И\u0306од123").headers["location"] == "/profile"


def test_an_unknown_login_reads_like_a_wrong_password(visitor: Visitor) -> None:
    assert "Неверный логин или пароль" in visitor.log_in("nobody").text


def test_five_wrong_passwords_lock_the_account_for_a_while(place: Place, visitor: Visitor) -> None:
    for _ in range(4):
        assert "Неверный логин" in visitor.log_in("petya", "wrong").text
    assert "Слишком много" in visitor.log_in("petya", "wrong").text
    assert "Слишком много" in visitor.log_in("petya").text
    place.clock.pass_by(minutes=16)
    assert visitor.log_in("petya").headers["location"] == "/profile"


def test_a_right_password_begins_the_count_anew(visitor: Visitor) -> None:
    for _ in range(4):
        visitor.log_in("petya", "wrong")
    visitor.log_in("petya")
    assert "Неверный логин" in visitor.log_in("petya", "wrong").text


def test_a_deleted_account_is_told_so(visitor: Visitor) -> None:
    assert "удалена" in visitor.log_in("persona16@example.com").text


def test_the_one_time_code_is_shown_and_wanted(visitor: Visitor) -> None:
    assert visitor.log_in("persona19@example.com").headers["location"].startswith("/login/code")
    assert visitor.get("/profile").headers["location"] == "/login"
    page = visitor.get("/login/code").text
    code = page.partition('class="code">')[2][:6]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert "Неверный код" in visitor.post("/login/code", code=wrong).text
    assert visitor.post("/login/code", code=code).headers["location"] == "/profile"


def test_wrong_codes_lock_the_account(visitor: Visitor) -> None:
    visitor.log_in("persona19@example.com")
    visitor.get("/login/code")
    answers = [visitor.post("/login/code", code="no").text for _ in range(5)]
    assert "Слишком много" in answers[-1]
    assert "Слишком много" in visitor.log_in("persona19@example.com").text


def test_a_form_of_another_browser_is_refused(place: Place, visitor: Visitor) -> None:
    stranger = place.visitor()
    stranger.get("/login")
    visitor.get("/login")
    fields = stranger.hidden() | {"login": "petya", "password": "Пароль1"}
    assert visitor.ask("POST", "/login", data=fields).status_code == 403
    assert visitor.ask("POST", "/login", data={"login": "petya", "password": "Пароль1"}).status_code == 403


def test_logging_in_changes_the_cookie(visitor: Visitor) -> None:
    visitor.get("/login")
    before = visitor.cookie
    visitor.log_in("petya")
    assert visitor.cookie != before


def test_whoever_is_logged_in_is_offered_to_the_client(system: System, visitor: Visitor) -> None:
    system.tokens(visitor)
    location = system.send(visitor).headers["location"]
    page = unescape(visitor.get(location).text)
    assert "Войти как Ильина Мария Сергеевна" in page
    assert "Сменить пользователя" in page
    assert 'name="password"' in visitor.get(location + "&other=1").text


def test_a_persona_is_filled_in_by_a_click(visitor: Visitor) -> None:
    assert f"/login?persona={KID}" in visitor.get("/").text
    page = visitor.get("/login", params={"persona": KID}).text
    assert 'value="100-206-999 99"' in page or 'value="petya"' in page
    assert 'value="Пароль1"' in page


def test_the_client_ends_the_session(system: System, visitor: Visitor) -> None:
    system.tokens(visitor)
    back = "http://127.0.0.1:8000/bye"
    answer = visitor.get("/idp/ext/Logout", params={"client_id": "MYSCHOOL", "redirect_url": back})
    assert answer.headers["location"] == back
    assert visitor.get("/profile").headers["location"] == "/login"


def test_a_logout_leads_nowhere_foreign(system: System, visitor: Visitor) -> None:
    visitor.log_in("petya")
    address = "http://example.com/"
    answer = visitor.get("/idp/ext/Logout", params={"client_id": system.mnemonic, "redirect_url": address})
    assert answer.status_code == 400
    assert visitor.get("/profile").status_code == 200


def test_the_person_may_log_out(visitor: Visitor) -> None:
    visitor.log_in("petya")
    visitor.get("/profile")
    visitor.post("/logout")
    assert visitor.get("/profile").headers["location"] == "/login"


def test_every_page_says_what_it_is(system: System, visitor: Visitor) -> None:
    location = system.send(visitor).headers["location"]
    visitor.log_in("persona13@example.com")
    for address in ("/", "/login?other=1", location, "/profile", "/profile/family", "/profile/family/new"):
        assert "Учебный стенд. Это не Госуслуги" in visitor.get(address).text
    for address in ("/public/keys", "/faults", "/nowhere"):
        assert "Учебный стенд. Это не Госуслуги" in visitor.get(address).text


def test_the_way_in_leads_back_to_the_client(system: System, visitor: Visitor) -> None:
    assert "code" in answer_of(system.answer(visitor, EMPLOYEE))
