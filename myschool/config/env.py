"""Typed values from the environment; a wrong one stops the start with a clear message."""

import os
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from myschool.kernel.domains import UnfitAddress, web_on_the_wire
from myschool.kernel.once import made_once

ROOT: Final = Path(__file__).resolve().parents[2]
LOCAL: Final = Path(os.environ.get("MYSCHOOL_LOCAL", ROOT / ".local"))


class WrongEnvironment(SystemExit):
    """A variable holds what cannot be used."""


def text(name: str, default: str | None = None) -> str:
    """The variable's text.

    Raises:
        WrongEnvironment: the variable is needed and absent.
    """
    value = os.environ.get(name, default)
    if value is None:
        raise WrongEnvironment(f"{name} is not set. Set it in the environment; README names every variable.")
    return value


def web(name: str, default: str | None = None) -> str:
    """The variable as a web address without a slash at its end, as browsers name it: in ASCII.

    Raises:
        WrongEnvironment: the variable is needed and absent, or its host is no name of a domain.
    """
    value = text(name, default).rstrip("/")
    try:
        return web_on_the_wire(value)
    except UnfitAddress:
        raise WrongEnvironment(f"{name} is {value!r}; its host cannot be.") from None


def flag(name: str, *, default: bool) -> bool:
    """The variable as yes or no.

    Raises:
        WrongEnvironment: neither 1/0, true/false nor yes/no.
    """
    value = os.environ.get(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no", ""}:
        return False
    raise WrongEnvironment(f"{name} is {value!r}; use yes or no.")


def number(name: str, default: int) -> int:
    """The variable as a whole number.

    Raises:
        WrongEnvironment: not a whole number.
    """
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise WrongEnvironment(f"{name} is {value!r}; use a whole number.") from None


def words(name: str, default: str | None = "") -> list[str]:
    """The variable as words between commas.

    Raises:
        WrongEnvironment: the variable is needed and absent.
    """
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """The variable, or a secret made once and kept among this machine's local files.

    Meant for running at home: with MYSCHOOL_PRODUCTION=yes an absent secret stops the start.

    Raises:
        WrongEnvironment: absent in production.
    """
    if name in os.environ:
        return os.environ[name]
    if flag("MYSCHOOL_PRODUCTION", default=False):
        raise WrongEnvironment(f"{name} is not set, and in production nothing is made up.")
    return made_once(LOCAL / "secrets" / name.lower(), partial(token_urlsafe, 48))
