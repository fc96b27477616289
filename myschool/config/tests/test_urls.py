"""Addresses sorted by their first word are the same addresses."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver, path
from django.urls.resolvers import RegexPattern

from myschool.config.urls import by_first_word


def view(request: HttpRequest, **named: object) -> HttpResponse:
    """Any door."""
    return HttpResponse()


DOORS = [
    path("desk/", view, name="desk"),
    path("desk/<int:number>/", view, name="row"),
    path("", view, name="home"),
    path("desk/<path:rest>", view, {"kind": "rest"}, name="rest"),
    path("mark.svg", view, name="file"),
    path("<int:number>/odd/", view, name="odd"),
    path("look/", view, name="look"),
    path("desk/late/", view, name="late"),
]
AS_LISTED, SORTED = (URLResolver(RegexPattern("^/"), doors) for doors in (DOORS, by_first_word(DOORS)))


@pytest.mark.parametrize(
    "address", ["/", "/desk/", "/desk/7/", "/desk/late/", "/desk/a/b", "/mark.svg", "/7/odd/", "/look/"]
)
def test_an_address_leads_where_it_led(address: str) -> None:
    before, now = AS_LISTED.resolve(address), SORTED.resolve(address)
    for attribute in ("func", "kwargs", "url_name", "view_name", "route", "captured_kwargs", "extra_kwargs"):
        assert getattr(now, attribute) == getattr(before, attribute), attribute


@pytest.mark.parametrize("address", ["/nothing/", "/desk", "/desks/", "/7/", "/look/1/"])
def test_what_led_nowhere_leads_nowhere(address: str) -> None:
    for resolver in (AS_LISTED, SORTED):
        with pytest.raises(Resolver404):
            resolver.resolve(address)


def test_names_lead_to_the_same_addresses() -> None:
    named = [("desk", {}), ("row", {"number": 7}), ("home", {}), ("file", {}), ("odd", {"number": 7}), ("late", {})]
    for name, ids in named:
        assert SORTED.reverse(name, **ids) == AS_LISTED.reverse(name, **ids)
