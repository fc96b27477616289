"""Courses by cmi5, whose parts run in sessions of their own."""

from urllib.parse import urlsplit

from myschool.library.rules.packages import BadPackage, Format, Package, Part, Passport, must_have, page_findings

MARKER = "cmi5.xml"
CMI5 = "{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}"


def read(package: Package) -> Passport:
    """The parts of a course, as cmi5.xml names them.

    Raises:
        BadPackage: it cannot run.
    """
    course = package.xml(MARKER)
    parts = []
    for unit in course.iter(f"{CMI5}au"):
        address = (unit.findtext(f"{CMI5}url") or "").strip()
        if urlsplit(address).scheme:
            raise BadPackage("Разделы cmi5 должны лежать в самом пакете: внешние адреса не открываются.")
        must_have(package, address)
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
        format=FORMAT.code,
        launch=parts[0].href,
        title=title,
        parts=tuple(parts),
        findings=tuple(page_findings(package)),
    )


def _between(text: str) -> float | None:
    """A number between 0 and 1; None if it is not a number."""
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return None


FORMAT = Format(
    code="cmi5",
    title="cmi5",
    order=100,
    marker=MARKER,
    turn=40,
    reads=read,
    package="cmi5",
    is_judged=True,
    has_sessions=True,
)
