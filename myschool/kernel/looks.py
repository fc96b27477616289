"""How pages look to this browser: theme and the version for people with weak sight."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

COOKIE = "__Host-look" if settings.SECURE_COOKIES else "look"
CHOICES = {"theme": ("auto", "light", "dark"), "contrast": ("off", "on")}


class Appearance(NamedTuple):
    """How a page is to look: `contrast` says whether in the version for weak sight."""

    theme: str
    contrast: bool


def looked(request: HttpRequest) -> dict[str, str]:
    """The choices in the cookie, or the first of each."""
    choices = request.COOKIES.get(COOKIE, "").split(".")
    return {
        name: choices[place] if place < len(choices) and choices[place] in values else values[0]
        for place, (name, values) in enumerate(CHOICES.items())
    }


def appearance(request: HttpRequest) -> Appearance:
    """The same for templates."""
    look = looked(request)
    return Appearance(look["theme"], look["contrast"] == "on")
