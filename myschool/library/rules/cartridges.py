"""IMS Common Cartridge 1.3: the manifest of one that we make, and what one from elsewhere holds (1.0 to 1.3)."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from myschool.library.rules.packages import BadPackage, Package

MANIFEST = "imsmanifest.xml"
CC, LOM = ("http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1", "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest")
LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
MOST_ITEMS = 200
# What others put into cartridges and we do not take yet, and how to say so.
NOT_TAKEN = {
    "imsqti": "тест (QTI)",
    "imsdt": "обсуждение",
    "imswl": "ссылка на другой сайт",
    "imsbasiclti": "внешний тренажёр",
    "assignment": "задание другой системы",
    "associatedcontent": "служебный файл",
}


@dataclass(frozen=True)
class Resource:
    """Something in a cartridge: its files, of which `launch` is opened first; or an address elsewhere."""

    title: str
    launch: str
    paths: tuple[str, ...]
    address: str = ""


@dataclass(frozen=True)
class Content:
    """What is taken from a cartridge, and what is not: titles with the reason."""

    taken: list[Resource]
    left: list[tuple[str, str]]


def manifest_of(identifier: str, title: str, resources: Sequence[Resource]) -> bytes:
    """The manifest of a cartridge with these resources, one after another."""
    root = Element(f"{{{CC}}}manifest", {"identifier": identifier})
    metadata = _add(root, "metadata")
    _add(metadata, "schema", "IMS Common Cartridge")
    _add(metadata, "schemaversion", "1.3.0")
    general = SubElement(SubElement(metadata, f"{{{LOM}}}lom"), f"{{{LOM}}}general")
    SubElement(SubElement(general, f"{{{LOM}}}title"), f"{{{LOM}}}string", {"language": "ru"}).text = title
    organisation = _add(_add(root, "organizations"), "organization", identifier="O1", structure="rooted-hierarchy")
    top = _add(organisation, "item", identifier="I0")
    listed = _add(root, "resources")
    for number, entry in enumerate(resources, 1):
        item = _add(top, "item", identifier=f"I{number}", identifierref=f"R{number}")
        _add(item, "title", entry.title)
        if entry.address:
            resource = _add(listed, "resource", identifier=f"R{number}", type="imswl_xmlv1p3")
        else:
            resource = _add(listed, "resource", identifier=f"R{number}", type="webcontent", href=entry.launch)
        for path in entry.paths:
            _add(resource, "file", href=path)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Element, name: str, text: str = "", **marks: str) -> Element:
    element = SubElement(parent, f"{{{CC}}}{name}", marks)
    element.text = text or None
    return element


def link_of(title: str, address: str) -> bytes:
    """A link to another site as a cartridge has it."""
    root = Element(f"{{{LINK}}}webLink")
    SubElement(root, f"{{{LINK}}}title").text = title
    SubElement(root, f"{{{LINK}}}url", {"href": address, "target": "_blank"})
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def content_of(package: Package) -> Content:
    """What a cartridge holds, in the order of its organisation.

    Raises:
        BadPackage: it is not a cartridge, or its manifest cannot be read.
    """
    if MANIFEST not in package.paths:
        raise BadPackage("В архиве нет imsmanifest.xml: это не картридж Common Cartridge.")
    root = package.xml(MANIFEST)
    if not any("Common Cartridge" in (element.text or "") for element in _all(root, "schema")):
        raise BadPackage("Это не Common Cartridge. Пакет SCORM добавьте как новый материал.")
    resources = {element.get("identifier", ""): element for element in _all(root, "resource")}
    contents, left = [], []
    for title, reference in _items(root):
        resource = resources.get(reference)
        kind = resource.get("type", "") if resource is not None else ""
        refused = next((words for mark, words in NOT_TAKEN.items() if kind.startswith(mark)), "")
        if resource is None or refused or not kind.startswith("webcontent"):
            left.append((title, refused or "неизвестный вид содержания"))
            continue
        content = _resource(title, resource, resources)
        if content.launch not in package.paths or not set(content.paths) <= package.paths:
            left.append((title, "в архиве нет его файла"))
        else:
            contents.append(content)
    if len(contents) > MOST_ITEMS:
        raise BadPackage(f"В картридже больше {MOST_ITEMS} материалов. Разделите его на части.")
    return Content(contents, left)


def _all(element: Element, name: str) -> Iterator[Element]:
    return (node for node in element.iter() if node.tag.rpartition("}")[2] == name)


def _items(root: Element) -> Iterator[tuple[str, str]]:
    """Titles and what they refer to, from the top down."""
    for item in _all(root, "item"):
        if reference := item.get("identifierref"):
            title = next((node.text for node in item if node.tag.rpartition("}")[2] == "title" and node.text), "")
            yield " ".join(str(title).split())[:200] or "Без названия", reference


def _resource(title: str, resource: Element, known: dict[str, Element]) -> Resource:
    own = [resource, *(known[entry] for entry in _needed(resource, known))]
    files = [_path(entry.get("href", "")) for element in own for entry in _all(element, "file")]
    launch = _path(resource.get("href", "")) or (files[0] if files else "")
    return Resource(title, launch, tuple(dict.fromkeys(filter(None, [launch, *files]))))


def _needed(resource: Element, known: dict[str, Element]) -> list[str]:
    """What a resource depends on, also through others."""
    references: dict[str, None] = {}
    waiting = [resource]
    while waiting:
        for dependency in _all(waiting.pop(), "dependency"):
            reference = dependency.get("identifierref", "")
            if reference in known and reference not in references:
                references[reference] = None
                waiting.append(known[reference])
    return list(references)


def _path(href: str) -> str:
    path = posixpath.normpath(unquote(urlsplit(href).path)) if href else ""
    return "" if path.startswith(("/", "..")) or path == "." else path
