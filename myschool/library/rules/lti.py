"""LTI 1.3 Advantage: names of claims and what a launch says, what a score means (1EdTech core, DL, AGS and NRPS 2.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from myschool.kernel.domains import UnfitAddress, web_on_the_wire

CLAIM, LINKING = "https://purl.imsglobal.org/spec/lti/claim/", "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES, NAMES = "https://purl.imsglobal.org/spec/lti-ags/", "https://purl.imsglobal.org/spec/lti-nrps/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
VERSION = "1.3.0"
LASTS = timedelta(minutes=5)
READ_ITEMS = GRADES + "scope/lineitem.readonly"
READ_RESULTS = GRADES + "scope/result.readonly"
SCORE = GRADES + "scope/score"
READ_NAMES = NAMES + "scope/contextmembership.readonly"
SCOPES = (READ_ITEMS, READ_RESULTS, SCORE, READ_NAMES)
TOP_SCORE = 100
MOST_ITEMS = 20
DONE = frozenset({"Completed", "Submitted"})
ACTIVITY = frozenset({"Initialized", "Started", "InProgress"}) | DONE
GRADING = frozenset({"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"})


class WrongMessage(ValueError):
    """What a tool sent is not as LTI says; the message is for its makers."""


@dataclass(frozen=True)
class Link:
    """What is opened: a material of the library by its id, title, address at the tool and parameters."""

    id: str
    title: str
    url: str
    custom: Mapping[str, str]


@dataclass(frozen=True)
class Platform:
    """Us, as a launch says it."""

    issuer: str
    guid: str


@dataclass(frozen=True)
class Item:
    """What a supplier has chosen in the tool."""

    title: str
    url: str
    custom: dict[str, str]


@dataclass(frozen=True)
class Score:
    """What a tool says of a student: 0–1, None while nobody has judged it."""

    subject: str
    scaled: float | None
    is_done: bool
    at: datetime


def envelope(platform: Platform, client_id: str, subject: str, nonce: str, at: datetime) -> dict[str, Any]:
    """What every message begins with."""
    return {
        "iss": platform.issuer,
        "aud": client_id,
        "azp": client_id,
        "sub": subject,
        "nonce": nonce,
        "iat": int(at.timestamp()),
        "exp": int((at + LASTS).timestamp()),
        CLAIM + "version": VERSION,
        CLAIM + "deployment_id": client_id,
        CLAIM + "tool_platform": {"guid": platform.guid, "name": "Моя школа", "product_family_code": "myschool"},
    }


def launch_claims(link: Link, role: str, place: tuple[int, str] | None, return_url: str, issuer: str) -> dict[str, Any]:
    """A resource is opened by somebody of this role; `place` is the class of a student, its id and title."""
    claims = {
        CLAIM + "message_type": "LtiResourceLinkRequest",
        CLAIM + "target_link_uri": link.url,
        CLAIM + "resource_link": {"id": link.id, "title": link.title},
        CLAIM + "roles": [MEMBERSHIP + role],
        CLAIM + "custom": dict(link.custom),
        CLAIM + "launch_presentation": {"document_target": "window", "return_url": return_url, "locale": "ru"},
        GRADES + "claim/endpoint": {
            "scope": [READ_ITEMS, READ_RESULTS, SCORE],
            "lineitems": f"{issuer}/lti/lineitems",
            "lineitem": f"{issuer}/lti/lineitems/{link.id}",
        },
    }
    if place:
        number, title = place
        claims[CLAIM + "context"] = {
            "id": f"class-{number}",
            "title": title,
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
        }
        claims[NAMES + "claim/namesroleservice"] = {
            "context_memberships_url": f"{issuer}/lti/classes/{number}/members",
            "service_versions": ["2.0"],
        }
    return claims


def linking_claims(target: str, return_url: str, state: str) -> dict[str, Any]:
    """A supplier goes to the tool to choose what shall be materials."""
    return {
        CLAIM + "message_type": "LtiDeepLinkingRequest",
        CLAIM + "target_link_uri": target,
        CLAIM + "roles": [MEMBERSHIP + "ContentDeveloper"],
        LINKING + "deep_linking_settings": {
            "deep_link_return_url": return_url,
            "accept_types": ["ltiResourceLink"],
            "accept_multiple": True,
            "accept_presentation_document_targets": ["window"],
            "auto_create": False,
            "data": state,
        },
    }


def items_of(claims: Mapping[str, Any], client_id: str) -> list[Item]:
    """What was chosen, from the tool's answer.

    Raises:
        WrongMessage: it is not an answer to us, or names something that we do not open.
    """
    if claims.get(CLAIM + "message_type") != "LtiDeepLinkingResponse" or claims.get(CLAIM + "version") != VERSION:
        raise WrongMessage("это не ответ с выбранным содержанием")
    if claims.get(CLAIM + "deployment_id") != client_id:
        raise WrongMessage("другой deployment_id")
    content_items = claims.get(LINKING + "content_items", [])
    if not isinstance(content_items, list) or len(content_items) > MOST_ITEMS:
        raise WrongMessage(f"content_items — список, не больше {MOST_ITEMS}")
    return [_item(content_item) for content_item in content_items]


def _item(told: Any) -> Item:
    if not isinstance(told, dict) or told.get("type") != "ltiResourceLink":
        raise WrongMessage("открываются только ltiResourceLink")
    title, url, custom = told.get("title") or "Без названия", told.get("url", ""), told.get("custom") or {}
    right = isinstance(title, str) and isinstance(url, str) and isinstance(custom, dict)
    try:
        url = web_on_the_wire(url) if right else ""
    except UnfitAddress:
        raise WrongMessage("адрес не читается") from None
    if not right or len(url) > 500 or len(custom) > 20 or "\0" in f"{title}{url}{custom}":
        raise WrongMessage("название, адрес или параметры не читаются")
    if not all(isinstance(value, str) and len(str(name) + value) < 500 for name, value in custom.items()):
        raise WrongMessage("параметры custom — строки до 500 знаков")
    return Item(title[:200], url, custom)


def score_of(told: Any, moment_of: Any) -> Score:
    """A score that a tool posts.

    Raises:
        WrongMessage: naming what is wrong.
    """
    if not isinstance(told, dict):
        raise WrongMessage("нужен объект JSON")
    at = moment_of(told["timestamp"]) if isinstance(told.get("timestamp"), str) else None
    subject: Any = told.get("userId")
    points: Any = told.get("scoreGiven")
    most: Any = told.get("scoreMaximum")
    if at is None or not isinstance(subject, str):
        raise WrongMessage("нужны timestamp и userId")
    if told.get("activityProgress") not in ACTIVITY or told.get("gradingProgress") not in GRADING:
        raise WrongMessage("activityProgress и gradingProgress — по словарю AGS")
    if points is None:
        return Score(subject, None, told["activityProgress"] in DONE, at)
    if not _is_number(points) or not _is_number(most) or most <= 0 or points < 0:
        raise WrongMessage("scoreGiven от нуля, scoreMaximum больше нуля")
    is_judged = told["gradingProgress"] == "FullyGraded"
    return Score(subject, min(1.0, points / most) if is_judged else None, told["activityProgress"] in DONE, at)


def _is_number(told: Any) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool)


def address_fits(url: str, *, may_be_plain: bool) -> bool:
    """Whether an address may be a tool's: https, or http of this very machine where that is allowed."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it raises for a wrong one
    except ValueError:
        return False
    if not parts.hostname or parts.username or any(sign.isspace() or sign in "\"'<>;," for sign in url):
        return False
    is_here = parts.hostname in ("127.0.0.1", "localhost")
    return parts.scheme == "https" or (may_be_plain and is_here and parts.scheme == "http")
