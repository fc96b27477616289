"""Who changes whose right tells the open streams of it: `people.actors.rights_changed`, in the same function.

A session, a post, a link of a guardian, a restriction, a place and a merge decide what an open page may go on hearing.
"""

import ast
from collections.abc import Iterable, Iterator

from myschool.config.tests.test_rights_in_streams import CHANGES
from tests.house.source import Module, example, functions, modules, none_of

# The models, with the columns that say what somebody may; any of them if none is named, and then new rows too.
RIGHTS: dict[str, frozenset[str]] = {
    "Post": frozenset(),
    "Guardianship": frozenset(),
    "GuardianRestriction": frozenset(),
    "Placement": frozenset(),
    "Session": frozenset({"role", "organisation", "person", "ended", "ended_at"}),
    "Person": frozenset({"merged_into"}),
}
# Columns of those models that give nobody anything.
NO_RIGHT = frozenset({"level", "seen_at", "lifting_asked_by"})
CREATES = {"create", "bulk_create", "get_or_create", "update_or_create"}
WRITES = CREATES | {"update", "bulk_update", "delete", "save", "move", "add"}
# What puts back rows of any model.
UNDOES = "undo"
TELLS = "rights_changed"
A_MERGE = "a part of a merge, and `merge_persons` says whose rights it changes"
FINE = {
    "myschool.people.actions:log_in": "a new session has no stream yet",
    "myschool.people.actions:drop_leftovers": "sessions that are over lead nowhere",
    "myschool.people.persons:join": A_MERGE,
    "myschool.people.persons:_join_links": A_MERGE,
    "myschool.people.persons:forget": "sessions that are over lead nowhere",
    "myschool.enrolment.persons:join": A_MERGE,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(node: ast.AST | None) -> set[str]:
    """Every name that stands in it."""
    return {name_node.id for name_node in ast.walk(node) if isinstance(name_node, ast.Name)} if node else set()


def roots(node: ast.AST) -> set[str]:
    """What an expression begins with: `Post` of `Post.objects.filter(…)`; every name of one that is no such chain."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return names(node)


def rows_of(function: Function) -> dict[str, set[str]]:
    """Which of the models the function's names may stand for, as far as its text says."""
    bindings: dict[str, set[str]] = {model: {model} for model in RIGHTS}
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        bindings[argument.arg] = names(argument.annotation) & RIGHTS.keys()
    # A name may be used above the line where it is bound, in a loop.
    for _ in range(2):
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=targets, value=value):
                    pairs = [(target, value) for target in targets]
                case ast.For(target=target, iter=value) | ast.NamedExpr(target=target, value=value):
                    pairs = [(target, value)]
                case _:
                    continue
            for target, value in pairs:
                models = {model for name in roots(value) for model in bindings.get(name, ())}
                for name in names(target):
                    bindings[name] = bindings.get(name, set()) | models
    return bindings


def columns(call: ast.Call) -> set[str] | None:
    """Which columns a call writes, as far as it names them; None where it does not."""
    named = {word.arg for word in call.keywords if word.arg and word.arg != "update_fields"}
    for word in call.keywords:
        if word.arg is None:
            return None
        if word.arg == "update_fields":
            named |= {ast.literal_eval(element) for element in getattr(word.value, "elts", ())}
    return named or None


def written(function: Function) -> Iterator[tuple[ast.Call, str]]:
    """Calls that write one of the models, with its name."""
    bindings = rows_of(function)
    for call in ast.walk(function):
        if not isinstance(call, ast.Call):
            continue
        if isinstance(call.func, ast.Name) and call.func.id == UNDOES:
            yield call, "anything"
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
            continue
        is_new = call.func.attr in CREATES
        # `changes.update(rows, …)`: what is written is the first word; else whose method it is.
        by_changes = names(call.func.value) == {"changes"}
        rows = call.args[0] if by_changes and call.args else call.func.value
        for model in sorted({model for name in roots(rows) for model in bindings.get(name, ())}):
            fields, only = columns(call), RIGHTS[model]
            if only and (is_new or (fields is not None and not fields & only)):
                continue
            if not only and fields is not None and fields <= NO_RIGHT:
                continue
            # Persons are kept from others and written in many ways: a merge is always named.
            if model == "Person" and fields is None:
                continue
            yield call, model


def called(function: Function) -> set[str]:
    """Names of functions that it calls."""
    return {
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def silent(module: Module) -> list[str]:
    """Complaints about functions that change a right and tell nobody; a private one may leave it to all who call it."""
    own = {function.name: function for function in functions(module)}

    def tells(name: str, seen: Iterable[str] = ()) -> bool:
        if TELLS in called(own[name]):
            return True
        callers = [other for other, function in own.items() if name in called(function)]
        return (
            name.startswith("_")
            and bool(callers)
            and all(other in seen or tells(other, (*seen, name)) for other in callers)
        )

    return [
        f"{module.at(call)}: {name} writes {model} and does not call {TELLS}"
        for name, function in own.items()
        if f"{module.name}:{name}" not in FINE
        for call, model in written(function)
        if not tells(name)
    ]


def test_who_changes_a_right_tells_the_open_streams() -> None:
    none_of(complaint for module in modules("actions", "persons") for complaint in silent(module))


def test_what_is_fine_is_there() -> None:
    there = {
        f"{module.name}:{name}"
        for module in modules("actions", "persons")
        for function in functions(module)
        if (name := function.name) and list(written(function))
    }
    assert FINE.keys() - there == set()


def test_every_action_that_tells_them_is_tried() -> None:
    """Each is in the table of the streams' tests, which says whose rights it changes."""
    tellers = set()
    for module in modules("actions"):
        own = {function.name: function for function in functions(module)}
        some = {TELLS}
        while more := {name for name in own if name not in some and called(own[name]) & some}:
            some |= more
        tellers |= {name for name in some - {TELLS} if not name.startswith("_")}
    assert tellers == CHANGES.keys()


def test_each_way_to_change_a_right_is_seen() -> None:
    body = "def act(*, post: Post, by):\n    {}\n"
    for line in (
        "Post.objects.create(person_id=1)",
        "post.save(update_fields=['to_date'])",
        "post.delete()",
        "changes.update(Guardianship.objects.filter(pk=1), to_date=day)",
        "changes.move(Placement, 'student', old=1, new=2)",
        "rows = Placement.objects.filter(pk=1)\n    rows.update(to_date=day)",
        "for row in GuardianRestriction.objects.all():\n        row.delete()",
        "for model in (Account, Session):\n        changes.update(model._default_manager.all(), **{column: 1})",
        "Session.objects.filter(pk=1).update(role=role)",
        "Person.objects.filter(pk=1).update(merged_into=2)",
        "undo(merge.changes)",
    ):
        assert silent(example(body.format(line))), line
        assert not silent(example(body.format(line + "\n    rights_changed(1)"))), line
    for line in (
        "Session.objects.filter(pk=1).update(seen_at=at)",
        "Placement.objects.filter(pk=1).update(level=7)",
        "Person.objects.filter(pk=1).update(last_name='')",
        "Post.objects.filter(pk=1).exists()",
        "Letter.objects.filter(to__in=Post.objects.values('person')).delete()",
    ):
        assert not silent(example(body.format(line))), line
    helper = "def _end(post: Post):\n    post.delete()\n"
    assert silent(example(helper + "def act(*, post):\n    _end(post)\n"))
    assert not silent(example(helper + "def act(*, post):\n    _end(post)\n    rights_changed(1)\n"))
