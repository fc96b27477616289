"""Pages name the built files right, and the frame's fragments say what assistive technology needs."""

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from pytest_django import Settings

from myschool.kernel.looks import Appearance
from myschool.kernel.templatetags.assets import FrontendNotBuilt

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.fixture
def dist(settings: Settings, tmp_path: Path) -> Path:
    """A small build, with the icons that the kernel's own templates name."""
    settings.FRONTEND_DIST = tmp_path
    settings.STATIC_URL = "/static/"
    pages = "".join(page.read_text() for page in TEMPLATES.rglob("*.html"))
    symbols = "".join(f'<symbol id="{name}"/>' for name in re.findall(r'icon "([a-z0-9-]+)"', pages))
    (tmp_path / "icons-a1.svg").write_text(f"<svg>{symbols}</svg>")
    build(tmp_path, script="main-b2.js")
    return tmp_path


def build(dist: Path, *, script: str) -> None:
    manifest = {
        "main.ts": {"file": script, "css": ["main-c3.css"], "imports": ["_shared.js"], "isEntry": True},
        "_shared.js": {"file": "shared-d4.js"},
        "icons.svg": {"file": "icons-a1.svg"},
        "mark.svg": {"file": "mark-e5.svg"},
    }
    (dist / "manifest.json").write_text(json.dumps(manifest))


def shown(source: str, **context: object) -> str:
    return Template("{% load assets %}" + source).render(Context(context))


@pytest.mark.usefixtures("dist")
def test_an_entry_brings_its_styles_its_script_and_what_the_script_imports() -> None:
    assert shown('{% asset "main" %}') == (
        '<link rel="stylesheet" href="/static/main-c3.css">'
        '<link rel="modulepreload" href="/static/shared-d4.js">'
        '<script type="module" src="/static/main-b2.js"></script>'
    )


@pytest.mark.usefixtures("dist")
def test_a_single_file_has_its_hashed_address() -> None:
    assert shown('{% asset_url "mark.svg" %}') == "/static/mark-e5.svg"


@pytest.mark.usefixtures("dist")
def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert shown('{% icon "circle-check" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/icons-a1.svg#circle-check"/></svg>'
    )


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize("source", ['{% asset "nothing" %}', '{% asset_url "no.svg" %}', '{% icon "no-such" %}'])
def test_what_the_build_lacks_is_named(source: str) -> None:
    with pytest.raises(FrontendNotBuilt, match=r"run build"):
        shown(source)


def test_without_a_build_the_error_says_how_to_build(settings: Settings, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path / "absent"
    with pytest.raises(FrontendNotBuilt, match=r"python frontend/npm.py ci"):
        shown('{% asset "main" %}')


def test_a_new_build_is_seen_without_a_restart(dist: Path) -> None:
    shown('{% asset "main" %}')
    build(dist, script="main-f6.js")
    os.utime(dist / "manifest.json", ns=(1, 1))
    assert "main-f6.js" in shown('{% asset "main" %}')


class Request(forms.Form):
    """A form with one control of each layout."""

    inn = forms.CharField(label="ИНН", help_text="10 цифр")
    role = forms.ChoiceField(label="Роль", choices=[("t", "Учитель")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Согласие")
    note = forms.CharField(label="Комментарий", required=False)


@pytest.mark.usefixtures("dist")
def test_a_wrong_field_is_tied_to_its_help_and_its_error() -> None:
    page = str(Request({}))
    control = re.search(r'<input type="text" name="inn"[^>]*>', page)
    assert control
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="id_inn_helptext id_inn_error"' in control[0]
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    assert described
    assert all(f'id="{name}"' in page for names in described for name in names.split())


@pytest.mark.usefixtures("dist")
def test_the_summary_of_errors_leads_to_places_that_exist() -> None:
    page = str(Request({}))
    places = re.findall(r'href="#([^"]+)"', page.split('id="errors"')[1].split("</ul>")[0])
    assert len(places) == 3
    assert all(f'id="{place}"' in page for place in places)
    assert "data-unsaved" in page


@pytest.mark.usefixtures("dist")
def test_a_form_without_errors_has_no_summary_and_marks_what_may_stay_empty() -> None:
    page = str(Request())
    assert "data-unsaved" not in page
    assert page.count("(необязательно)") == 1


@pytest.mark.usefixtures("dist")
def test_an_error_page_needs_nothing_but_its_own_words() -> None:
    fault = SimpleNamespace(title="Ошибка", explanation="Почему", steps=("Шаг",), error_id="AB12")
    page = render_to_string("error.html", {"page": fault})
    assert page.count("<h1>") == 1
    assert "AB12" in page
    assert "csrf-token" not in page


@pytest.mark.usefixtures("dist")
def test_a_refusal_within_a_page_goes_to_the_notices() -> None:
    refusal = SimpleNamespace(title="Не получилось", explanation="<b>", steps=(), error_id="")
    fragment = render_to_string("_error.html", {"page": refusal})
    assert fragment.startswith('<hx-partial hx-target="#notices">')
    assert "&lt;b&gt;" in fragment


class Section(NamedTuple):
    """A section of the menu."""

    title: str
    url: str
    icon: str
    current: bool


@pytest.mark.usefixtures("dist")
def test_the_frame_says_who_acts_and_where() -> None:
    actor = SimpleNamespace(name="Орлова М. П.", role_title="Директор", place_title="Лицей № 14")
    menu = (Section(title="Заявки", url="/desk/", icon="circle-check", current=True),)
    look = Appearance(theme="dark", contrast=True)
    page = render_to_string(
        "base.html", {"page": {"title": "Заявки"}, "actor": actor, "menu": menu, "look": look, "session_seconds": 60}
    )
    assert re.search(r'<html [^>]*data-look-theme="dark"\s+data-look-contrast="on"', page)
    assert re.search(r"Орлова М. П.</b>\s*<span>Директор ·\s+Лицей № 14", page)
    assert re.search(r'href="/desk/"\s+aria-current="page"', page)
    assert '<session-timer seconds="60"' in page


@pytest.mark.parametrize("page", sorted(TEMPLATES.rglob("*.html")), ids=lambda page: page.name)
def test_no_script_or_style_stands_in_a_page(page: Path) -> None:
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", page.read_text())
