"""Long lists of pages that are opened all day, by the engine that compiles its templates: Jinja2.

Django's own walks a tree of nodes, five microseconds each, and a week of the diary has six hundred. Everything else is a
template of Django's: a page, its frame and its forms are written once, and such a list is a fragment of them. These
templates lie beside the others and are called `….jinja.html`.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(template: str, **values: Any) -> SafeString:
    """The fragment, with all that it says of these values escaped.

    Raises:
        jinja2.UndefinedError: the fragment names something that is not there.
    """
    return mark_safe(_environment().get_template(template).render(values))  # noqa: S308 - escaped by the engine


@cache
def _environment() -> Environment:
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs()]
    return Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, auto_reload=False)
