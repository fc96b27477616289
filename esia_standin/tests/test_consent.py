"""«Предоставление прав доступа»: asked once, remembered, asked again for more, taken back."""

from __future__ import annotations

from esia_standin.tests.makers import ADULT, RETURN, Place, System, Visitor, answer_of, refusal_of, rsa_signer


def ask(system: System, visitor: Visitor) -> str:
    """Send the browser to the client's door and on to the consent page, already logged in."""
    return "/consent?" + system.send(visitor).headers["location"].partition("?")[2]


def test_the_page_names_the_scopes_in_russian(system: System, visitor: Visitor) -> None:
    system.scope = "openid fullname snils kid_fullname"
    visitor.log_in("persona01@example.com")
    page = visitor.get(ask(system, visitor)).text
    assert "Предоставление прав доступа" in page
    for words in ("Фамилия, имя, отчество", "СНИЛС", "Фамилии, имена и отчества детей"):
        assert words in page
    for button in ("Предоставить", "Отказать"):
        assert button in page


def test_a_consent_is_remembered(system: System, visitor: Visitor) -> None:
    system.tokens(visitor)
    answer = visitor.get(ask(system, visitor))
    assert answer.headers["location"].startswith(RETURN + "?code=")


def test_a_new_scope_asks_again(system: System, visitor: Visitor) -> None:
    system.scope = "openid fullname"
    system.tokens(visitor)
    system.scope = "openid fullname snils"
    assert "Предоставить" in visitor.get(ask(system, visitor)).text


def test_another_client_asks_for_itself(place: Place, system: System, visitor: Visitor) -> None:
    system.tokens(visitor)
    other = place.system(rsa_signer(), mnemonic="OTHER")
    assert "Предоставить" in visitor.get(ask(other, visitor)).text


def test_a_refusal_goes_back_to_the_client(system: System, visitor: Visitor) -> None:
    visitor.log_in("persona01@example.com")
    visitor.get(ask(system, visitor))
    answer = visitor.post("/consent", decision="refuse")
    assert refusal_of(answer) == "007004"
    assert answer_of(answer)["error"] == "access_denied"
    assert "Предоставить" in visitor.get(ask(system, visitor)).text


def test_a_consent_taken_back_closes_the_rest_and_is_asked_again(system: System, visitor: Visitor) -> None:
    token = system.tokens(visitor)["access_token"]
    visitor.get("/profile")
    assert "Отозвать" in visitor.seen[-1].text
    visitor.post("/profile/withdraw", mnemonic="MYSCHOOL")
    assert system.read(token, f"/rs/prns/{ADULT}").status_code == 403
    assert "Предоставить" in visitor.get(ask(system, visitor)).text


def test_nobody_decides_without_the_form(system: System, visitor: Visitor) -> None:
    visitor.log_in("persona01@example.com")
    request_id = ask(system, visitor).partition("request=")[2]
    assert visitor.ask("POST", "/consent", data={"request": request_id, "decision": "grant"}).status_code == 403


def test_whoever_is_not_logged_in_is_sent_to_log_in(system: System, visitor: Visitor) -> None:
    assert visitor.get(ask(system, visitor)).headers["location"].startswith("/login?request=")


def test_an_unknown_request_is_told_so(visitor: Visitor) -> None:
    assert visitor.get("/consent", params={"request": "none"}).status_code == 404
