"""A right is asked of its owner: who represents, works, studies, teaches, talks or is shared with.

Whoever needs it asks the owner's `access`, or in SQL the owner's published words (`people_guardians_on`, `people_staff_on`,
`enrolment_students_on`, …). A statement or a QuerySet over the tables themselves would be another definition of the right: a
list or a stream by another rule than the page that opens it.
"""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Module, example, modules, none_of

# Tables that say who has a right, by their owner; a model's table is named after both.
RIGHTS = {
    "people": ("Guardianship", "Post"),
    "enrolment": ("Placement",),
    "timetable": ("TeachingLoad", "HomeroomTeacher"),
    "folders": ("DocumentShare",),
    "chat": ("Membership",),
}
OWNERS = {model: owner for owner, models in RIGHTS.items() for model in models}
TABLES = {f"{owner}_{model.lower()}": owner for model, owner in OWNERS.items()}
IN_SQL = re.compile(rf"\b({'|'.join(TABLES)})\b")
# Rooms that build the rows of a world, or change the tables' shape.
NO_QUESTION = {"demo", "migrations"}


def restatements(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Where a module asks a rights table of another package: in a string, or through the model."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            for table in IN_SQL.findall(node.value):
                if TABLES[table] != module.package:
                    yield node, table
        elif (
            isinstance(node, ast.Attribute)
            and node.attr == "objects"
            and isinstance(node.value, ast.Name)
            and OWNERS.get(node.value.id, module.package) != module.package
        ):
            yield node, node.value.id


def test_rights_are_asked_of_their_owner() -> None:
    """Nobody restates a right: there is one definition, the owner's."""
    none_of(
        f"{module.name}:{getattr(node, 'lineno', 0)} asks {table}: ask its owner's `access`, or the published SQL words"
        for module in modules()
        if not NO_QUESTION & set(module.name.split("."))
        for node, table in restatements(module)
    )


def test_a_restatement_is_seen() -> None:
    assert [*restatements(example("SQL = 'SELECT 1 FROM people_guardianship bond'", "myschool.chat.queries"))]
    assert [*restatements(example("SQL = f'JOIN people_post {one}'", "myschool.chat.queries"))]
    assert [*restatements(example("Placement.objects.filter(student=1)", "myschool.diary.queries"))]
    assert not [*restatements(example("SQL = 'FROM people_guardians_on(day)'", "myschool.chat.queries"))]
    assert not [*restatements(example("SQL = 'FROM people_postbox'", "myschool.chat.queries"))]
    assert not [*restatements(example("Placement.objects.filter(student=1)", "myschool.enrolment.access"))]
    assert not [*restatements(example('"""Keeps people_post."""', "myschool.chat.queries"))]
