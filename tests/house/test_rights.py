"""A right is asked of its owner: who represents, works, studies, teaches, talks or is shared with.

Whoever needs it asks the owner's `access`, or in SQL the owner's published words (`people_guardians_on`, `people_staff_on`,
`enrolment_students_on`, …). A statement or a QuerySet over the tables themselves would be another definition of the right: a
list or a stream by another rule than the page that opens it.
"""

import ast
import re
from collections import Counter
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

# Restatements that stand still, by module: each number may only shrink, and goes with its module's line at nought.
STANDING = {
    "myschool.chat.actions.rosters": 3,
    "myschool.chat.persons": 1,
    "myschool.chat.queries.schools": 2,
    "myschool.diary.queries.feed": 1,
    "myschool.diary.queries.readers": 2,
    "myschool.diary.queries.week": 2,
    "myschool.enrolment.access": 3,
    "myschool.enrolment.actions.asking": 1,
    "myschool.enrolment.actions.staffing": 1,
    "myschool.enrolment.queries.keeping": 1,
    "myschool.exchange.access": 2,
    "myschool.exchange.queries": 1,
    "myschool.folders.access": 2,
    "myschool.homework.queries": 1,
    "myschool.involvement.access": 2,
    "myschool.involvement.queries": 7,
    "myschool.journal.access": 4,
    "myschool.journal.actions.pages": 1,
    "myschool.journal.queries.finals": 1,
    "myschool.library.access": 5,
    "myschool.library.queries.tools": 2,
    "myschool.notices.queries.families": 2,
    "myschool.notices.queries.guardians": 1,
    "myschool.notices.queries.school": 4,
    "myschool.notices.queries.wider": 1,
    "myschool.timetable.access": 2,
    "myschool.timetable.actions.tasks": 1,
    "myschool.timetable.queries.plan": 1,
}


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


def counted() -> dict[str, int]:
    """How often each module restates a right."""
    found = Counter(
        module.name
        for module in modules()
        if not NO_QUESTION & set(module.name.split("."))
        for _ in restatements(module)
    )
    return dict(found)


def test_rights_are_asked_of_their_owner() -> None:
    """A new restatement fails; one that is gone is taken off the list."""
    found = counted()
    none_of(
        f"{name}: {found.get(name, 0)} questions to rights tables of other packages, {STANDING.get(name, 0)} stand in the list"
        " — ask the owner's `access`, or its published SQL words"
        for name in sorted(found.keys() | STANDING)
        if found.get(name, 0) != STANDING.get(name, 0)
    )


def test_a_restatement_is_seen() -> None:
    assert [*restatements(example("SQL = 'SELECT 1 FROM people_guardianship bond'", "myschool.chat.queries"))]
    assert [*restatements(example("SQL = f'JOIN people_post {one}'", "myschool.chat.queries"))]
    assert [*restatements(example("Placement.objects.filter(student=1)", "myschool.diary.queries"))]
    assert not [*restatements(example("SQL = 'FROM people_guardians_on(day)'", "myschool.chat.queries"))]
    assert not [*restatements(example("SQL = 'FROM people_postbox'", "myschool.chat.queries"))]
    assert not [*restatements(example("Placement.objects.filter(student=1)", "myschool.enrolment.access"))]
    assert not [*restatements(example('"""Keeps people_post."""', "myschool.chat.queries"))]
