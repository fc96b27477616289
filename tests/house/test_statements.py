"""One way to ask SQL: a read is a Statement, its rows are read by name, and a half-open period is judged by one word."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Module, example, modules, none_of
from tests.house.test_storeys_of_sql import constants, words

# So few are told apart at a glance.
FEW = 3
ASKS = {"rows", "row", "fetchall", "fetchone"}
# What lies below Django's models, and asks before there is a statement.
BELOW = {
    "myschool.kernel.heads": "the rows of a ledger's heads, which a file holds in this order",
    "myschool.kernel.sealing": "the columns of a ledger are told by its model",
    "myschool.kernel.transactions": "what PostgreSQL tells of its connections",
    "myschool.chat.actions.rosters": "what changed in two statements, put together",
}


def width(target: ast.expr) -> int:
    """Into how many names something is taken apart."""
    return sum(map(width, target.elts)) if isinstance(target, ast.Tuple | ast.List) else 1


def is_asked(value: ast.expr, names: set[str]) -> bool:
    """Whether an expression holds rows: the call that asks for them, or a name for what it answered."""
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS)
        or (isinstance(node, ast.Name) and node.id in names)
        for node in ast.walk(value)
    )


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a statement or a comprehension takes apart, and from what."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target, node.iter


def is_far(place: ast.expr) -> bool:
    """Whether a place is that of a column after the few, or of all from there on."""
    first = place.lower if isinstance(place, ast.Slice) else place
    return isinstance(first, ast.Constant) and isinstance(first.value, int) and first.value >= FEW


def by_place(module: Module) -> Iterator[str]:
    """Complaints about rows of more columns than a few that are taken apart by their places."""
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names: set[str] = {argument.arg for argument in function.args.args if argument.arg in ("row", "rows")}
        for node in ast.walk(function):
            for target, value in assignments(node):
                again = isinstance(value, ast.Name) and value.id in names
                if isinstance(target, ast.Name) and (again or is_asked(value, set())):
                    names.add(target.id)
        for node in ast.walk(function):
            for target, value in assignments(node):
                if width(target) > FEW and is_asked(value, names):
                    yield f"{module.name}.{function.name}: {width(target)} columns by their places: read them by name"
            if isinstance(node, ast.Subscript) and is_asked(node.value, names) and is_far(node.slice):
                yield f"{module.name}.{function.name}: a column by its place, {ast.unparse(node)}: read it by name"


# A period lasts on a day: its first day has come, and the day after its last has not, if there is one.
LASTS = re.compile(r"to_date\s+IS\s+NULL\s+OR\b", re.IGNORECASE)
# Where it is said, and where two periods are asked whether they overlap.
SAID = {"kernel_lasts", "timetable_seats"}


def restated() -> Iterator[str]:
    """Where SQL says again what `kernel_lasts` says."""
    for module in modules():
        if module.room != "migrations":
            yield from (place for place, text in constants(module) if LASTS.search(text))
    yield from (word.name for word in words().values() if LASTS.search(word.text) and word.name not in SAID)


def test_whether_a_period_lasts_is_said_once() -> None:
    none_of(f"{place}: ask kernel_lasts(from_date, to_date, day)" for place in restated())
    assert LASTS.search("a.from_date <= day AND (a.to_date IS NULL OR a.to_date > day)")
    assert all(LASTS.search(words()[name].text) for name in SAID)


# What makes, seals and copies tables, and what runs around the platform, asks below statements.
OF_TABLES = {"kernel", "config"}


def cursors(module: Module) -> Iterator[str]:
    """Complaints about reads that open a cursor of their own."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "cursor" and ast.unparse(node.value) == "connection":
            yield f"{module.at(node)}: what is read is a kernel.statements.Statement"


def test_reads_are_statements() -> None:
    none_of(
        complaint
        for module in modules()
        if module.package not in OF_TABLES and module.room not in ("actions", "migrations")
        for complaint in cursors(module)
    )
    assert [*cursors(example("with connection.cursor() as cursor: ..."))]


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
        "def page():\n    rows = LINES.rows({})\n    return [Line(*row[4:]) for row in rows]",
    ):
        assert [*by_place(example(text))], text
    for text in (
        "def page():\n    return [Line(row.a, row.b) for row in LINES.rows({})]",
        "def page():\n    return {a: b for a, b in LINES.rows({})}",
        "def page():\n    return [(row[0], row[1]) for row in LINES.rows({})]",
        "def page(model):\n    for a, b, c, d in model.objects.values_list(): ...",
    ):
        assert not [*by_place(example(text))], text
