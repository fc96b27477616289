"""A number that people see is rounded in one place, `kernel.numbers`: half up, once, with a comma."""

import ast
import re

from tests.house.source import HOUSE, ROOT, Module, example, files, modules, none_of

PLACE = "myschool.kernel.numbers"
# Who rounds what nobody reads, or writes a fraction for programs, and how often.
NOT_SHOWN = {
    "myschool.config.asgi": 1,  # a stream's position, in milliseconds
    "myschool.notices.actions": 1,  # a key, of a moment
    "myschool.notices.telling": 1,  # the same
    "myschool.timetable.queries.plan": 1,  # what a number field of a browser holds
    "myschool.diary.rules": 2,  # where a point lies on a picture
    "myschool.library.content": 1,  # a score, as it is kept
    "myschool.library.actions.launching": 1,
    "myschool.library.actions.tools": 1,
}
FRACTION = re.compile(r"[eEfFgGn%]$")
PERCENTS = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[eEfFgG]\b")
FILTERS = re.compile(r"""\|\s*(?:floatformat\b|filesizeformat\b|stringformat:"[^sd"])|\{%\s*widthratio\b""")
SCRIPTS = re.compile(r"\.toFixed\(|\.toPrecision\(|\.toLocaleString\(|Math\.round\(|NumberFormat\b")


def rounders(module: Module) -> list[str]:
    """Complaints about a number that is rounded, or a fraction that is written, outside the place."""
    found = [
        f"{module.at(node)}: kernel.numbers rounds and writes fractions"
        for node in ast.walk(module.tree)
        if _rounds(node)
    ]
    return [] if module.name == PLACE or len(found) == NOT_SHOWN.get(module.name) else found


def _rounds(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="round")) | ast.Call(func=ast.Attribute(attr="quantize")):
            return True
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[*_, ast.Constant(value=str(spec))])):
            return bool(FRACTION.search(spec)) and "%" not in spec[:-1]
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return bool(PERCENTS.search(text))
        case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value="."), ast.Constant(value=",")]):
            return True
    return False


def test_python_rounds_in_one_place() -> None:
    none_of(complaint for module in modules() if module.room != "migrations" for complaint in rounders(module))


def test_whoever_rounds_what_nobody_reads_does_so() -> None:
    known = {module.name: sum(map(_rounds, ast.walk(module.tree))) for module in modules() if module.name in NOT_SHOWN}
    assert known == NOT_SHOWN


def test_templates_and_islands_show_numbers_as_they_are_sent() -> None:
    templates = [(path, FILTERS) for path in files(HOUSE, ".html")]
    scripts = [(path, SCRIPTS) for folder in (HOUSE, ROOT / "frontend" / "lib") for path in files(folder, ".ts")]
    none_of(
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, wrong in (*templates, *scripts)
        if (found := wrong.search(path.read_text("utf-8")))
    )


def test_the_database_writes_averages_in_one_function() -> None:
    writers = [path.name for path in files(HOUSE, ".sql") if re.search(r"\bround\(|to_char\(", path.read_text("utf-8"))]
    assert writers == ["journal_shown.sql"]


def test_the_rule_sees_each_way() -> None:
    ways = [
        "round(x)",
        "f'{x:.1f}'",
        "f'{x:g}'",
        "f'{x:.0%}'",
        "x.quantize(y)",
        "'%.2f' % x",
        "str(x).replace('.', ',')",
    ]
    assert [len(rounders(example(way))) for way in ways] == [1] * len(ways)
    assert not rounders(example("f'{day:%d.%m.%Y}{at:%H:%M}{x:03}{x:>5}'"))
