"""Tags that name files of the built front end, whose names change with their content."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TypedDict, cast

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


class FrontendNotBuilt(ImproperlyConfigured):
    """The built front end is absent or lacks what a template asks for."""


class Chunk(TypedDict, total=False):
    """An entry of the manifest that the build writes."""

    file: str
    css: list[str]
    imports: list[str]


@register.simple_tag
def asset(name: str) -> SafeString:
    """Link and script tags of an entry: `{% asset "main" %}`.

    Raises:
        FrontendNotBuilt: the build is absent or has no such entry.
    """
    manifest = _manifest()
    entry = _chunk(manifest, f"{name}.ts")
    styles = [(_address(file),) for file in entry.get("css", [])]
    imported = [(_address(_chunk(manifest, key)["file"]),) for key in entry.get("imports", [])]
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', styles),
        format_html_join("", '<link rel="modulepreload" href="{}">', imported),
        _address(entry["file"]),
    )


@register.simple_tag
def asset_url(name: str) -> str:
    """Address of a single file: `{% asset_url "mark.svg" %}`.

    Raises:
        FrontendNotBuilt: the build is absent or has no such file.
    """
    return _address(_chunk(_manifest(), name)["file"])


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing that says nothing by itself: the words beside it carry the meaning.

    Raises:
        FrontendNotBuilt: the build is absent, or has not seen this icon's name in any template.
    """
    file = _chunk(_manifest(), "icons.svg")["file"]
    if name not in _names(settings.FRONTEND_DIST / file):
        raise FrontendNotBuilt(f"The sprite has no icon “{name}”. Build again: {BUILD}")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', _address(file), name)


BUILD = "python frontend/npm.py ci && python frontend/npm.py run build"


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def _chunk(manifest: dict[str, Chunk], key: str) -> Chunk:
    try:
        return manifest[key]
    except KeyError:
        raise FrontendNotBuilt(f"The front end has no “{key}”. Build again: {BUILD}") from None


def _manifest() -> dict[str, Chunk]:
    path: Path = settings.FRONTEND_DIST / "manifest.json"
    try:
        built = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise FrontendNotBuilt(f"The front end is not built: there is no {path}. Run: {BUILD}") from None
    return _read(path, built)


@lru_cache(maxsize=1)
def _read(path: Path, built: int) -> dict[str, Chunk]:
    # `built` is part of the key: a new build is seen without a restart.
    return cast(dict[str, Chunk], json.loads(path.read_text("utf-8")))


@lru_cache(maxsize=1)
def _names(sprite: Path) -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read_text("utf-8")))
