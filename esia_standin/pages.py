"""What all pages share: templates, the browser's cookie, the form token, the page of a refusal."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from esia_standin.persons import Person
from esia_standin.refusals import Refused
from esia_standin.scopes import titled
from esia_standin.standin import MOSCOW, standin_of
from esia_standin.store.browsers import Browser

# Cookies know no ports: the platform on the same host must not meet this name.
COOKIE = "esia_standin"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "нет"


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(MOSCOW):%d.%m.%Y %H:%M} МСК"


_templates.filters.update(day=_day, moment=_moment, titled=titled)


def browser_of(request: Request) -> Browser:
    """The browser that asks; one unseen before is given its own row and, by `show`, its cookie."""
    browser: Browser | None = getattr(request.state, "browser", None)
    if browser is None:
        standin = standin_of(request)
        browser = standin.store.browsers.find(request.cookies.get(COOKIE, ""), standin.now)
        browser = browser or standin.store.browsers.new(standin.now)
        request.state.browser = browser
    return browser


def person_of(request: Request) -> Person | None:
    """Whoever is logged in and has an account still."""
    oid = browser_of(request).oid
    person = standin_of(request).store.people.find(oid) if oid else None
    return person if person and person.status == "REGISTERED" else None


def show(request: Request, template: str, *, status: int = 200, **page: Any) -> Response:
    """The template as a page."""
    browser = browser_of(request)
    html = _templates.get_template(template).render(csrf=browser.csrf, me=person_of(request), **page)
    return with_cookie(HTMLResponse(html, status), browser)


def go(request: Request, address: str) -> Response:
    """Send the browser on to another page of the stand-in."""
    return with_cookie(RedirectResponse(address, 303), browser_of(request))


def with_cookie(response: Response, browser: Browser) -> Response:
    """The response, with the browser's cookie."""
    response.set_cookie(COOKIE, browser.id, httponly=True, samesite="lax")
    return response


async def form_of(request: Request) -> FormData:
    """The form that was sent from this browser's own page.

    Raises:
        HTTPException: 403, the form token is missing or another browser's.
    """
    form = await request.form()
    if not secrets.compare_digest(typed(form, "csrf").encode(), browser_of(request).csrf.encode()):
        raise HTTPException(403, "Форма устарела. Вернитесь назад, обновите страницу и повторите.")
    return form


def typed(form: FormData, name: str) -> str:
    """What was typed into the field, without spaces around."""
    return str(form.get(name, "")).strip()


def refused_page(request: Request, refusal: Refused) -> Response:
    """A refusal that has no client to go back to."""
    return show(request, "refused.html", status=400, refusal=refusal)


async def http_refused(request: Request, refusal: Exception) -> Response:
    """The page for 403, 404 and the like."""
    if not isinstance(refusal, HTTPException):
        raise refusal
    texts = {404: "Такой страницы нет.", 405: "Эта страница не принимает такой запрос."}
    text = texts.get(refusal.status_code, refusal.detail)
    return show(request, "message.html", status=refusal.status_code, title="Не получилось", text=text)
