"""OAI-PMH 2.0: what a harvester may ask, and the envelope of every answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from myschool.library.rules.metadata import FORMATS, SCHEMAS, XSI

OAI = "http://www.openarchives.org/OAI/2.0/"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
register_namespace("", OAI)
DAY, MOMENT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SET = "subject"
LISTING = {"from", "until", "set", "resumptionToken", "metadataPrefix"}
# verb → parameters it must have and may have; a token stands instead of all others.
VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, {"identifier", "metadataPrefix"}),
    "ListIdentifiers": ({"metadataPrefix"}, LISTING),
    "ListRecords": ({"metadataPrefix"}, LISTING),
}


class Faulty(ValueError):
    """A question that the protocol does not know; `code` is the protocol's own."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Wanted:
    """What is listed: a format, changed from and until (both included), of a subject."""

    prefix: str
    since: datetime | None = None
    until: datetime | None = None
    subject: str = ""


def check(asked: Mapping[str, list[str]]) -> dict[str, str]:
    """The parameters of a question, each once and each known.

    Raises:
        Faulty: badVerb or badArgument.
    """
    verbs = asked.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise Faulty("badVerb", "Нужен один параметр verb из OAI-PMH 2.0.")
    needed, allowed_names = VERBS[verbs[0]]
    if odd := sorted(asked.keys() - allowed_names - {"verb"}):
        raise Faulty("badArgument", f"У {verbs[0]} нет параметра {odd[0]}.")
    if any(len(values) != 1 for values in asked.values()):
        raise Faulty("badArgument", "Параметр указан дважды.")
    params = {name: values[0] for name, values in asked.items()}
    if "resumptionToken" in params:
        if len(params) > 2:
            raise Faulty("badArgument", "С resumptionToken других параметров не бывает.")
        return params
    if lacking := sorted(needed - params.keys()):
        raise Faulty("badArgument", f"Нужен параметр {lacking[0]}.")
    return params


def wanted(given: Mapping[str, str]) -> Wanted:
    """What is to be listed.

    Raises:
        Faulty: the format, a date or the set is none of ours.
    """
    prefix = given["metadataPrefix"]
    if prefix not in FORMATS:
        raise Faulty("cannotDisseminateFormat", f"Форматы: {', '.join(FORMATS)}.")
    first, last = given.get("from", ""), given.get("until", "")
    if first and last and len(first) != len(last):
        raise Faulty("badArgument", "from и until — с одной точностью.")
    since, until = _moment(first, last=False), _moment(last, last=True)
    if since and until and since > until:
        raise Faulty("badArgument", "from позже, чем until.")
    kind, _, subject = given.get("set", "").partition(":")
    if given.get("set") and (kind != SET or not subject):
        raise Faulty("badArgument", f"Наборы — вида {SET}:код предмета.")
    return Wanted(prefix, since, until, subject)


def _moment(text: str, *, last: bool) -> datetime | None:
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            start = datetime.combine(date.fromisoformat(text), time(), UTC)
            return start + timedelta(days=1, microseconds=-1) if last else start
        if MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment + timedelta(microseconds=999_999) if last else moment
    except ValueError:
        pass
    raise Faulty("badArgument", "Даты — вида 2026-11-27 или 2026-11-27T10:00:00Z.")


def in_words(moment: datetime) -> str:
    """A moment as the protocol writes it: UTC, to a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def element(parent: Element, name: str, text: str = "", **marks: str) -> Element:
    """An element of the protocol."""
    node = SubElement(parent, f"{{{OAI}}}{name}", marks)
    node.text = text or None
    return node


def answer(base: str, given: Mapping[str, str], at: datetime, fill: Callable[[Element], None]) -> bytes:
    """The whole answer to a question."""
    root = Element(f"{{{OAI}}}OAI-PMH", {f"{{{XSI}}}schemaLocation": f"{OAI} {OAI}OAI-PMH.xsd"})
    element(root, "responseDate", in_words(at))
    element(root, "request", base, **given)
    fill(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def error(base: str, fault: Faulty, at: datetime) -> bytes:
    """The answer to a faulty question: the protocol has it with status 200."""
    return answer(base, {}, at, lambda root: void(element(root, "error", str(fault), code=fault.code)))


def void(_: object) -> None:
    """Nothing, of something."""


def formats(root: Element) -> None:
    """The formats."""
    listed = element(root, "ListMetadataFormats")
    for prefix, (schema, namespace) in SCHEMAS.items():
        entry = element(listed, "metadataFormat")
        element(entry, "metadataPrefix", prefix)
        element(entry, "schema", schema)
        element(entry, "metadataNamespace", namespace)
