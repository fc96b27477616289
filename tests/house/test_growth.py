"""Growth has a place: what is added often is one file, which no other file names."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.urls import resolve

import myschool
from myschool.kernel.growth import gather, gather_rooms
from myschool.library.models import MaterialVersion
from myschool.library.rules import formats
from myschool.library.rules.register import FORMATS
from myschool.notices import kinds
from myschool.notices.models import Notice
from myschool.notices.register import KINDS
from myschool.notices.telling import Kind
from tests.house.source import HOUSE, ROOT, Module, example, files, imports, modules, none_of

SECTIONS = [section for offer in gather_rooms(myschool, "menu", "SECTIONS", tuple) for section in offer]
PLAYERS = ROOT / "frontend" / "player"
# Words that mean something else there: what a material is for.
OTHER_MEANINGS = {("myschool.library.models", "video"), ("myschool.library.rules.metadata", "video")}
# Codes that are words of other packages too: «lesson» is a key of many, «pdf» a kind of file. They are looked for in
# their own package only; the rest are looked for everywhere.
WORDS_OF_OTHERS = {
    formats.__name__: {"audio", "html", "pdf", "picture", "video"},
    kinds.__name__: {
        "absence",
        "files",
        "final",
        "groups",
        "guardians",
        "homework",
        "lesson",
        "mark",
        "material",
        "meeting",
        "message",
        "note",
        "question",
        "remark",
        "request",
        "review",
        "timetable",
        "unlock",
    },
}


def names(module: Module, folder: str, codes: set[str]) -> Iterator[str]:
    """Complaints about a file that names one of what has files of its own in a folder."""
    own = module.name.removeprefix(f"{folder}.")
    if module.room == "migrations":
        return
    if module.package != folder.split(".")[1]:
        codes = codes - WORDS_OF_OTHERS[folder]
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or (module.name, node.value) in OTHER_MEANINGS:
            continue
        if node.value in codes - {own}:
            yield f"{module.at(node)}: «{node.value}» is named in {folder}.{node.value} alone"


def takes(module: Module, folder: str, codes: set[str]) -> Iterator[str]:
    """Complaints about a file that imports one of a folder's files."""
    for node, name in imports(module):
        if name.startswith(f"{folder}.") and name.split(".")[len(folder.split("."))] in codes:
            yield f"{module.at(node)}: {name} is asked through the list of {folder}"


def named_in_templates(package: str, codes: set[str]) -> Iterator[str]:
    """Complaints about templates that ask which one it is."""
    for path in files(HOUSE / package / "templates", ".html"):
        text = path.read_text("utf-8")
        for code in sorted(codes):
            if f'== "{code}"' in text or f"== '{code}'" in text:
                yield f"{path.name}: «{code}» is asked for by name"


@pytest.mark.parametrize(
    ("folder", "package", "codes"),
    [(kinds.__name__, "notices", set(KINDS)), (formats.__name__, "library", set(FORMATS))],
)
def test_what_has_a_file_of_its_own_is_named_nowhere_else(folder, package, codes) -> None:
    none_of(complaint for module in modules() for complaint in names(module, folder, codes))
    none_of(complaint for module in modules() for complaint in takes(module, folder, codes))
    none_of(named_in_templates(package, codes))
    # What is told apart everywhere is, and what is a word of others is one.
    assert WORDS_OF_OTHERS[folder] <= codes
    alone = min(codes - WORDS_OF_OTHERS[folder])
    assert [*names(example(f'kind = "{alone}"', "myschool.portal.queries"), folder, codes)]
    for word in WORDS_OF_OTHERS[folder]:
        elsewhere = [module for module in modules() if module.package != package]
        assert any(f'"{word}"' in module.text for module in elsewhere), f"{word} may be looked for everywhere"
        assert not [*names(example(f'kind = "{word}"', "myschool.portal.queries"), folder, codes)]
    code = min(codes)
    assert [*names(example(f'kind = "{code}"', f"myschool.{package}.actions"), folder, codes)]
    assert not [*names(example(f'kind = "{code}"', f"{folder}.{code}"), folder, codes)]
    assert [*takes(example(f"from {folder}.{code} import KIND"), folder, codes)]
    assert [*takes(example(f"from {folder} import {code}"), folder, codes)]


def test_a_file_is_called_as_what_it_offers_and_its_code_fits_the_column() -> None:
    for folder, codes, field in (
        (kinds, set(KINDS), Notice._meta.get_field("kind")),
        (formats, set(FORMATS), MaterialVersion._meta.get_field("format")),
    ):
        stems = {path.stem for path in files(HOUSE.parent / folder.__name__.replace(".", "/"), ".py")} - {"__init__"}
        assert codes == stems
        assert all(len(code) <= (field.max_length or 0) for code in codes)


def test_every_format_that_runs_here_has_a_player_and_every_player_a_format() -> None:
    assert {path.stem for path in PLAYERS.glob("*.ts")} == {
        entry.code for entry in FORMATS.values() if not entry.is_outside
    }


def test_no_two_stand_in_one_place() -> None:
    places = (
        [kind.order for kind in KINDS.values()],
        [entry.order for entry in FORMATS.values()],
        # What is no package has no turn.
        [entry.turn for entry in FORMATS.values() if entry.reads],
    )
    for orders in (
        *places,
        [entry.order for entry in SECTIONS if not entry.is_own],
        [entry.order for entry in SECTIONS if entry.is_own],
    ):
        assert len(orders) == len(set(orders))


def test_a_section_of_the_menu_is_named_by_the_package_of_its_door() -> None:
    strays = [
        f"{module.name}: {section.url}"
        for module in modules("menu")
        for section in import_module(module.name).SECTIONS
        if resolve(section.url).func.__module__.split(".")[1] != module.package
    ]
    none_of(strays)
    assert SECTIONS


def test_a_file_that_offers_nothing_is_seen(tmp_path, monkeypatch) -> None:
    (tmp_path / "made_up.py").write_text('"""Offers nothing."""\n')
    monkeypatch.setattr(kinds, "__path__", [str(tmp_path)])
    with pytest.raises(TypeError, match="made_up offers no KIND"):
        gather(kinds, "KIND", Kind)


KIND = '''"""Rain is ahead."""
from myschool.homework.facts import HomeworkPosted
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Retraction, Telling, Told

def rains(facts, at):
    return [Told(thing=f"rain:{fact.homework_id}", at=fact.at, title="Дождь", path="/", zone="Europe/Moscow")
            for fact in facts]

KIND = Kind(code="rain", title="Непогода", order=1, audience=EVERYBODY, mail=AT_ONCE,
            tells=(Telling(HomeworkPosted, words=rains),))
'''
FORMAT = '''"""Books of drawings."""
from myschool.library.rules.packages import Format, Passport

def read(package):
    return Passport(format=FORMAT.code, launch="comic.json")

FORMAT = Format(code="comic", title="Комикс", order=65, marker="comic.json", turn=5, reads=read, package="комиксом",
                media="application/x-comic", endings={".comic": "application/x-comic"})
'''
# In a process of its own: what has grown there is known to nobody else.
GROWN = """
import sys
from dataclasses import fields

import django
from myschool.library.rules import formats
from myschool.notices import kinds
kinds.__path__.append(sys.argv[1] + "/kinds")
formats.__path__.append(sys.argv[1] + "/formats")
django.setup()
from myschool.kernel.actors import Actor, Role
from myschool.notices import forms, handlers
from myschool.notices.queries.pages import kinds_of
from myschool.notices.register import title_of
for role in (Role.GUARDIAN, Role.TEACHER):
    offered = kinds_of(Actor(person_id=1, session_id=1, role=role))
    assert offered[0].title == "Непогода"
    form = forms.Choices(None, [(kind, kind.mail, kind.push) for kind in offered], initial={})
    assert form.rows()[0][0] == "Непогода"
    assert 'name="mail_rain"' in str(form.rows()[0][1])
assert forms.Narrowed({"kind": "rain"}).is_valid() and not forms.Narrowed({"kind": "snow"}).is_valid()
assert title_of("rain") == "Непогода"
from myschool.homework.facts import HomeworkPosted
told = handlers._tellings([HomeworkPosted(**{field.name: 1 for field in fields(HomeworkPosted)})])
assert [kind.code for kind, _, _ in told] == ["rain", "homework"]

from myschool.library.checking import content_type_of, _format
from myschool.library.forms import Described
from myschool.library.queries.search import chosen_in
from myschool.library.rules.packages import BadPackage, Package
from myschool.library.rules.register import accepted, format_of, passport_of
assert passport_of(Package(frozenset({"comic.json", "index.html"}), lambda path, limit: b"")).format == "comic"
assert format_of("comic").title == "Комикс" and _format("comic") == "comic"
assert content_type_of("page.comic") == "application/x-comic"
assert "комиксом" in accepted() and "комиксом" in Described.base_fields["file"].help_text
assert chosen_in({"format": "comic"}) == {"format": "comic"}
try:
    passport_of(Package(frozenset({"readme.txt"}), lambda path, limit: b""))
except BadPackage as error:
    assert "комиксом" in str(error)
print("grown")
"""


def test_one_file_makes_a_kind_and_a_format_known_everywhere(tmp_path) -> None:
    for folder, name, text in (("kinds", "rain", KIND), ("formats", "comic", FORMAT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(text)
    ran = subprocess.run(
        [sys.executable, "-c", GROWN, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.stdout == "grown\n", ran.stderr
