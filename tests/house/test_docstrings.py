"""Docstrings: who must have one, and that `Raises:` names every refusal."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Module, classes, example, functions, modules, none_of
from tests.house.test_rooms import public_actions

EXPLAINED = {"actions", "access", "queries"}
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def documented(module: Module) -> Iterator[tuple[Documented, str]]:
    """What must say what it is: a file with code, a public class, an action, an access function, a query."""
    if module.tree.body:
        yield module.tree, module.name
    for node in classes(module):
        if not node.name.startswith("_"):
            yield node, node.name
    for function in functions(module):
        if module.room in EXPLAINED and not function.name.startswith("_"):
            yield function, function.name


def silent(module: Module) -> list[str]:
    """Complaints about what does not say what it is, or says it with «This …»."""
    return [
        f"{module.at(node)}: {name} has no docstring that begins with what it is or does"
        for node, name in documented(module)
        if (ast.get_docstring(node) or "This ").startswith("This ")
    ]


def raised(function: ast.AST) -> set[str]:
    """The classes that a function's own body raises by name."""
    exceptions = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            thrown = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(thrown, ast.Name | ast.Attribute) and ast.unparse(thrown)[0].isupper():
                exceptions.add(ast.unparse(thrown).split(".")[-1])
    return exceptions


def promised(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The classes that a docstring names under «Raises:»."""
    _, _, section = (ast.get_docstring(function) or "").partition("\nRaises:\n")
    return set(re.findall(r"^    (\w+): \S", section, re.MULTILINE))


def unnamed_refusals(module: Module) -> list[str]:
    """Complaints about actions that raise what their docstring does not name."""
    return [
        f"{module.at(function)}: {function.name} raises {name}, its docstring does not say so"
        for function in public_actions(module)
        for name in sorted(raised(function) - promised(function))
    ]


def empty_promises(module: Module, raised_somewhere: set[str]) -> list[str]:
    """Complaints about docstrings that name what nothing raises."""
    return [
        f"{module.at(function)}: {function.name} names {name}, which nothing raises"
        for function in public_actions(module)
        for name in sorted(promised(function) - raised_somewhere)
    ]


def raised_anywhere() -> set[str]:
    """Everything that the house raises by name; whoever asks others whether a thing may be changed raises their `Refusal`."""
    return {"Refusal", *(name for module in modules() for name in raised(module.tree))}


def test_whoever_must_says_what_it_is() -> None:
    own_modules = [module for module in modules() if module.room != "migrations"]
    none_of(complaint for module in own_modules for complaint in silent(module))


def test_every_refusal_of_an_action_is_named() -> None:
    none_of(complaint for module in modules("actions") for complaint in unnamed_refusals(module))


def test_no_action_names_what_nothing_raises() -> None:
    somewhere = raised_anywhere()
    none_of(complaint for module in modules("actions") for complaint in empty_promises(module, somewhere))


def test_silence_is_seen() -> None:
    tried = example("class Cell: ...\ndef give_mark(*, at): ...\ndef _cell(): ...\nclass _Row: ...")
    assert [complaint.split(": ")[1].split()[0] for complaint in silent(tried)] == [
        "myschool.example.actions",
        "Cell",
        "give_mark",
    ]
    assert silent(example('"""This module gives marks."""'))
    assert not silent(example('"""Marks: given and withdrawn."""\nclass Cell:\n    """A cell."""'))


GIVES_MARKS = '''
def give_mark(*, at):
    """Give a mark.

    Raises:
        {promised}: too late.
    """
    if at:
        raise {raised}("Журнал закрыт.")
'''


def test_a_refusal_left_unnamed_is_seen() -> None:
    tried = example(GIVES_MARKS.format(promised="MarksMissing", raised="JournalIsClosed"))
    assert unnamed_refusals(tried)
    assert empty_promises(tried, {"JournalIsClosed"})


def test_a_refusal_named_and_raised_is_fine() -> None:
    tried = example(GIVES_MARKS.format(promised="JournalIsClosed", raised="JournalIsClosed"))
    assert not unnamed_refusals(tried)
    assert not empty_promises(tried, {"JournalIsClosed"})
