"""A material described for other catalogues: Dublin Core, and LOM (IEEE 1484.12.1, XML by 1484.12.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace

DC, OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"
LOM = "http://ltsc.ieee.org/xsd/LOM"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMAS = {
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", OAI_DC),
    "lom": ("http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd", LOM),
}
for _prefix, _namespace in (("dc", DC), ("oai_dc", OAI_DC), ("lom", LOM), ("xsi", XSI)):
    register_namespace(_prefix, _namespace)
# LOM's own words for what a material is for.
LEARNING = {
    "lesson": "lecture",
    "video": "lecture",
    "text": "narrative text",
    "trainer": "simulation",
    "task": "problem statement",
    "quiz": "exam",
    "lab": "experiment",
    "book": "narrative text",
}
LICENCES = {
    "cc_by": "https://creativecommons.org/licenses/by/4.0/",
    "cc_by_sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc_by_nc": "https://creativecommons.org/licenses/by-nc/4.0/",
    "public": "https://creativecommons.org/publicdomain/mark/1.0/",
}
# Pupils of the first level are six or seven.
YOUNGER_BY = 6


@dataclass(frozen=True, kw_only=True)
class Described:
    """A material as others need to know it; `address` is its page, `media` its media type, `dcmi` its type by DCMI."""

    address: str
    title: str
    annotation: str
    subject: str
    topic: str
    from_level: int
    to_level: int
    kind: str
    kind_title: str
    media: str
    dcmi: str
    licence: str
    licence_title: str
    language: str
    minutes: int | None
    publisher: str
    published_at: datetime


def dublin_core(told: Described) -> Element:
    """The fifteen elements, as OAI-PMH wants them."""
    root = Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {SCHEMAS['oai_dc'][0]}"})
    values = [
        ("title", told.title),
        ("publisher", told.publisher),
        ("subject", told.subject),
        ("subject", told.topic),
        ("description", told.annotation),
        ("type", told.dcmi),
        ("type", told.kind_title),
        ("format", told.media),
        ("identifier", told.address),
        ("language", told.language),
        ("date", told.published_at.date().isoformat()),
        ("rights", LICENCES.get(told.licence, told.licence_title)),
        ("coverage", levels(told)),
    ]
    for name, value in values:
        if value:
            SubElement(root, f"{{{DC}}}{name}").text = value
    return root


def levels(told: Described) -> str:
    """«5–6 класс»."""
    many = f"{told.from_level}–{told.to_level}" if told.to_level > told.from_level else str(told.from_level)
    return f"{many} класс"


def lom(told: Described) -> Element:
    """Learning Object Metadata."""
    root = Element(f"{{{LOM}}}lom", {f"{{{XSI}}}schemaLocation": f"{LOM} {SCHEMAS['lom'][0]}"})
    add, words = _adder(), _words(told.language)
    general = add(root, "general")
    identifier = add(general, "identifier")
    add(identifier, "catalog", "URI")
    add(identifier, "entry", told.address)
    words(add(general, "title"), told.title)
    add(general, "language", told.language)
    if told.annotation:
        words(add(general, "description"), told.annotation)
    for keyword in filter(None, (told.subject, told.topic)):
        words(add(general, "keyword"), keyword)
    life = add(root, "lifeCycle")
    contribute = add(life, "contribute")
    _said(add, add(contribute, "role"), "publisher")
    add(contribute, "entity", f"BEGIN:VCARD\nVERSION:3.0\nFN:{told.publisher}\nORG:{told.publisher}\nEND:VCARD")
    add(add(contribute, "date"), "dateTime", told.published_at.date().isoformat())
    technical = add(root, "technical")
    add(technical, "format", told.media)
    add(technical, "location", told.address)
    educational = add(root, "educational")
    _said(add, add(educational, "learningResourceType"), LEARNING.get(told.kind, "exercise"))
    _said(add, add(educational, "context"), "school")
    words(add(educational, "typicalAgeRange"), f"{told.from_level + YOUNGER_BY}-{told.to_level + YOUNGER_BY}")
    if told.minutes:
        add(add(educational, "typicalLearningTime"), "duration", f"PT{told.minutes}M")
    rights = add(root, "rights")
    _said(add, add(rights, "copyrightAndOtherRestrictions"), "no" if told.licence == "public" else "yes")
    words(add(rights, "description"), LICENCES.get(told.licence, told.licence_title))
    return root


def _adder() -> Callable[..., Element]:
    def add(parent: Element, name: str, text: str = "") -> Element:
        node = SubElement(parent, f"{{{LOM}}}{name}")
        node.text = text or None
        return node

    return add


def _words(language: str) -> Callable[[Element, str], None]:
    def words(parent: Element, text: str) -> None:
        SubElement(parent, f"{{{LOM}}}string", {"language": language}).text = text

    return words


def _said(add: Callable[..., Element], parent: Element, value: str) -> None:
    add(parent, "source", "LOMv1.0")
    add(parent, "value", value)


FORMATS: dict[str, Callable[[Described], Element]] = {"oai_dc": dublin_core, "lom": lom}
