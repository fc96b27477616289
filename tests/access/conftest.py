"""The world, made once for a module, and asking at its doors."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from myschool.kernel.tests.undoing import undone
from myschool.library.queries import search
from myschool.people import gateways
from myschool.people.actors import COOKIE
from myschool.people.esia.gateways import FakeEsia
from tests.access.doors import Door
from tests.access.world import World, make_world


def tried(ask: "Ask", who: str, door: Door, about: str | None = None) -> HttpResponse:
    """The door's answer, for the row it is about or for another one; whatever was done is undone."""
    with undone():
        return ask(who, door.method, door.name, door.about if about is None else about, door.sent)


class Ask(Protocol):
    """Asks at a door as somebody of the cast."""

    def __call__(
        self, who: str, method: str, name: str, about: str = "", sent: Mapping[str, str | bytes] | None = None
    ) -> HttpResponse:
        """The answer, to a browser that follows no redirect."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all cases of a module: each case is undone by its own savepoint, the world at the end."""
    with django_db_blocker.unblock(), undone():
        yield make_world()


@pytest.fixture
def ask(world: World, db: None) -> Iterator[Ask]:
    """A way to ask that keeps to one transaction, undone afterwards."""

    def answer(
        who: str, method: str, name: str, about: str = "", sent: Mapping[str, str | bytes] | None = None
    ) -> HttpResponse:
        client = Client(headers={"Tus-Resumable": "1.0.0"})
        if who != "visitor":
            client.cookies[COOKIE] = world.tokens[who]
        address = reverse(name, args=world.address(about))
        fields: dict[str, Any] = {
            world.filled(key): world.filled(value) if isinstance(value, str) else ContentFile(value, "scan.pdf")
            for key, value in (sent or {}).items()
        }
        answered = (
            client.post(address, fields)
            if method == "POST"
            else client.generic(method, address, QUERY_STRING=urlencode(fields))
        )
        return cast("HttpResponse", answered)

    # What others have asked a moment ago would be answered without asking the database.
    search.memory.kept.clear()
    with gateways.standing_in(FakeEsia()):
        yield answer
