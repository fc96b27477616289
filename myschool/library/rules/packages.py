"""What a format of content is, and what a package says of itself; each format is a file of `formats`.

A package is its paths and a way to read one of them. What it lacks to run at all is a `BadPackage`; what would only
disturb is told as advice.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from myschool.files.rules import markup

T = TypeVar("T")
LARGEST_TEXT = 2_000_000
MOST_PAGES_READ = 200
PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
LINK = re.compile(
    r"""<(?:a|area|link|script|img|source|audio|video|track|iframe)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"'#]+)""",
    re.IGNORECASE,
)
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


class BadPackage(ValueError):
    """A package that cannot run; the message tells its publisher why."""


@dataclass(frozen=True)
class Finding:
    """What the check has found; `code` is for programs, `text` for people."""

    code: str
    text: str
    is_advice: bool = True


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that is opened by itself: a SCO, an assignable unit."""

    id: str
    title: str
    href: str
    passing: float | None = None
    move_on: str = ""
    parameters: str = ""


@dataclass(frozen=True, kw_only=True)
class Passport:
    """What the player needs to know of a package."""

    format: str
    launch: str
    title: str = ""
    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """The paths of a package and a way to read one, no further than a number of bytes."""

    paths: frozenset[str]
    read: Callable[[str, int], bytes]

    def text(self, path: str) -> str:
        """The beginning of a file as text."""
        return self.read(path, LARGEST_TEXT).decode("utf-8", "replace")

    def xml(self, path: str) -> Element:
        """A file's XML.

        Raises:
            BadPackage: it cannot be read.
        """
        return self._parsed(path, markup.xml_of)

    def json(self, path: str) -> Any:
        """A file's JSON.

        Raises:
            BadPackage: it cannot be read.
        """
        return self._parsed(path, markup.json_of)

    def _parsed(self, path: str, parse: Callable[[bytes], T]) -> T:
        try:
            return parse(self.read(path, markup.LARGEST + 1))
        except markup.BadMarkup as error:
            raise BadPackage(f"Файл {path} в пакете не читается: {error}.") from error


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of content (формат): how people call it, how it is known, and what runs it.

    It comes as a file of its own, by the media types of `files`, or in an archive: `reads` makes a passport of a package,
    or None of what is another format. Packages that hold the file `marker` are asked first, and in the `order` of `turn`.
    `frontend/player/<code>.ts` runs it; what `is_outside` runs on its supplier's servers.

    `alone` and `package` are what people call it as a file and as an archive, `alone_exactly` with the kinds of files.
    `media` and `dcmi` describe it for other catalogues. What `is_judged` tells how it went; what is not is finished when
    its reader says so. What `is_portable` other systems can show by themselves. The parts of what `has_sessions` are
    opened in sessions of their own, and their records tell of them.
    """

    code: str
    title: str
    order: int
    files: Mapping[str, str] = field(default_factory=dict)
    looks_at: Callable[[IO[bytes]], None] | None = None
    advice: tuple[Finding, ...] = ()
    archive: str = ""
    marker: str = ""
    turn: int = 0
    reads: Callable[[Package], Passport | None] | None = None
    alone: str = ""
    alone_exactly: str = ""
    package: str = ""
    media: str = "text/html"
    dcmi: str = "InteractiveResource"
    endings: Mapping[str, str] = field(default_factory=dict)
    subtitles: str = ""
    is_judged: bool = False
    is_portable: bool = False
    has_sessions: bool = False
    is_outside: bool = False


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def elements(element: Element, name: str) -> Iterator[Element]:
    """The elements of this name, whatever their namespace."""
    return (node for node in element.iter() if local_name(node) == name)


def first_text(element: Element, name: str) -> str:
    """The first text of an element of this name, on one line."""
    return next((" ".join((node.text or "").split()) for node in elements(element, name) if node.text), "")


def attribute(element: Element, name: str) -> str:
    """An attribute's value, whatever its namespace; nothing where it is absent."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def must_have(package: Package, href: str) -> None:
    """A file that a package names is in it.

    Raises:
        BadPackage: it is not.
    """
    path = unquote(urlsplit(href).path)
    if path not in package.paths:
        raise BadPackage(f"Пакет ссылается на файл «{path}», но в архиве его нет.")


def page_findings(package: Package) -> Iterator[Finding]:
    """What the pages of a package lack: files they name, descriptions of pictures, a language."""
    absent, outside, bare, mute = set(), set(), 0, 0
    for path in sorted(filter(PAGE.search, package.paths))[:MOST_PAGES_READ]:
        text = package.text(path)
        for link in LINK.findall(text):
            address = urlsplit(link.strip())
            if address.netloc:
                outside.add(address.netloc)
            elif not address.scheme and address.path:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address.path)))
                if target not in package.paths and not any(name.startswith(target + "/") for name in package.paths):
                    absent.add(target)
        bare += sum("alt=" not in picture.lower() for picture in PICTURE.findall(text))
        mute += not re.search(r"<html[^>]*\blang\s*=", text, re.IGNORECASE)
    if absent:
        yield Finding("links", f"Страницы ссылаются на файлы, которых нет в пакете: {_few(absent)}.")
    if outside:
        yield Finding("outside", f"Содержимое с других сайтов не загрузится: {_few(outside)}. Положите файлы в пакет.")
    if bare:
        yield Finding("alt", f"Рисунков без описания (alt): {bare}. Ученики, которые не видят, их не узнают.")
    if mute:
        yield Finding("lang", f"Страниц без указания языка (lang): {mute}.")


def _few(names: set[str]) -> str:
    shown = ", ".join(sorted(names)[:3])
    return shown if len(names) <= 3 else f"{shown} и ещё {len(names) - 3}"
