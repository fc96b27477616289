"""What the manifest of a SCORM package says, of either generation."""

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from myschool.library.rules.packages import (
    BadPackage,
    Finding,
    Package,
    Part,
    Passport,
    attribute,
    elements,
    first_text,
    local_name,
    must_have,
    page_findings,
)

MANIFEST = "imsmanifest.xml"


def passport_of(package: Package, *, code: str, is_2004: bool) -> Passport | None:
    """What a manifest says, if it is of this generation; None if it is of the other.

    Raises:
        BadPackage: it names nothing to open, or what is not there.
    """
    manifest = package.xml(MANIFEST)
    version = first_text(manifest, "schemaversion")
    is_newer = "adlcp_v1p3" in str([node.tag + str(node.attrib) for node in manifest.iter()]) or version.startswith(
        ("CAM", "2004")
    )
    if is_newer != is_2004:
        return None
    resources = {attribute(node, "identifier"): node for node in elements(manifest, "resource")}
    organisations = list(elements(manifest, "organization"))
    if not organisations:
        raise BadPackage(
            "В пакете SCORM нет организации (organization): непонятно, что открывать первым. Выгрузите пакет из редактора заново."
        )
    default = attribute(next(elements(manifest, "organizations")), "default")
    chosen = next((node for node in organisations if attribute(node, "identifier") == default), organisations[0])
    parts = tuple(_parts(package, chosen, resources))
    if not parts:
        raise BadPackage("В организации пакета SCORM нет ни одного раздела с файлом.")
    rules = any(
        True for name in ("sequencingRules", "preConditionRule", "prerequisites") for _ in elements(chosen, name)
    )
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
        format=code,
        launch=parts[0].href,
        title=first_text(chosen, "title"),
        parts=parts,
        findings=findings + tuple(page_findings(package)),
    )


def _parts(package: Package, organisation: Element, resources: dict[str, Element]) -> Iterator[Part]:
    for item in elements(organisation, "item"):
        resource = resources.get(attribute(item, "identifierref"))
        if resource is None:
            continue
        href = posixpath.join(_base(organisation), _base(resource), attribute(resource, "href")) + attribute(
            item, "parameters"
        )
        must_have(package, href)
        passing = next((node.text for node in item if local_name(node) == "masteryscore"), None)
        yield Part(
            id=attribute(item, "identifier"),
            title=first_text(item, "title"),
            href=href,
            passing=_hundredth(passing) if passing else None,
        )


def _base(element: Element) -> str:
    return attribute(element, "base")


def _hundredth(text: str) -> float | None:
    try:
        return min(1.0, max(0.0, float(text) / 100))
    except ValueError:
        return None
