"""What surrounds every page: who you are, where you may go, how it looks."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from myschool.config.sections import own_sections, sections_of
from myschool.kernel.looks import appearance
from myschool.kernel.sections import Section


class MenuItem(NamedTuple):
    """A section in the menu; `counter` is a door that tells, of its own, how much is new there."""

    title: str
    url: str
    icon: str
    current: bool = False
    counter: str = ""


def menu_of(sections: tuple[Section, ...], path: str) -> tuple[MenuItem, ...]:
    """A menu as it stands on the page of this path: the longest address that begins the path is the current one."""
    here = ""
    for section in sections:
        url = section.url
        if len(url) > len(here) and (path.startswith(url) if url != "/" else path == "/"):
            here = url
    return _menu(sections, here)


@lru_cache(maxsize=200)
def _menu(sections: tuple[Section, ...], here: str) -> tuple[MenuItem, ...]:
    return tuple(
        MenuItem(
            title=section.title,
            url=section.url,
            icon=section.icon,
            current=section.url == here,
            counter=section.counter,
        )
        for section in sections
    )


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "menu": menu_of(sections_of(actor.role), request.path) if actor else (),
        "own_menu": menu_of(own_sections(), request.path) if actor else (),
        "look": appearance(request),
        "live_url": settings.LIVE_URL if actor else "",
        "live_since": str(int(request.asked_at.timestamp() * 1000)) if actor else "",  # type: ignore[attr-defined] # by Actors
        "support": settings.SUPPORT,
        # As text: a template takes longer to write a number than all the rest of this.
        "session_seconds": str(request.found.seconds_if_touched or "") if actor else "",  # type: ignore[attr-defined] # set by Actors
    }
