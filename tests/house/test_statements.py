"""One way to ask SQL: a read is a Statement, its rows are read by name, and a half-open period is judged by one word."""

import ast
import importlib
import re
from collections.abc import Iterator

import pytest
import sqlglot

from myschool.kernel.statements import Statement
from tests.house.source import Module, example, imports, modules, none_of
from tests.house.test_storeys_of_sql import PATTERN, PLACES, WHOLE, strings, words

# So few are told apart at a glance.
FEW = 3
# What answers rows, and what answers one.
MANY, SINGLE = {"rows", "fetchall", "fetchmany"}, {"row", "fetchone"}
# What lies below Django's models, and asks before there is a statement.
BELOW = {
    "myschool.kernel.chronicle": "entries, each filled whole in the order of its columns, and a ledger's place",
    "myschool.config.following": "the ear's own connection, and the same place",
    "myschool.kernel.heads": "the rows of a ledger's heads, which a file holds in this order",
    "myschool.kernel.sealing": "the columns of a ledger are told by its model",
    "myschool.kernel.transactions": "what PostgreSQL tells of its connections",
    "myschool.chat.actions.rosters": "what changed in two statements, put together",
}


def width(target: ast.expr) -> int:
    """Into how many names something is taken apart."""
    return sum(map(width, target.elts)) if isinstance(target, ast.Tuple | ast.List) else 1


def holds(value: ast.AST, names: set[str], asks: set[str]) -> bool:
    """Whether an expression holds what is asked for: the call that asks, or a name for what it answered."""
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asks)
        or (isinstance(node, ast.Name) and node.id in names)
        for node in ast.walk(value)
    )


class Names:
    """The names of a function, or of its lambdas and comprehensions, that hold rows, and those that hold one."""

    def __init__(self, function: ast.AST) -> None:
        self.many: set[str] = set()
        self.single: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                self.many |= {node.arg} & {"rows"}
                self.single |= {node.arg} & {"row"}
        # What is taken of what was taken: twice is enough.
        for _ in range(2):
            for node in ast.walk(function):
                for target, value, is_each in assignments(node):
                    if isinstance(target, ast.Name) and self.is_many(value):
                        (self.single if is_each else self.many).add(target.id)
                    elif isinstance(target, ast.Name) and not is_each and self.is_single(value):
                        self.single.add(target.id)

    def is_many(self, value: ast.expr) -> bool:
        """Whether an expression holds rows, put in another order or looked through."""
        match value:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in MANY:
                return True
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted" | "reversed" | "iter" | "enumerate" | "zip")):
                return any(self.is_many(argument) for argument in value.args)
            case ast.Name(id=name):
                return name in self.many
            case ast.List(elts=[ast.Starred(value=inner)]) | ast.Tuple(elts=[ast.Starred(value=inner)]):
                return self.is_many(inner)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return self.is_many(inner)
            case ast.BoolOp() | ast.IfExp():
                return any(isinstance(inner, ast.expr) and self.is_many(inner) for inner in ast.iter_child_nodes(value))
            case (
                ast.ListComp(elt=ast.Name() as each, generators=[only])
                | ast.GeneratorExp(elt=ast.Name() as each, generators=[only])
            ):
                return ast.unparse(each) == ast.unparse(only.target) and self.is_many(only.iter)
        return False

    def is_single(self, value: ast.expr) -> bool:
        """Whether an expression is one row."""
        match value:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in SINGLE:
                return True
            case ast.Name(id=name):
                return name in self.single
            case ast.Subscript(value=inner, slice=ast.Constant() | ast.UnaryOp()):
                return self.is_many(inner)
            case ast.Call(func=ast.Name(id="next"), args=[first, *_]):
                return self.is_many(first)
            case ast.BoolOp() | ast.IfExp():
                children = ast.iter_child_nodes(value)
                return any(isinstance(inner, ast.expr) and self.is_single(inner) for inner in children)
        return False


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """What a statement or a comprehension takes apart, from what, and whether it is each of them in turn."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value, False) for target in node.targets)
    elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
        yield node.target, node.value, False
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target, node.iter, True


def taken(node: ast.AST, names: Names) -> str:
    """How a part of a function takes a row apart by its places, if it does."""
    for target, value, _ in assignments(node):
        if width(target) > FEW and holds(value, names.many | names.single, MANY | SINGLE):
            return f"{width(target)} columns"
    match node:
        case ast.Subscript(value=row, slice=ast.Slice()) if names.is_single(row):
            return "a part of a row"
        case ast.Subscript(value=row, slice=ast.Constant(value=int(place))) if place >= FEW and names.is_single(row):
            return f"column {place}"
        case ast.Call(func=ast.Name(id="starmap") | ast.Attribute(attr="starmap"), args=[_, rows]):
            return "all columns" if names.is_many(rows) else ""
        case ast.Call(args=args):
            if any(isinstance(each, ast.Starred) and names.is_single(each.value) for each in args):
                return "all columns"
    return ""


def by_place(module: Module) -> Iterator[str]:
    """Complaints about rows of more columns than a few that are taken apart by their places."""
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        whole: ast.AST = function
        if isinstance(function, ast.Module):
            # What stands beside the functions: a lambda with a name.
            whole = ast.Module([line for line in function.body if isinstance(line, ast.Assign | ast.AnnAssign)], [])
        names = Names(whole)
        where = module.name if isinstance(function, ast.Module) else f"{module.name}.{function.name}"
        for node in ast.walk(whole):
            if how := taken(node, names):
                yield f"{where}: {how} by their places: read them by name"


# A period lasts on a day: its first day has come, and the day after its last has not, if there is one.
LASTS = re.compile(
    r"to_date\s+IS\s+NULL\s+OR\b"
    r"|\bOR\s+(?:\w+\.)?to_date\s+IS\s+NULL"
    r"|coalesce\(\s*(?:\w+\.)?to_date\s*,\s*'infinity'",
    re.IGNORECASE,
)
# Where it is said, and where two periods are asked whether they overlap.
SAID = {"kernel_lasts", "timetable_seats"}


def restated() -> Iterator[str]:
    """Where SQL says again what `kernel_lasts` says."""
    for module in modules():
        if module.room != "migrations":
            yield from (place for place, text in strings(module) if LASTS.search(text))
    yield from (word.name for word in words().values() if LASTS.search(word.text) and word.name not in SAID)


def test_whether_a_period_lasts_is_said_once() -> None:
    none_of(f"{place}: ask kernel_lasts(from_date, to_date, day)" for place in restated())
    for text in (
        "a.from_date <= day AND (a.to_date IS NULL OR a.to_date > day)",
        "a.from_date <= day AND (a.to_date > day OR a.to_date IS NULL)",
        "from_date <= day AND (to_date > day or to_date is null)",
        "day < COALESCE(a.to_date, 'infinity')",
    ):
        assert LASTS.search(text), text
    assert not LASTS.search("coalesce(term.to_date, told.year_to) AS to_date")
    assert all(LASTS.search(words()[name].text) for name in SAID)


# What makes, seals and copies tables, and what runs around the platform, asks below statements.
OF_TABLES = {"kernel", "config"}


# Who asks below statements there for a reason.
ASKS_BELOW = {"myschool.people.actors": "the streams' connection is no connection of Django's"}


def cursors(module: Module) -> Iterator[str]:
    """Complaints about reads that open a cursor of their own, whatever the connection is called, or ask a model in SQL."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("cursor", "raw"):
            yield f"{module.at(node)}: what is read is a kernel.statements.Statement"
    for node, name in imports(module):
        if name.split(".")[0] == "psycopg" and name.split(".")[-1].endswith("Cursor"):
            yield f"{module.at(node)}: {name} is the kernel's to use"


def test_reads_are_statements() -> None:
    none_of(
        complaint
        for module in modules()
        if module.package not in OF_TABLES
        and module.room not in ("actions", "migrations")
        and module.name not in ASKS_BELOW
        for complaint in cursors(module)
    )
    for text in (
        "with connection.cursor() as cursor: ...",
        "with connections['default'].cursor() as cursor: ...",
        "from django.db import connection as db\nwith db.cursor() as cursor: ...",
        "people = Person.objects.raw('SELECT')",
        "from psycopg import RawCursor",
    ):
        assert [*cursors(example(text))], text
    for name in ASKS_BELOW:
        assert any(module.name == name and [*cursors(module)] for module in modules()), name


def test_rows_are_read_by_name() -> None:
    none_of(complaint for module in modules() if module.name not in BELOW for complaint in by_place(module))
    for name in BELOW:
        assert any(module.name == name and [*by_place(module)] for module in modules()), name


def test_a_row_that_is_taken_apart_is_seen() -> None:
    for text in (
        "def page():\n    return [Line(a, b, c, d) for a, b, c, d in LINES.rows({})]",
        "def page():\n    rows = LINES.rows({})\n    for a, b, (c, d) in rows: ...",
        "def page(cursor):\n    a, b, c, d = cursor.fetchone()",
        "def line(row):\n    a, b, *c, d = row",
        "def line(rows):\n    return rows[0][3]",
        "def line(*, row):\n    a, b, c, d = row",
        "def page():\n    return [Term(*row[4:]) for row in LINES.rows({})]",
        "def page():\n    rows = LINES.rows({})\n    return rows[0][3]",
        "def page():\n    return [Line(*row) for row in LINES.rows({})]",
        "def page():\n    return Line(*LINES.row({}))",
        "def page():\n    return [*starmap(Line, LINES.rows({}))]",
        "def page():\n    return [*map(lambda row: Line(*row), LINES.rows({}))]",
        "line = lambda row: row[4:]",
    ):
        assert [*by_place(example(text))], text
    for text in (
        "def page():\n    return [Line(row.a, row.b) for row in LINES.rows({})]",
        "def page():\n    return {a: b for a, b in LINES.rows({})}",
        "def page(model):\n    for a, b, c, d in model.objects.values_list(): ...",
        "def page():\n    rows = LINES.rows({})\n    return rows[:20], rows[0].title, rows[0][1]",
        "def page():\n    return [(row[0], row[1]) for row in LINES.rows({})]",
    ):
        assert not [*by_place(example(text))], text


def texts(module: Module) -> Iterator[tuple[str, str]]:
    """The whole statements that a module's names hold, those made by a callable too."""
    for name, value in vars(importlib.import_module(module.name)).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
        for each in values:
            text = each.text if isinstance(each, Statement) else each
            if isinstance(text, str) and WHOLE.match(text) and not PATTERN.search(text):
                yield f"{module.name}.{name}", text


def answers(text: str) -> list[sqlglot.exp.Expr]:
    """The columns of what a whole statement answers."""
    columns: list[sqlglot.exp.Expr] = []
    for tree in sqlglot.parse(PLACES.sub("NULL", text).replace("%%", "%"), read="postgres"):
        if isinstance(tree, sqlglot.exp.Query):
            columns += tree.selects
        elif tree and (returning := tree.args.get("returning")):
            columns += returning.expressions
    return columns


def doubles(text: str) -> list[str]:
    """The names that two columns of an answer have: only one of them could be read by it. A function's column needs none."""
    kinds = (sqlglot.exp.Column, sqlglot.exp.Alias)
    names = [column.alias_or_name for column in answers(text) if isinstance(column, kinds) and not column.is_star]
    return sorted({name for name in names if names.count(name) > 1})


@pytest.mark.django_db
def test_every_column_of_an_answer_has_a_name_of_its_own() -> None:
    none_of(
        f"{place}: two columns are called {name}"
        for module in modules()
        if module.room != "migrations" and any(WHOLE.match(text) for _, text in strings(module))
        for place, text in texts(module)
        for name in doubles(text)
    )
    assert doubles("SELECT taught.title, subject.title FROM a, b") == ["title"]
    assert doubles("SELECT a.id, b.of AS id FROM a, b UNION SELECT 1, 2") == ["id"]
    assert doubles("UPDATE a SET b = 1 RETURNING a.id, b.id") == ["id"]
    assert not doubles("WITH a AS (SELECT 1) SELECT b.id, c.id AS other, count(*), count(*), b.*, c.* FROM b, c")
