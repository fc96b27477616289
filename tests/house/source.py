"""The house's own source, as the rules read it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "myschool"
NOT_OURS = {"node_modules", "dist", ".venv", ".local", "__pycache__", "test-artefacts"}


@dataclass(frozen=True)
class Module:
    """A module: its dotted name, its text and its tree; whether it is the `__init__` of a folder."""

    name: str
    text: str
    tree: ast.Module
    is_folder: bool = False

    @property
    def package(self) -> str:
        """The storey it belongs to: «people» for myschool.people.esia.tokens."""
        return (*self.name.split("."), "", "")[1]

    @property
    def room(self) -> str:
        """The room of the package: «actions» for myschool.enrolment.actions.asking, tests and migrations too."""
        return (*self.name.split("."), "", "")[2]

    def at(self, node: ast.AST) -> str:
        """Where a complaint points."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


def none_of(complaints: Iterable[str]) -> None:
    """Fail with every complaint on a line of its own."""
    lines = list(complaints)
    assert not lines, "\n" + "\n".join(lines)


def example(text: str, name: str = "myschool.example.actions", *, is_folder: bool = False) -> Module:
    """A module made up for trying a rule."""
    return Module(name, text, ast.parse(text), is_folder)


def modules(*rooms: str, tests: bool = False) -> Iterator[Module]:
    """The house's modules, of these rooms only if any are named; tests are left out unless asked for."""
    for module in _modules(HOUSE):
        of_tests = "tests" in module.name.split(".")
        if (tests or not of_tests) and (not rooms or module.room in rooms):
            yield module


def modules_of_standin() -> Iterator[Module]:
    """The modules of the stand-in of Gosuslugi, tests among them."""
    yield from _modules(ROOT / "esia_standin")


def modules_with_tests() -> Iterator[Module]:
    """Every module that holds tests, beside the code and here."""
    for folder in (HOUSE, ROOT / "tests", ROOT / "esia_standin"):
        for module in _modules(folder):
            if module.name.split(".")[-1].startswith("test_"):
                yield module


@cache
def _modules(folder: Path) -> list[Module]:
    return [_read(path) for path in files(folder, ".py")]


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    text = path.read_text("utf-8")
    name = ".".join(part for part in parts if part != "__init__")
    return Module(name, text, ast.parse(text), path.stem == "__init__")


def files(folder: Path, *endings: str) -> Iterator[Path]:
    """Files of ours under a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in endings and not NOT_OURS & set(path.relative_to(ROOT).parts):
            yield path


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every name a module imports, dotted and whole; the house imports by whole names, a package by dots its own."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{'.' * node.level}{node.module or ''}.{alias.name}"


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The module's own functions, without those inside classes and functions."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def classes(module: Module) -> Iterator[ast.ClassDef]:
    """The module's own classes."""
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            yield node


def bases(node: ast.ClassDef) -> list[str]:
    """The names of a class's bases as they are written."""
    return [ast.unparse(base) for base in node.bases]
