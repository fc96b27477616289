"""A right is asked of its owner: who represents, works, studies, teaches, talks or is shared with.

Whoever needs it asks the owner's `access`, or in SQL the owner's published words (`people_guardians_on`, `people_staff_on`,
`enrolment_students_on`, …). A statement or a QuerySet over the tables themselves, or through the relations that lead to them
(`placements__to_date=None`, `person.guardianships`), would be another definition of the right: a list or a stream by another
rule than the page that opens it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey

from tests.house.source import Module, example, modules, none_of

# Tables that say who has a right, by their owner; a model's table is named after both.
RIGHTS = {
    "people": ("Guardianship", "GuardianRestriction", "Post"),
    "enrolment": ("Placement",),
    "timetable": ("TeachingLoad", "HomeroomTeacher"),
    "folders": ("DocumentShare",),
    "chat": ("Membership",),
}
OWNERS = {model: owner for owner, models in RIGHTS.items() for model in models}
TABLES = {f"{owner}_{model.lower()}": owner for model, owner in OWNERS.items()}
IN_SQL = re.compile(rf"\b({'|'.join(TABLES)})\b")
# What asks rows, of a model or through a relation.
ASKS = {
    "aggregate",
    "alias",
    "all",
    "annotate",
    "count",
    "create",
    "delete",
    "exclude",
    "exists",
    "filter",
    "first",
    "get",
    "in_bulk",
    "iterator",
    "last",
    "none",
    "order_by",
    "prefetch_related",
    "select_for_update",
    "update",
    "values",
    "values_list",
}
# What carries the name of a relation into a question.
NAMES = ASKS | {"Q", "F", "OuterRef", "Count", "Min", "Max", "ArrayAgg", "Prefetch"}
# Rooms that build the rows of a world, or change the tables' shape.
NO_QUESTION = {"demo", "migrations"}


@cache
def relations() -> dict[str, dict[str, str]]:
    """By package the names that lead from other models to its tables, in a lookup or as an attribute, and to which."""
    tables: dict[str, dict[str, str]] = defaultdict(dict)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and not field.remote_field.hidden:
                names = (field.related_query_name(), field.remote_field.get_accessor_name())
                tables[model._meta.app_label] |= dict.fromkeys(names, model._meta.db_table)
    return tables


def led_to(node: ast.AST, own: str) -> Iterator[str]:
    """Rights tables of others that a call's words, or the relation it is a method of, lead to."""
    if not isinstance(node, ast.Call):
        return
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    words = []
    if called in NAMES:
        words = [word.arg or "" for word in node.keywords]
        words += [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
    if called in ASKS and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Attribute):
        words.append(node.func.value.attr)
    for word in words:
        for part in word.lstrip("-").split("__"):
            tables = {names[part] for names in relations().values() if part in names}
            # A package whose own rows are called so as well means those.
            if part not in relations()[own]:
                yield from sorted(tables & TABLES.keys())


def restatements(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Where a module asks a rights table of another package: in a string, through the model, or through a relation."""
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
        for table in led_to(node, module.package):
            yield node, table


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
    for relation in (
        "Person.objects.filter(placements__to_date=None)",
        "Q(student__guardians__guardian=1)",
        "Person.objects.filter(post__role='teacher')",
        "Person.objects.order_by('-placements__from_date')",
        "person.guardianships.filter(to_date=None)",
        "Exists(school.post_set.all())",
        "Person.objects.filter(restrictions__isnull=True)",
        "GuardianRestriction.objects.filter(student=1)",
    ):
        assert [*restatements(example(relation, "myschool.diary.queries"))], relation
    for harmless in ("leave_post(post=post)", "page.guardians.append(1)", "line.guardians"):
        assert not [*restatements(example(harmless, "myschool.diary.queries"))], harmless
    assert not [*restatements(example("Person.objects.filter(placements__to_date=None)", "myschool.enrolment.access"))]
    assert not [*restatements(example("SQL = 'FROM people_guardians_on(day)'", "myschool.chat.queries"))]
    assert not [*restatements(example("SQL = 'FROM people_postbox'", "myschool.chat.queries"))]
    assert not [*restatements(example("Placement.objects.filter(student=1)", "myschool.enrolment.access"))]
    assert not [*restatements(example('"""Keeps people_post."""', "myschool.chat.queries"))]
