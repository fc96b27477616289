"""Words of the house: what is never a name, and what the glossary must explain."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.house.source import ROOT, Module, bases, classes, example, modules, none_of

# Never a part of a name; then never a whole name; then never the beginning of one.
NEVER = {"grade", "child", "klass", "utils", "helpers", "common", "misc", "manager"}
NEVER_BARE = {"group", "user", "event", "data", "info", "obj", "class_"}
NEVER_FIRST = {"do", "process"}
# Never what a local variable is called: it says that something was done, not what it is. Parameters and fields of these
# names are older than the rule.
NEVER_LOCAL = {"asked", "found", "given", "held", "kept", "made", "one", "said", "told"}
# Django calls these by name. A test's own name is a sentence, not a word of the house.
DJANGOS = {"process_view", "process_exception", "process_request", "process_response", "process_template_response"}


def words_of(name: str) -> list[str]:
    """«SchoolClass» and «school_class» are both school, class."""
    return re.findall(r"[a-z]+|[0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower())


def is_banned(name: str) -> bool:
    """Whether a name breaks STYLE's table of words."""
    words = words_of(name)
    if name in DJANGOS or name.startswith("test_"):
        return False
    return (
        bool(NEVER & set(words))
        or name.lower().lstrip("_") in NEVER_BARE
        or (len(words) > 1 and words[0] in NEVER_FIRST)
    )


def names_given(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every name the module defines: itself, functions, classes, arguments, variables, attributes."""
    yield module.tree, module.name.split(".")[-1]
    for node in ast.walk(module.tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node, name
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield node, name


def banned_names(module: Module) -> list[str]:
    """Complaints about names."""
    return [
        f"{module.at(node)}: «{name}» is a word we never use: see docs/glossary.md"
        for node, name in names_given(module)
        if is_banned(name)
    ]


def vague_locals(module: Module) -> list[str]:
    """Complaints about local variables that do not say what they hold; those of comprehensions are local everywhere."""
    parameters, stored = set(), {}
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        taken = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in taken:
                parameters.add(id(node))
            stored[id(node)] = node
    for node in ast.walk(module.tree):
        if isinstance(node, ast.comprehension):
            stored |= {id(name): name for name in ast.walk(node.target)}
    return [
        f"{module.at(node)}: «{name}» does not say what it is"
        for node, name in local_names(stored.values())
        if name in NEVER_LOCAL and id(node) not in parameters
    ]


def local_names(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """The variables that these parts of functions make."""
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield node, name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node, name


def model_names(module: Module) -> list[str]:
    """The model classes of a module."""
    return [node.name for node in classes(module) if "models.Model" in bases(node)]


def unexplained(module: Module, glossary: str) -> list[str]:
    """Complaints about models that the glossary does not name."""
    return [
        f"{module.name}: {name} is not in docs/glossary.md"
        for name in model_names(module)
        if f"`{name}`" not in glossary
    ]


def test_no_name_is_a_word_we_never_use() -> None:
    none_of(complaint for module in modules(tests=True) for complaint in banned_names(module))


def test_no_local_variable_is_a_participle() -> None:
    none_of(complaint for module in modules() for complaint in vague_locals(module))
    for text in (
        "def show():\n    found = ask()",
        "def show():\n    for one in rows: ...",
        "def show():\n    with open() as kept: ...",
        "def show():\n    if (told := ask()): ...",
        "def show():\n    number, (given, _) = ask()",
        "def show():\n    try: ...\n    except ValueError as said: ...",
        "def show():\n    match ask():\n        case (made, _): ...",
        "ALL = [one.code for one in rows]",
    ):
        assert len(vague_locals(example(text))) == 1, text
    for text in (
        "def show(told):\n    told = [notice for notice in told]",
        "def show(given, *, kept): ...",
        "class Page:\n    found: int",
    ):
        assert not vague_locals(example(text)), text


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    none_of(complaint for module in modules("models") for complaint in unexplained(module, glossary))


def test_each_way_to_give_a_name_is_seen() -> None:
    tried = example(
        "import json as data\n"
        "class GradeBook:\n"
        "    klass = 1\n"
        "def do_it(user, *, childName): ...\n"
        "def give(mark):\n"
        "    for obj in mark: mark.info = obj\n"
        "    with mark as event: ...\n"
        "    return [group for group in mark]\n",
        "myschool.journal.utils",
    )
    assert sorted(complaint.split("«")[1].split("»")[0] for complaint in banned_names(tried)) == [
        "GradeBook",
        "childName",
        "data",
        "do_it",
        "event",
        "group",
        "info",
        "klass",
        "obj",
        "user",
        "utils",
    ]


def test_words_that_only_look_alike_are_fine() -> None:
    for name in (
        "upgrade",
        "teaching_group",
        "user_agent",
        "class_id",
        "done",
        "processing",
        "children",
        "process_view",
    ):
        assert not is_banned(name), name


def test_a_class_escaped_by_an_underscore_is_seen() -> None:
    assert is_banned("class_")


def test_a_model_without_an_explanation_is_seen() -> None:
    tried = example("class Mark(models.Model): ...\nclass Scale(models.TextChoices): ...", "myschool.journal.models")
    assert unexplained(tried, "| отметка | `Marked` |") == ["myschool.journal.models: Mark is not in docs/glossary.md"]
