"""What grows by a file: each file of a folder, or one room of each package, offers a thing under the same name, and
whoever needs all of them gathers them here."""

from importlib import import_module
from importlib.util import find_spec
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


def gather_rooms(house: ModuleType, room: str, name: str, of: type[T]) -> list[T]:
    """What the packages of a house that have such a room offer there under a name, in the order of the packages.

    Raises:
        TypeError: a room lacks it.
    """
    packages = [f"{house.__name__}.{folder.name}" for folder in iter_modules(house.__path__) if folder.ispkg]
    return [_offer(f"{package}.{room}", name, of) for package in packages if find_spec(f"{package}.{room}")]


def _offer(file: str, name: str, of: type[T]) -> T:
    offer = getattr(import_module(file), name, None)
    if not isinstance(offer, of):
        raise TypeError(f"{file} offers no {name} that is a {of.__name__}")
    return offer
