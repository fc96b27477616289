"""What a package says of itself: SCORM 1.2 and 2004, H5P, cmi5, EPUB, HLS and plain HTML5.

A package is its paths and a way to read one of them. What it lacks to run at all is a `BadPackage`; what would only
disturb is told as advice.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from myschool.files.rules import markup

T = TypeVar("T")
LARGEST_TEXT = 2_000_000
MOST_PAGES_READ = 200
PLAYABLE = (".html", ".htm", ".xml", ".json")
PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
LINK = re.compile(
    r"""<(?:a|area|link|script|img|source|audio|video|track|iframe)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"'#]+)""",
    re.IGNORECASE,
)
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
CMI5 = "{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}"


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


def passport_of(package: Package) -> Passport:
    """What the package is and how it opens.

    Raises:
        BadPackage: it is none of the kinds that run, or lacks what it names.
    """
    for marker, read in (
        ("imsmanifest.xml", _scorm),
        ("h5p.json", _h5p),
        ("cmi5.xml", _cmi5),
        ("META-INF/container.xml", _epub),
    ):
        if marker in package.paths:
            return read(package)
    playlists = sorted(path for path in package.paths if path.endswith(".m3u8"))
    if playlists:
        return _hls(package, playlists)
    movies = sorted(path for path in package.paths if path.endswith((".mp4", ".webm")))
    if len(movies) == 1 and not any(path.endswith(PLAYABLE) for path in package.paths):
        return Passport(format="video", launch=movies[0], findings=_subtitles(package))
    return _html(package)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if _local(one) == name)


def _first_text(element: Element, name: str) -> str:
    return next((" ".join((one.text or "").split()) for one in _all(element, name) if one.text), "")


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _scorm(package: Package) -> Passport:
    manifest = package.xml("imsmanifest.xml")
    version = _first_text(manifest, "schemaversion")
    is_2004 = "adlcp_v1p3" in str([one.tag + str(one.attrib) for one in manifest.iter()]) or version.startswith(
        ("CAM", "2004")
    )
    resources = {_attribute(one, "identifier"): one for one in _all(manifest, "resource")}
    organisations = list(_all(manifest, "organization"))
    if not organisations:
        raise BadPackage(
            "В пакете SCORM нет организации (organization): непонятно, что открывать первым. Выгрузите пакет из редактора заново."
        )
    default = _attribute(next(_all(manifest, "organizations")), "default")
    chosen = next((one for one in organisations if _attribute(one, "identifier") == default), organisations[0])
    parts = tuple(_scorm_parts(package, chosen, resources))
    if not parts:
        raise BadPackage("В организации пакета SCORM нет ни одного раздела с файлом.")
    rules = any(True for name in ("sequencingRules", "preConditionRule", "prerequisites") for _ in _all(chosen, name))
    findings = (
        (
            Finding(
                "sequencing",
                "Правила последовательности разделов не исполняются: ученик откроет разделы в любом порядке.",
            ),
        )
        if rules
        else ()
    )
    return Passport(
        format="scorm2004" if is_2004 else "scorm12",
        launch=parts[0].href,
        title=_first_text(chosen, "title"),
        parts=parts,
        findings=findings + tuple(_page_findings(package)),
    )


def _scorm_parts(package: Package, organisation: Element, resources: dict[str, Element]) -> Iterator[Part]:
    for item in _all(organisation, "item"):
        resource = resources.get(_attribute(item, "identifierref"))
        if resource is None:
            continue
        href = posixpath.join(_base(organisation), _base(resource), _attribute(resource, "href")) + _attribute(
            item, "parameters"
        )
        _must_have(package, href)
        passing = next((one.text for one in item if _local(one) == "masteryscore"), None)
        yield Part(
            id=_attribute(item, "identifier"),
            title=_first_text(item, "title"),
            href=href,
            passing=_hundredth(passing) if passing else None,
        )


def _base(element: Element) -> str:
    return _attribute(element, "base")


def _between(text: str) -> float | None:
    """A number between 0 and 1; None if it is not a number."""
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return None


def _hundredth(text: str) -> float | None:
    try:
        return min(1.0, max(0.0, float(text) / 100))
    except ValueError:
        return None


def _must_have(package: Package, href: str) -> None:
    path = unquote(urlsplit(href).path)
    if path not in package.paths:
        raise BadPackage(f"Пакет ссылается на файл «{path}», но в архиве его нет.")


def _h5p(package: Package) -> Passport:
    told = package.json("h5p.json")
    if not isinstance(told, dict) or not told.get("mainLibrary"):
        raise BadPackage("В h5p.json не названа основная библиотека (mainLibrary).")
    if "content/content.json" not in package.paths:
        raise BadPackage("В пакете H5P нет файла content/content.json.")
    package.json("content/content.json")
    for needed in told.get("preloadedDependencies", []):
        name = f"{needed.get('machineName')}-{needed.get('majorVersion')}.{needed.get('minorVersion')}"
        if (
            f"{name}/library.json" not in package.paths
            and f"{needed.get('machineName')}/library.json" not in package.paths
        ):
            raise BadPackage(f"В пакете H5P нет библиотеки {name}. Выгрузите его вместе с библиотеками.")
    return Passport(format="h5p", launch="h5p.json", title=str(told.get("title", ""))[:200])


def _cmi5(package: Package) -> Passport:
    course = package.xml("cmi5.xml")
    parts = []
    for unit in course.iter(f"{CMI5}au"):
        address = (unit.findtext(f"{CMI5}url") or "").strip()
        if urlsplit(address).scheme:
            raise BadPackage("Разделы cmi5 должны лежать в самом пакете: внешние адреса не открываются.")
        _must_have(package, address)
        score = unit.get("masteryScore")
        title = (unit.findtext(f"{CMI5}title/{CMI5}langstring") or "").strip()
        parts.append(
            Part(
                id=unit.get("id", ""),
                title=title,
                href=address,
                passing=_between(score) if score else None,
                move_on=unit.get("moveOn", "NotApplicable"),
                parameters=(unit.findtext(f"{CMI5}launchParameters") or "").strip(),
            )
        )
    if not parts:
        raise BadPackage("В cmi5.xml нет ни одного раздела (au).")
    title = (course.findtext(f"{CMI5}course/{CMI5}title/{CMI5}langstring") or "").strip()
    return Passport(
        format="cmi5", launch=parts[0].href, title=title, parts=tuple(parts), findings=tuple(_page_findings(package))
    )


def _epub(package: Package) -> Passport:
    container = package.xml("META-INF/container.xml")
    root = next((_attribute(one, "full-path") for one in _all(container, "rootfile")), "")
    if root not in package.paths:
        raise BadPackage("В EPUB нет файла с описанием книги.")
    if "META-INF/encryption.xml" in package.paths:
        raise BadPackage("EPUB защищён от копирования. Отправьте книгу без защиты.")
    described = package.xml(root)
    return Passport(format="epub", launch=root, title=_first_text(described, "title"))


def _hls(package: Package, playlists: list[str]) -> Passport:
    main = next((path for path in playlists if "#EXT-X-STREAM-INF" in package.text(path)), playlists[0])
    for path in playlists:
        for line in package.text(path).splitlines():
            if line.strip() and not line.startswith("#"):
                _must_have(package, posixpath.normpath(posixpath.join(posixpath.dirname(path), line.strip())))
    return Passport(format="video", launch=main, findings=_subtitles(package))


def _subtitles(package: Package) -> tuple[Finding, ...]:
    if any(path.endswith(".vtt") for path in package.paths):
        return ()
    return (Finding("subtitles", "У видео нет субтитров (.vtt): ученики, которые не слышат, его не поймут."),)


def _html(package: Package) -> Passport:
    starts = [path for path in package.paths if path.rpartition("/")[2].lower() in ("index.html", "index.htm")]
    if not starts:
        raise BadPackage(
            "В архиве нет ни index.html, ни описания SCORM, H5P, cmi5 или EPUB: непонятно, что открывать первым."
        )
    launch = min(starts, key=lambda path: (path.count("/"), path))
    return Passport(format="html", launch=launch, findings=tuple(_page_findings(package)))


def _page_findings(package: Package) -> Iterator[Finding]:
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
                if target not in package.paths and not any(one.startswith(target + "/") for one in package.paths):
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
