"""Tags that name files of the built front end, whose names change with their content."""

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypedDict, cast

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.base import FilterExpression, Parser, Token
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


@dataclass(frozen=True, eq=False)
class Build:
    """The built front end: its files by the names templates use, and every drawing ready to be shown."""

    files: dict[str, Chunk]
    icons: dict[str, SafeString]

    def address(self, name: str) -> str:
        """Address of a file of the build."""
        return f"{settings.STATIC_URL}{self.chunk(name)['file']}"

    def chunk(self, name: str) -> Chunk:
        """The manifest's entry of this name."""
        try:
            return self.files[name]
        except KeyError:
            raise FrontendNotBuilt(f"The front end has no “{name}”. Build again: {BUILD}") from None


@register.simple_tag
def asset(name: str) -> SafeString:
    """Link and script tags of an entry: `{% asset "main" %}`.

    Raises:
        FrontendNotBuilt: the build is absent or has no such entry.
    """
    built = build()
    entry = built.chunk(f"{name}.ts")
    styles = [(f"{settings.STATIC_URL}{file}",) for file in entry.get("css", [])]
    imported = [(built.address(key),) for key in entry.get("imports", [])]
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', styles),
        format_html_join("", '<link rel="modulepreload" href="{}">', imported),
        built.address(f"{name}.ts"),
    )


@register.simple_tag
def asset_url(name: str) -> str:
    """Address of a single file: `{% asset_url "mark.svg" %}`.

    Raises:
        FrontendNotBuilt: the build is absent or has no such file.
    """
    return build().address(name)


class Icon(template.Node):
    """A page has twenty drawings and more: this node does nothing but look one up."""

    def __init__(self, name: FilterExpression) -> None:
        self.name = name
        # What stands in quotes is known beforehand.
        self.known = name.var if not name.filters and isinstance(name.var, str) else None

    def render(self, context: template.Context) -> SafeString:
        """The drawing's markup."""
        name = self.known or self.name.resolve(context)
        try:
            return build().icons[name]
        except KeyError:
            raise FrontendNotBuilt(f"The sprite has no icon “{name}”. Build again: {BUILD}") from None


@register.tag
def icon(parser: Parser, token: Token) -> Icon:
    """A drawing that says nothing by itself, `{% icon "bell" %}`: the words beside it carry the meaning.

    Raises:
        FrontendNotBuilt: the build is absent, or has not seen this icon's name in any template.
    """
    _, name = token.split_contents()
    return Icon(parser.compile_filter(name))


BUILD = "python frontend/npm.py ci && python frontend/npm.py run build"


def build() -> Build:
    """The build as it is now: a new one is another object.

    Raises:
        FrontendNotBuilt: there is none.
    """
    folder: Path = settings.FRONTEND_DIST
    try:
        # A page names twenty icons, and pathlib would take longer over each than the rest of the tag.
        built = os.stat(f"{folder}/manifest.json").st_mtime_ns  # noqa: PTH116
    except FileNotFoundError:
        raise FrontendNotBuilt(f"The front end is not built: there is no {folder}. Run: {BUILD}") from None
    return _read(folder, built)


@lru_cache(maxsize=1)
def _read(folder: Path, built: int) -> Build:
    # `built` is part of the key: a new build is seen without a restart.
    read = Build(cast(dict[str, Chunk], json.loads((folder / "manifest.json").read_text("utf-8"))), {})
    sprite = read.chunk("icons.svg")["file"]
    for name in re.findall(r'<symbol id="([^"]+)"', (folder / sprite).read_text("utf-8")):
        read.icons[name] = format_html(
            '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', read.address("icons.svg"), name
        )
    return read
