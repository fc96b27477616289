"""Answering harvesters (OAI-PMH 2.0): which verb, which records, how written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from django.conf import settings

from myschool.library.queries import harvesting as queries
from myschool.library.rules import harvesting as rules
from myschool.library.rules.metadata import FORMATS, XSI

BASE = f"{settings.SITE_URL}/oai/"
FAR_PAST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def answered(asked: Mapping[str, list[str]], at: datetime) -> bytes:
    """The answer to a question; a faulty one is answered too, as the protocol wants."""
    try:
        arguments = rules.check(asked)
        fill = FILLS[arguments["verb"]]
        # Found before anything is written: an error takes the place of the whole list.
        write = fill(arguments)
    except rules.Faulty as fault:
        return rules.error(BASE, fault, at)
    return rules.answer(BASE, arguments, at, write)


def _identify(_: Mapping[str, str]) -> Any:
    first = queries.earliest() or FAR_PAST

    def write(root: Element) -> None:
        element = rules.element(root, "Identify")
        for name, value in (
            ("repositoryName", "Моя школа: библиотека"),
            ("baseURL", BASE),
            ("protocolVersion", "2.0"),
            ("adminEmail", settings.OAI_CONTACT),
            ("earliestDatestamp", rules.in_words(first)),
            ("deletedRecord", "persistent"),
            ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ):
            rules.element(element, name, value)
        described = SubElement(rules.element(element, "description"), f"{{{rules.IDENTIFIER}}}oai-identifier")
        described.set(f"{{{XSI}}}schemaLocation", f"{rules.IDENTIFIER} {rules.IDENTIFIER}.xsd")
        parts = queries.identifier_of(1).split(":")
        for name, value in (
            ("scheme", "oai"),
            ("repositoryIdentifier", parts[1]),
            ("delimiter", ":"),
            ("sampleIdentifier", ":".join(parts)),
        ):
            SubElement(described, f"{{{rules.IDENTIFIER}}}{name}").text = value

    return write


def _formats(given: Mapping[str, str]) -> Any:
    if "identifier" in given:
        _one(given["identifier"])
    return rules.formats


def _sets(given: Mapping[str, str]) -> Any:
    if "resumptionToken" in given:
        raise rules.Faulty("badResumptionToken", "Наборы отдаются целиком.")

    def write(root: Element) -> None:
        listed = rules.element(root, "ListSets")
        for code, title in queries.subjects():
            element = rules.element(listed, "set")
            rules.element(element, "setSpec", f"{rules.SET}:{code}")
            rules.element(element, "setName", title)

    return write


def _one(identifier: str) -> queries.Harvested:
    record = queries.one(identifier)
    if record is None:
        raise rules.Faulty("idDoesNotExist", "Такого материала в каталоге нет.")
    return record


def _record(given: Mapping[str, str]) -> Any:
    wanted, record = rules.wanted(given), _one(given["identifier"])

    def write(root: Element) -> None:
        _write(rules.element(root, "GetRecord"), record, wanted.prefix)

    return write


def _list(given: Mapping[str, str]) -> Any:
    if "resumptionToken" in given:
        wanted, after = queries.going_on(given["resumptionToken"])
        batch = queries.batch(wanted, after)
    else:
        wanted, after = rules.wanted(given), None
        batch = queries.batch(wanted)
    if not batch.records:
        raise rules.Faulty("noRecordsMatch", "Таких материалов нет.")

    def write(root: Element) -> None:
        listed = rules.element(root, given["verb"])
        for record in batch.records:
            if given["verb"] == "ListRecords":
                _write(listed, record, wanted.prefix)
            else:
                _head(listed, record)
        if batch.token or after:
            rules.element(listed, "resumptionToken", batch.token)

    return write


def _head(parent: Element, one: queries.Harvested) -> None:
    head = rules.element(parent, "header", **({} if one.described else {"status": "deleted"}))
    rules.element(head, "identifier", one.identifier)
    rules.element(head, "datestamp", rules.in_words(one.changed_at))
    if one.subject:
        rules.element(head, "setSpec", f"{rules.SET}:{one.subject}")


def _write(parent: Element, one: queries.Harvested, prefix: str) -> None:
    record = rules.element(parent, "record")
    _head(record, one)
    if one.described:
        rules.element(record, "metadata").append(FORMATS[prefix](one.described))


FILLS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}
