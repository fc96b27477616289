"""Rooms: what a file of each kind never holds."""

import ast
from collections.abc import Iterator, Set
from configparser import ConfigParser
from functools import cache

from tests.house.source import (
    HOUSE,
    ROOT,
    Module,
    classes,
    example,
    files,
    functions,
    imports,
    modules,
    modules_of_standin,
    none_of,
)

DOORS = {"urls", "views", "api", "handlers", "management", "menu", "middleware", "forms"}
# A list of ids is still primitive: one act over a whole class is one fact.
PRIMITIVES = {"int", "str", "bool", "list[int]", "list[str]"}


def contract(name: str, option: str) -> list[str]:
    """The words of an option of .importlinter."""
    read = ConfigParser()
    read.read(ROOT / ".importlinter")
    return read[f"importlinter:contract:{name}"][option].replace("|", " ").split()


def tries(module: Module) -> list[str]:
    """Complaints about a door that catches."""
    return [
        f"{module.at(node)}: a door has no `try`: a refusal becomes its answer in the middleware"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Try | ast.TryStar)
    ]


def intrusions(module: Module) -> list[str]:
    """Complaints about another package's doors being imported; the kernel's are made for everybody."""
    return [
        f"{module.at(node)}: {name} is a private room of «{name.split('.')[1]}»"
        for node, name in imports(module)
        if name.startswith("myschool.")
        and module.package != "config"
        and name.split(".")[1] not in ("kernel", module.package)
        and name.split(".")[2] in DOORS
    ]


def listings(module: Module) -> list[str]:
    """Complaints about a file that offers names which stand elsewhere, or an `__init__` that holds code."""
    holding = "an __init__ holds its docstring only: a name comes from the file that defines it"
    return [
        f"{module.at(node)}: {holding}"
        for node in module.tree.body
        if module.is_folder and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ] + [
        f"{module.at(node)}: no file lists its names: a name comes from the file that defines it, and from no other"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "__all__" and module.name != FOR_EFFECT
    ]


# Importing is what makes them read: the list says that it is meant.
FOR_EFFECT = "myschool.config.followers"
# Filled whole from a row of SQL, in the order of its columns.
ROWS = {"myschool.kernel.chronicle.Row"}


def wide(module: Module, exempt: Set[str] = frozenset()) -> list[str]:
    """Complaints about dataclasses of more than four fields that may be built by place."""
    return [
        f"{module.at(node)}: {node.name} has more than four fields: they are named where it is built (kw_only=True)"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("dataclass") and "kw_only=True" not in ast.unparse(decorator)
        if sum(isinstance(line, ast.AnnAssign) for line in node.body) > 4 and f"{module.name}.{node.name}" not in exempt
    ]


def saves(module: Module) -> list[str]:
    """Complaints about models that save themselves in their own way."""
    return [
        f"{module.at(method)}: {node.name}.{method.name} — a model overrides neither save nor delete"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete")
    ]


def signals(module: Module) -> list[str]:
    """Complaints about Django's signals."""
    return [
        f"{module.at(node)}: {name} — no signals: an upper package follows the chronicle"
        for node, name in imports(module)
        if "signals" in name.split(".") or name.startswith("django.dispatch")
    ]


def public_actions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of an actions room that other rooms or packages call: in a folder, steps that its files share are none."""
    shared = {name for name in _called_from_outside() if name.startswith(f"{module.name}.")}
    is_folder = (HOUSE / module.package / "actions").is_dir()
    for function in functions(module):
        if not function.name.startswith("_") and (not is_folder or f"{module.name}.{function.name}" in shared):
            yield function


@cache
def _called_from_outside() -> set[str]:
    """Full names that a module of another room or package takes from a folder of actions."""
    return {
        name
        for module in modules()
        for name in names_from(module)
        if ".actions." in name and (module.room != "actions" or name.split(".")[1] != module.package)
    }


def names_from(module: Module) -> Iterator[str]:
    """What a module takes from others, by full names: imported, or an attribute of an imported module."""
    local = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                local[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    yield from local.values()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in local:
            yield f"{local[node.value.id]}.{node.attr}"


def positional(module: Module) -> list[str]:
    """Complaints about actions that take arguments by their place."""
    return [
        f"{module.at(function)}: {function.name} takes arguments by place; an action takes them by name only"
        for function in public_actions(module)
        if function.args.args or function.args.posonlyargs or function.args.vararg or function.args.kwarg
    ]


def rich_facts(module: Module) -> list[str]:
    """Complaints about fields of facts that are not primitive."""
    return [
        f"{module.at(field)}: a fact holds int, str, bool and lists of ids, not {ast.unparse(field.annotation)}"
        for node in classes(module)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and not set(_alternatives(field.annotation)) - {"None"} <= PRIMITIVES
    ]


def _alternatives(annotation: ast.expr) -> list[str]:
    if isinstance(annotation, ast.BinOp):
        return [*_alternatives(annotation.left), *_alternatives(annotation.right)]
    return [ast.unparse(annotation)]


def soft_facts(module: Module) -> list[str]:
    """Complaints about facts that could change or be filled by place."""
    return [
        f"{module.at(node)}: {node.name} is not @dataclass(frozen=True, kw_only=True) with a kind"
        for node in classes(module)
        if [ast.unparse(mark) for mark in node.decorator_list] != ["dataclass(frozen=True, kw_only=True)"]
        or [word.arg for word in node.keywords] != ["kind"]
    ]


def broad_catches(module: Module) -> list[str]:
    """Complaints about handlers that swallow bugs."""
    return [
        f"{module.at(node)}: what is not foreseen must rise"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & set(_names(node.type)))
    ]


def _names(expression: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(expression) if isinstance(node, ast.Name)]


def unlisted_rooms(package: str, containers: list[str]) -> list[str]:
    """Complaints about a package with actions whose rooms import-linter does not watch."""
    written = (HOUSE / package / "actions.py").exists() or (HOUSE / package / "actions").is_dir()
    watched = f"myschool.{package}" in containers
    return [] if watched or not written else [f"{package} is not under the contract «rooms» of .importlinter"]


def test_doors_hold_no_try() -> None:
    none_of(complaint for module in modules("views", "api", "handlers") for complaint in tries(module))
    assert tries(example("def show(request):\n    try: ...\n    except Refusal: ..."))


def test_doors_and_forms_are_private() -> None:
    none_of(complaint for module in modules(tests=True) for complaint in intrusions(module))
    assert intrusions(example("from myschool.people import forms"))
    assert intrusions(example("from myschool.people.views import login"))
    assert intrusions(example("from myschool.people.middleware import ActorMiddleware"))
    assert intrusions(example("from myschool.journal.menu import SECTIONS"))
    assert not intrusions(example("from myschool.people.forms import Demand", "myschool.people.views"))
    assert not intrusions(example("from myschool.people import access, actions"))


def test_a_folder_lists_no_names_again() -> None:
    none_of(complaint for module in modules(tests=True) for complaint in listings(module))
    none_of(complaint for module in modules_of_standin() for complaint in listings(module))
    named_again = "from myschool.example.actions.asking import ask"
    assert listings(example(named_again, is_folder=True))
    assert not listings(example('"""What is asked."""', is_folder=True))
    assert not listings(example(named_again))
    assert listings(example(f"{named_again}\n__all__ = ['ask']"))
    assert listings(example(f"{named_again}\n__all__: list[str] = ['ask']"))
    assert listings(example(f"{named_again}\n__all__ += ['ask']"))


def test_what_has_many_fields_is_built_by_their_names() -> None:
    none_of(complaint for module in modules() for complaint in wide(module, ROWS))
    for row in ROWS:
        assert any(
            row == f"{module.name}.{complaint.split()[1]}" for module in modules() for complaint in wide(module)
        ), row
    fields = "".join(f"\n    {name}: int" for name in "abcde")
    assert wide(example(f"@dataclass(frozen=True)\nclass Page:{fields}"))
    assert not wide(example(f"@dataclass(frozen=True, kw_only=True)\nclass Page:{fields}"))


def test_no_model_saves_in_its_own_way() -> None:
    none_of(complaint for module in modules("models") for complaint in saves(module))
    assert saves(example("class Mark(models.Model):\n    def save(self): ..."))


def test_there_are_no_signals() -> None:
    none_of(complaint for module in modules(tests=True) for complaint in signals(module))
    assert signals(example("from django.db.models.signals import post_save"))
    assert signals(example("from django.db.models import signals"))
    assert signals(example("from django.dispatch import receiver"))


def test_actions_take_arguments_by_name() -> None:
    none_of(complaint for module in modules("actions") for complaint in positional(module))
    assert positional(example("def give_mark(lesson, *, by, at): ..."))
    assert positional(example("def give_mark(*, by, **more): ..."))
    assert not positional(example("def give_mark(*, lesson, by, at): ...\ndef _cell(lesson): ..."))


def test_facts_hold_primitives_only() -> None:
    none_of(complaint for module in modules("facts") for complaint in rich_facts(module))
    assert rich_facts(example("class MarkGiven(Fact):\n    lesson: Lesson"))
    assert rich_facts(example("class MarkGiven(Fact):\n    at: datetime | None"))
    assert rich_facts(example("class MarkGiven(Fact):\n    marks: list[Mark]"))
    assert not rich_facts(example("class MarkGiven(Fact):\n    student_ids: list[int]"))
    assert not rich_facts(example("class MarkGiven(Fact):\n    lesson_id: int\n    remark_id: int | None"))


def test_facts_never_change() -> None:
    none_of(complaint for module in modules("facts") for complaint in soft_facts(module))
    assert soft_facts(example("@dataclass\nclass MarkGiven(Fact, kind='journal.mark_given'): ..."))
    assert soft_facts(example("@dataclass(frozen=True, kw_only=True)\nclass MarkGiven(Fact): ..."))


# The one place that goes on whatever happened: a fault of one package's follower must not stop those of all others.
GOES_ON = "myschool.kernel.faults"


def test_nothing_catches_everything() -> None:
    none_of(
        complaint for module in modules(tests=True) if module.name != GOES_ON for complaint in broad_catches(module)
    )
    for caught in ("Exception", "(ValueError, Exception)", "BaseException", ""):
        assert broad_catches(example(f"try: ...\nexcept {caught}: ...")), caught
    assert not broad_catches(example("try: ...\nexcept (ValueError, KeyError): ..."))


def test_every_storey_stands() -> None:
    missing = [
        storey
        for storey in contract("storeys", "layers")
        if storey != "__main__" and not (HOUSE / storey / "__init__.py").exists()
    ]
    assert missing == []


def test_every_package_that_writes_keeps_its_rooms_apart() -> None:
    containers = [*contract("rooms", "containers"), *contract("rooms-of-config", "containers")]
    folders = sorted(path.parent.name for path in files(HOUSE, ".py") if path.parent.parent == HOUSE)
    assert [complaint for package in sorted(set(folders)) for complaint in unlisted_rooms(package, containers)] == []
    assert unlisted_rooms("people", [])
