"""Gosuslugi, as configured; tests put a scripted one in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from myschool.people.esia.gateways import Esia, HttpEsia
from myschool.people.esia.settings import Algorithm, EsiaSettings, Generation

RETURN_PATH = "/login/return/"
LOGIN_SCOPES = ("openid", "fullname", "birthdate", "gender", "snils")
ALGORITHMS: dict[str, Algorithm] = {"RSA": "RSA", "GOST": "GOST"}
GENERATIONS: dict[str, Generation] = {"v1": "v1", "v2": "v2"}
_standing_in: list[Esia] = []


def esia() -> Esia:
    """The gateway to use."""
    return _standing_in[-1] if _standing_in else _configured()


def esia_settings() -> EsiaSettings:
    """What the environment says of ЕСИА and of this system's registration there.

    Raises:
        ImproperlyConfigured: an algorithm or a generation nobody knows.
    """
    options = settings.ESIA
    algorithm: Algorithm | None = ALGORITHMS.get(options["algorithm"])
    generation: Generation | None = GENERATIONS.get(options["generation"])
    if algorithm is None or generation is None:
        raise ImproperlyConfigured("ESIA_ALGORITHM is RSA or GOST, ESIA_GENERATION is v1 or v2.")
    return EsiaSettings(
        mnemonic=options["mnemonic"],
        certificate=Path(options["certificate"]),
        key=Path(options["key"]),
        trusted_keys=Path(options["trusted"]),
        redirect_uri=settings.SITE_URL + RETURN_PATH,
        host=options["host"],
        issuer=options["issuer"],
        algorithm=algorithm,
        generation=generation,
        login_scopes=LOGIN_SCOPES,
    )


@contextmanager
def standing_in(gateway: Esia) -> Iterator[None]:
    """Use another gateway for a while."""
    _standing_in.append(gateway)
    try:
        yield
    finally:
        _standing_in.pop()


@lru_cache
def _configured() -> Esia:
    return HttpEsia(esia_settings())
