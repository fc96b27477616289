"""How pages look to this browser: theme and the version for people with weak sight."""

from django.conf import settings
from django.http import HttpRequest

COOKIE = "__Host-look" if settings.SECURE_COOKIES else "look"
CHOICES = {"theme": ("auto", "light", "dark"), "contrast": ("off", "on")}


def looked(request: HttpRequest) -> dict[str, str]:
    """The choices in the cookie, or the first of each."""
    kept = request.COOKIES.get(COOKIE, "").split(".")
    return {
        name: kept[place] if place < len(kept) and kept[place] in values else values[0]
        for place, (name, values) in enumerate(CHOICES.items())
    }
