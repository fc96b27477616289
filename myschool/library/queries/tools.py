"""Suppliers' tools as they and we need to see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from myschool.enrolment.access import placements_on
from myschool.kernel.actors import SCHOOL_STAFF, Actor, Role
from myschool.library import access
from myschool.library.models import LtiTool, Material, MaterialVersion, Play, ToolSubject
from myschool.library.rules.lti import TOP_SCORE, Item, Link

ROLES = {Role.STUDENT: "Learner", Role.GUARDIAN: "Mentor", Role.PUBLISHER: "ContentDeveloper"}


@dataclass(frozen=True, kw_only=True)
class ToolLine:
    """A tool for its supplier."""

    id: int
    title: str
    client_id: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class ToolsPage:
    """A supplier's tools, and what each has to know of us: (what, value)."""

    title: str
    tools: list[ToolLine]
    platform: list[tuple[str, str]]


def tools_page(actor: Actor) -> ToolsPage:
    """The supplier's tools, the newest first."""
    lines = [
        ToolLine(id=tool.pk, title=tool.title, client_id=tool.client_id, made_at=tool.made_at, ended_at=tool.ended_at)
        for tool in access.own_tools(actor).order_by("-pk")[:100]
    ]
    site = settings.SITE_URL
    endpoints = [
        ("Платформа (issuer)", site),
        ("Вход (authentication request)", f"{site}/lti/authorize"),
        ("Токены (access token)", f"{site}/lti/token"),
        ("Открытые ключи (JWKS)", f"{site}/lti/keys"),
    ]
    return ToolsPage("Внешние тренажёры", lines, endpoints)


@dataclass(frozen=True)
class ItemsPage:
    """What was chosen in a tool, to be confirmed."""

    title: str
    tool: str
    items: list[Item]


@dataclass(frozen=True)
class MessagePage:
    """A message of ours on its way to a tool through the browser."""

    title: str
    address: str
    fields: list[tuple[str, str]]


def link_of(version: MaterialVersion) -> Link:
    """What a launch of a version opens."""
    return Link(str(version.material_id), version.title, version.launch, version.passport.get("custom", {}))


def role_of(actor: Actor) -> str:
    """The actor's role as LTI calls it."""
    return "Instructor" if actor.role in SCHOOL_STAFF else ROLES.get(actor.role or Role.GUARDIAN, "Mentor")


def place_of(actor: Actor, day: date) -> tuple[int, str] | None:
    """The class of a student on that day, its id and title; nobody else is in one."""
    if actor.role != Role.STUDENT:
        return None
    placement = placements_on(day).select_related("school_class").filter(student=actor.person_id).first()
    school_class = placement.school_class if placement else None
    return (school_class.pk, school_class.title) if school_class else None


def line_item(material: Material) -> dict[str, Any]:
    """A material as a column of a book of scores."""
    latest = MaterialVersion.objects.filter(material=material).order_by("-number").first()
    return {
        "id": f"{settings.SITE_URL}/lti/lineitems/{material.pk}",
        "scoreMaximum": TOP_SCORE,
        "label": latest.title if latest else "",
        "resourceLinkId": str(material.pk),
    }


def materials_of(tool: LtiTool) -> Iterable[Material]:
    """The materials that a tool runs, a thousand at most."""
    return access.materials_of_tool(tool).order_by("pk")[:1000]


def results(tool: LtiTool, material: Material, subject: str) -> list[dict[str, Any]]:
    """What students made of a material, by their numbers at the tool."""
    subjects = ToolSubject.objects.filter(tool=tool)
    if subject:
        subjects = subjects.filter(name=subject)
    names = dict(subjects.values_list("person_id", "name"))
    best: dict[int, Play] = {}
    for play in Play.objects.filter(
        material=material, version__tool=tool, person__in=names, score__isnull=False
    ).order_by("pk"):
        if play.person_id not in best or (play.score or 0) >= (best[play.person_id].score or 0):
            best[play.person_id] = play
    item = f"{settings.SITE_URL}/lti/lineitems/{material.pk}"
    return [
        {
            "id": f"{item}/results/{names[person]}",
            "scoreOf": item,
            "userId": str(names[person]),
            "resultScore": float(play.score or 0) * TOP_SCORE,
            "resultMaximum": TOP_SCORE,
        }
        for person, play in best.items()
    ]


def classmates(tool: LtiTool, class_id: int, day: date) -> tuple[str, list[int]] | None:
    """A class's title and its students on that day, for a tool that one of them has opened; None for any other."""
    placements = placements_on(day).filter(school_class=class_id).select_related("school_class")
    rows = list(placements.order_by("student__sort_key", "student"))
    students = [row.student_id for row in rows]
    if not rows or not Play.objects.filter(person__in=students, version__tool=tool).exists():
        return None
    school_class = rows[0].school_class
    return school_class.title if school_class else "", students
