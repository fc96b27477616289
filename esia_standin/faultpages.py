"""Switching faults on and off: a form for people, JSON for tests."""

from __future__ import annotations

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from esia_standin.faults import Faults
from esia_standin.pages import form_of, go, show, typed
from esia_standin.refusals import CATALOGUE
from esia_standin.standin import log, standin_of
from esia_standin.store.shelves import Store

SWITCHES = {
    "bad_gateway": "Ответ 502 вместо JSON",
    "html": "HTML вместо JSON",
    "plain_text_errors": "Отказ маркера как text/plain",
    "expires_in_as_string": "expires_in строкой",
    "oid_as_string": "oid строкой",
    "without_id_token": "Нет id_token",
    "collections_as_links": "Коллекции только ссылками",
}
LISTS = {"drop": "Убрать поля", "null": "Сделать поля null", "empty": "Сделать поля пустыми"}


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a test sends: whose faults and which; without faults everything is switched off."""

    mnemonic: str
    faults: Faults = msgspec.field(default_factory=Faults)


async def faults(request: Request) -> Response:
    """GET and POST /faults"""
    store = standin_of(request).store
    if request.method == "GET":
        return show(
            request,
            "faults.html",
            clients=store.clients.all(),
            catalogue=CATALOGUE,
            switches=SWITCHES,
            lists=LISTS,
            places=["te", "rs"],
        )
    # A page of another site cannot send this type without asking first, so it needs no form token.
    if request.headers.get("content-type", "").startswith("application/json"):
        return _by_json(store, await request.body())
    form = await form_of(request)
    wanted: dict[str, object] = {
        "ac_error": typed(form, "ac_error"),
        "te_error": typed(form, "te_error"),
        "clock_skew_seconds": typed(form, "clock_skew_seconds") or "0",
        "slow_seconds": typed(form, "slow_seconds") or "0",
        "places": form.getlist("places"),
        **{name: name in form for name in SWITCHES},
        **{name: typed(form, name).split() for name in LISTS},
    }
    try:
        switched = msgspec.convert(wanted, Faults, strict=False)
    except msgspec.ValidationError as mistake:
        raise HTTPException(400, f"Не число или не то значение: {mistake}") from mistake
    _switch(store, Order(typed(form, "mnemonic"), switched))
    return go(request, "/faults")


def _by_json(store: Store, body: bytes) -> Response:
    try:
        order = msgspec.json.decode(body, type=Order)
        _switch(store, order)
    except msgspec.MsgspecError as mistake:
        return JSONResponse({"error": str(mistake)}, 400)
    except HTTPException as mistake:
        return JSONResponse({"error": mistake.detail}, mistake.status_code)
    return JSONResponse(msgspec.to_builtins(order))


def _switch(store: Store, order: Order) -> None:
    if store.clients.find(order.mnemonic) is None:
        raise HTTPException(404, "Система с такой мнемоникой не зарегистрирована.")
    if {order.faults.ac_error, order.faults.te_error} - {"", *CATALOGUE}:
        raise HTTPException(400, "Такого кода нет в каталоге отказов.")
    store.clients.set_faults(order.mnemonic, order.faults)
    log.info("faults client=%s: %s", order.mnemonic, msgspec.json.encode(order.faults).decode())
