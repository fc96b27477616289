"""What grows by a file: each file of a folder offers one thing under the same name, and whoever needs all asks here."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def gather(folder: ModuleType, name: str, of: type[T]) -> list[T]:
    """What every file of a folder offers under a name, in the order of the files.

    Raises:
        TypeError: a file lacks it.
    """
    return [_offer(f"{folder.__name__}.{file.name}", name, of) for file in iter_modules(folder.__path__)]


def _offer(file: str, name: str, of: type[T]) -> T:
    offer = getattr(import_module(file), name, None)
    if not isinstance(offer, of):
        raise TypeError(f"{file} offers no {name} that is a {of.__name__}")
    return offer
