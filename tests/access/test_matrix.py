"""Every address and every kind of person: who gets in. An address that is not listed here fails."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from myschool.kernel.actors import Role
from tests.access.cast import CAST, Cast, logged_in

VISITOR, NEWCOMER = "visitor", "newcomer"
EVERYBODY = {VISITOR, NEWCOMER, *CAST}
LOGGED_IN = EVERYBODY - {VISITOR}
LEADERS = {"school_admin", "head"}

# What each sees at an address with their own school's or family's rows in it: `in` are let in (200 or 302),
# all others get 404, and visitors 401. POST-only doors are asked by POST, and answer 302, 409 or 422 to those let in.
GET, POST = "GET", "POST"
DOORS: dict[str, tuple[str, set[str]]] = {}


def door(name, method, allowed):
    DOORS[name] = (method, allowed)


for name in ("look", "login", "help-login", "terms", "privacy", "home"):
    door(name, GET, EVERYBODY)
