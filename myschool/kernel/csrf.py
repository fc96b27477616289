"""The form token of a page: Django's own, masked without asking the system for each of its letters anew."""

import os
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from django.utils.functional import SimpleLazyObject

LETTERS = CSRF_ALLOWED_CHARS
PLACES = {letter: place for place, letter in enumerate(LETTERS)}
# A byte is a letter; the last bytes are left out, or the first letters would come more often than others.
EVEN = 256 - 256 % len(LETTERS)
LETTER_OF_BYTE = bytes(ord(LETTERS[byte % len(LETTERS)]) for byte in range(256))
LEFT_OUT = bytes(range(EVEN, 256))


def form_token(request: HttpRequest) -> dict[str, Any]:
    """A template's `csrf_token`: another one each time a page is shown, made when the page first says it."""
    return {"csrf_token": SimpleLazyObject(lambda: _token(request))}


def _token(request: HttpRequest) -> str:
    secret = request.META.get("CSRF_COOKIE")
    if secret is None or len(secret) != CSRF_SECRET_LENGTH:
        return get_token(request)
    # As Django's own: who is shown a token keeps the cookie for another year.
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return masked(secret)


def masked(secret: str) -> str:
    """The secret behind a mask of its own, as Django's middleware takes it off."""
    mask = _mask(len(secret))
    count = len(LETTERS)
    return mask + "".join([LETTERS[(PLACES[a] + PLACES[b]) % count] for a, b in zip(secret, mask, strict=True)])


def _mask(length: int) -> str:
    letters = b""
    while len(letters) < length:
        letters += os.urandom(2 * length).translate(LETTER_OF_BYTE, LEFT_OUT)
    return letters[:length].decode("ascii")
