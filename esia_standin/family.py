"""«Документы → Семья и дети»: cards of children, their check, accounts for children."""

from __future__ import annotations

import re
from datetime import date

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from esia_standin.cards import finish_checks, obstacle
from esia_standin.identifiers import birth_certificate, format_snils
from esia_standin.pages import form_of, go, person_of, show, typed
from esia_standin.personas import years_before
from esia_standin.persons import CardState, Document, KidCard, Level, Person
from esia_standin.standin import MOSCOW, Standin, log, standin_of
from esia_standin.store.kids import Kid

FIELDS = (
    "last_name",
    "first_name",
    "patronymic",
    "birth_date",
    "gender",
    "snils",
    "certificate_kind",
    "series_and_number",
    "issued_on",
    "issued_by",
)
LOGIN = re.compile(r"[a-z][a-z0-9._-]{3,19}")


class Mistakes(Exception):
    """The form is filled in wrongly; by field, what to mend."""

    def __init__(self, by_field: dict[str, str]) -> None:
        super().__init__(sorted(by_field))
        self.by_field = by_field


async def family(request: Request) -> Response:
    """GET /profile/family"""
    parent = person_of(request)
    if parent is None:
        return go(request, "/login")
    standin = standin_of(request)
    finish_checks(standin, parent)
    kids = standin.store.kids.of(parent.oid)
    obstacles = {kid.id: obstacle(kid.card, _today(standin)) for kid in kids}
    return show(request, "family.html", kids=kids, obstacles=obstacles)


async def new_card(request: Request) -> Response:
    """GET and POST /profile/family/new"""
    parent = person_of(request)
    if parent is None:
        return go(request, "/login")
    if request.method == "GET":
        return show(request, "card.html", values=dict.fromkeys(FIELDS, ""), mistakes={})
    form = await form_of(request)
    standin = standin_of(request)
    try:
        card = _card(form, today=_today(standin))
        if any(_same_child(card, kid.card) for kid in standin.store.kids.of(parent.oid)):
            raise Mistakes({"last_name": "Карточка этого ребёнка уже есть."})
    except Mistakes as mistakes:
        values = {name: typed(form, name) for name in FIELDS}
        return show(request, "card.html", status=400, values=values, mistakes=mistakes.by_field)
    standin.store.kids.add_card(parent.oid, card)
    return go(request, "/profile/family")


async def submit(request: Request) -> Response:
    """POST /profile/family/{card}/submit"""
    await form_of(request)
    standin = standin_of(request)
    kid = _own_kid(request)
    if kid.state in (CardState.DRAFT, CardState.REFUSED):
        standin.store.kids.move(kid, CardState.CHECKING, submitted_at=standin.now)
        log.info("family card=%d: submitted", kid.id)
    return go(request, "/profile/family")


async def account(request: Request) -> Response:
    """GET and POST /profile/family/{card}/account"""
    form = await form_of(request) if request.method == "POST" else None
    standin = standin_of(request)
    kid = _own_kid(request)
    reason = obstacle(kid.card, _today(standin))
    if reason:
        return show(request, "message.html", status=400, title="Учётную запись создать нельзя", text=reason)
    if kid.state != CardState.CHECKED or kid.account:
        return go(request, "/profile/family")
    if form is None:
        return show(request, "kid_account.html", kid=kid, login="", mistakes={})
    login, password = typed(form, "login").lower(), str(form.get("password", ""))
    mistakes: dict[str, str] = {}
    if not LOGIN.fullmatch(login):
        mistakes["login"] = "От 4 до 20 знаков: латинские буквы, цифры, точка, дефис; первая — буква."
    elif standin.store.people.by_login(login):
        mistakes["login"] = "Такой логин занят."
    if len(password) < 6:
        mistakes |= {"password": "Не короче 6 знаков."}
    if mistakes:
        return show(request, "kid_account.html", status=400, kid=kid, login=login, mistakes=mistakes)
    person = _account(standin.store.people.new_oid(), kid.card, login, password)
    with standin.store.transaction():
        standin.store.bring([person])
        standin.store.kids.link(kid, person.oid)
    log.info("family card=%d: account oid=%s made", kid.id, person.oid)
    return go(request, "/profile/family")


def _today(standin: Standin) -> date:
    return standin.clock().astimezone(MOSCOW).date()


def _own_kid(request: Request) -> Kid:
    parent = person_of(request)
    if parent is None:
        raise HTTPException(404)
    standin = standin_of(request)
    finish_checks(standin, parent)
    kid = standin.store.kids.one(parent.oid, request.path_params["card"])
    if kid is None:
        raise HTTPException(404)
    return kid


def _same_child(one: KidCard, other: KidCard) -> bool:
    return (one.full_name.casefold(), one.birth_date) == (other.full_name.casefold(), other.birth_date)


def _account(oid: str, card: KidCard, login: str, password: str) -> Person:
    return Person(
        oid=oid,
        level=Level.KID,
        last_name=card.last_name,
        first_name=card.first_name,
        patronymic=card.patronymic,
        birth_date=card.birth_date,
        gender=card.gender,
        snils=card.snils,
        inn=card.inn,
        login=login,
        documents=[card.certificate] if card.certificate else [],
        password=password,
    )


def _card(form: FormData, *, today: date) -> KidCard:
    mistakes: dict[str, str] = {}

    def complain(field: str, text: str) -> None:
        mistakes.setdefault(field, text)

    last_name, first_name = typed(form, "last_name"), typed(form, "first_name")
    if not last_name:
        complain("last_name", "Укажите фамилию.")
    if not first_name:
        complain("first_name", "Укажите имя.")
    birth_date = _date(typed(form, "birth_date"))
    if birth_date is None or not years_before(today, 18) < birth_date <= today:
        complain("birth_date", "Укажите дату рождения ребёнка младше 18 лет.")
    gender = typed(form, "gender")
    if gender not in ("M", "F"):
        complain("gender", "Выберите пол.")
    snils = format_snils(typed(form, "snils")) if typed(form, "snils") else ""
    if snils is None:
        complain("snils", "Проверьте СНИЛС: в номере опечатка.")
    certificate = _certificate(form)
    if certificate is None:
        complain("series_and_number", "Укажите серию и номер, например IV-АИ 123456.")
    if typed(form, "issued_on") and _date(typed(form, "issued_on")) is None:
        complain("issued_on", "Укажите дату выдачи.")
    if mistakes:
        raise Mistakes(mistakes)
    return KidCard(
        last_name=last_name,
        first_name=first_name,
        patronymic=typed(form, "patronymic"),
        birth_date=birth_date,
        gender="F" if gender == "F" else "M",
        snils=snils or "",
        certificate=certificate,
        state=CardState.DRAFT,
    )


def _certificate(form: FormData) -> Document | None:
    foreign = typed(form, "certificate_kind") == "FID_BRTH_CERT"
    number = typed(form, "series_and_number")
    read = ("", number) if foreign and number else birth_certificate(number)
    if read is None:
        return None
    return Document(
        kind="FID_BRTH_CERT" if foreign else "RF_BRTH_CERT",
        series=read[0],
        number=read[1],
        issued_on=_date(typed(form, "issued_on")),
        issued_by=typed(form, "issued_by"),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
