"""What surrounds every page: who you are, where you may go, how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from myschool.config.sections import own_sections, sections_of
from myschool.kernel.looks import looked
from myschool.kernel.sections import Section


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A section in the menu; `counter` is a door that tells, of its own, how much is new there."""

    title: str
    url: str
    icon: str
    current: bool = False
    count: int = 0
    counter: str = ""


def menu_of(sections: Sequence[Section], path: str) -> list[MenuItem]:
    """These sections on a page; the longest address that begins the path is the current one."""
    matching = [one.url for one in sections if (path.startswith(one.url) if one.url != "/" else path == "/")]
    here = max(matching, key=len, default="")
    return [
        MenuItem(title=one.title, url=one.url, icon=one.icon, current=one.url == here, counter=one.counter)
        for one in sections
    ]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    actor = getattr(request, "actor", None)
    look = looked(request)
    return {
        "actor": actor,
        "menu": menu_of(sections_of(actor.role), request.path) if actor else [],
        "own_menu": menu_of(own_sections(), request.path) if actor else [],
        "look": {"theme": look["theme"], "contrast": look["contrast"] == "on"},
        "live_url": settings.LIVE_URL if actor else "",
        "live_since": int(request.asked_at.timestamp() * 1000) if actor else 0,  # type: ignore[attr-defined] # by Actors
        "support": settings.SUPPORT,
        "session_seconds": request.found.seconds_if_touched if actor else 0,  # type: ignore[attr-defined] # set by Actors
    }
