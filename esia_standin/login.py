"""Logging in: password, one-time code, choice of account, and the way on to the client or to the profile."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from esia_standin.pages import COOKIE, browser_of, form_of, go, person_of, refused_page, show, typed
from esia_standin.persons import Person, same_text
from esia_standin.refusals import Refused
from esia_standin.standin import log, standin_of

TRIES = 5
WRONG = "Неверный логин или пароль."
LOCKED = "Слишком много неверных попыток. Вход закрыт, попробуйте позже."
DELETED = "Учётная запись удалена. Войти в неё нельзя."
WRONG_CODE = "Неверный код."


async def front(request: Request) -> Response:
    """GET /"""
    return show(request, "front.html", personas=standin_of(request).store.people.noted(), asked_id="")


async def login(request: Request) -> Response:
    """GET and POST /login"""
    asked_id = request.query_params.get("request", "")
    if request.method == "POST":
        return await _try_password(request)
    me = person_of(request)
    if me and "other" not in request.query_params and "persona" not in request.query_params:
        if asked_id:
            return show(request, "account.html", person=me, asked_id=asked_id)
        return go(request, "/profile")
    persona = standin_of(request).store.people.find(request.query_params.get("persona", ""))
    return _form(request, asked_id, filled=persona if persona and persona.note else None)


def _form(
    request: Request, asked_id: str, *, filled: Person | None = None, login: str = "", mistake: str = ""
) -> Response:
    return show(
        request,
        "login.html",
        status=400 if mistake else 200,
        asked_id=asked_id,
        login=_easiest_login(filled) if filled else login,
        password=filled.password if filled else "",
        mistake=mistake,
        personas=standin_of(request).store.people.noted(),
    )


def _easiest_login(person: Person) -> str:
    ways = [person.login, person.snils, *(contact.value for contact in person.contacts)]
    return next(filter(None, ways), "")


async def _try_password(request: Request) -> Response:
    standin = standin_of(request)
    form = await form_of(request)
    asked_id, login = typed(form, "request"), typed(form, "login")
    person = standin.store.people.by_login(login)
    if person is None:
        return _form(request, asked_id, login=login, mistake=WRONG)
    if standin.store.people.locked_until(person.oid) > standin.now:
        return _form(request, asked_id, login=login, mistake=LOCKED)
    if not same_text(str(form.get("password", "")), person.password):
        if standin.store.people.wrong_try(person.oid) < TRIES:
            return _form(request, asked_id, login=login, mistake=WRONG)
        standin.store.people.lock(person.oid, until=(standin.clock() + standin.lock_for).timestamp())
        log.warning("login oid=%s: locked out", person.oid)
        return _form(request, asked_id, login=login, mistake=LOCKED)
    if person.status == "DELETED":
        return _form(request, asked_id, login=login, mistake=DELETED)
    if person.otp:
        standin.store.browsers.await_code(browser_of(request), person.oid, f"{secrets.randbelow(10**6):06d}")
        return go(request, "/login/code?" + urlencode({"request": asked_id}))
    return _let_in(request, person, ["PWD"], asked_id)


async def one_time_code(request: Request) -> Response:
    """GET and POST /login/code"""
    standin = standin_of(request)
    browser = browser_of(request)
    person = standin.store.people.find(browser.awaiting_oid or "")
    asked_id = request.query_params.get("request", "")
    if person is None:
        return go(request, "/login?" + urlencode({"request": asked_id}))
    if request.method == "GET":
        return show(request, "code.html", asked_id=asked_id, code=browser.otp_code, mistake="")
    form = await form_of(request)
    asked_id = typed(form, "request")
    if standin.store.people.locked_until(person.oid) > standin.now:
        return show(request, "code.html", status=400, asked_id=asked_id, code="", mistake=LOCKED)
    if secrets.compare_digest(typed(form, "code").encode(), browser.otp_code.encode()):
        return _let_in(request, person, ["PWD", "OTP"], asked_id)
    mistake = WRONG_CODE
    if standin.store.people.wrong_try(person.oid) >= TRIES:
        standin.store.people.lock(person.oid, until=(standin.clock() + standin.lock_for).timestamp())
        mistake = LOCKED
    return show(request, "code.html", status=400, asked_id=asked_id, code=browser.otp_code, mistake=mistake)


def _let_in(request: Request, person: Person, methods: list[str], asked_id: str) -> Response:
    standin = standin_of(request)
    standin.store.people.lock(person.oid, until=0)
    request.state.browser = standin.store.browsers.log_in(browser_of(request), person.oid, methods, standin.now)
    log.info("login oid=%s: in by %s", person.oid, "+".join(methods))
    return go(request, "/consent?" + urlencode({"request": asked_id}) if asked_id else "/profile")


async def log_out(request: Request) -> Response:
    """POST /logout"""
    await form_of(request)
    return _left(request, "/")


async def client_logs_out(request: Request) -> Response:
    """GET /idp/ext/Logout"""
    redirect_url = request.query_params.get("redirect_url", "")
    client = standin_of(request).store.clients.find(request.query_params.get("client_id", ""))
    if client is None:
        return refused_page(request, Refused("007005", "система с такой мнемоникой не зарегистрирована"))
    if redirect_url and not client.may_return_to(redirect_url):
        return refused_page(request, Refused("007023", "адреса redirect_url нет среди зарегистрированных"))
    return _left(request, redirect_url or "/")


def _left(request: Request, address: str) -> Response:
    standin_of(request).store.browsers.forget(browser_of(request))
    response = RedirectResponse(address, 302)
    response.delete_cookie(COOKIE)
    return response
