"""Templates, migrations, comments, tests: what their text never holds."""

import ast
import io
import re
import tokenize
from pathlib import Path

from tests.house.source import HOUSE, ROOT, Module, example, files, imports, modules, modules_with_tests, none_of

INLINE = {
    r"<script(?![^>]*\ssrc=)": "a script inside the page",
    r"<style\b": "a style sheet inside the page",
    r"<[^>]*\sstyle\s*=": "a style on an element",
    r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=": "a script on an element",
    r"(?i)javascript:": "a script in an address",
}
LONGEST_LINE = 120
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!.*#\d)")


def inlined(name: str, text: str) -> list[str]:
    """Complaints about scripts and styles that the page's own policy would refuse."""
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    return [f"{name}: {words}" for pattern, words in INLINE.items() if re.search(pattern, markup)]


def long_lines(name: str, text: str) -> list[str]:
    """Complaints about lines over 120 signs that a break could shorten: between words, or between a tag's attributes."""
    unbroken = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"")
    return [
        f"{name}:{number}: over {LONGEST_LINE} signs: break it where white space stands, `make format` indents it"
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > LONGEST_LINE and " " in unbroken.sub("", line.strip())
    ]


def zoneless(name: str, text: str) -> list[str]:
    """Complaints about times that would be shown by the server's clocks instead of somebody's."""
    times = re.findall(r"{{[^}]*\|date:\"[^\"]*H:i[^\"]*\"[^}]*}}", text)
    return [f"{name}: a time without its zone: {shown}" for shown in times if "|timezone:" not in shown]


def poor_name(name: str) -> list[str]:
    """Complaints about a migration's name that tells nothing."""
    telling = re.fullmatch(r"\d{4}_(?!auto|initial|alter_|merge)[a-z][a-z0-9_]{3,}", name)
    return [] if telling else [f"{name}: a migration's name tells what it does"]


def application_code(module: Module) -> list[str]:
    """Complaints about migrations that would change with the code they import."""
    return [
        f"{module.at(node)}: a migration imports {name}"
        for node, name in imports(module)
        if name.split(".")[0] in ("myschool", "")
    ]


def comments(path: Path) -> str:
    """A Python file's comments; any other file, and one with nothing to find, as it is."""
    text = path.read_text("utf-8")
    if path.suffix != ".py" or not UNFINISHED.search(text):
        return text
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)


def unfinished(name: str, text: str) -> list[str]:
    """Complaints about notes to oneself that no issue remembers."""
    return [f"{name}: {line.strip()}" for line in text.splitlines() if UNFINISHED.search(line)]


def sleeps(module: Module) -> list[str]:
    """Complaints about tests that wait by the clock."""
    return [
        f"{module.at(node)}: a test does not sleep: it waits for what it wants to see"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("sleep", "wait_for_timeout")
    ]


def test_no_line_of_a_template_is_too_long() -> None:
    none_of(
        complaint
        for path in files(ROOT / "myschool", ".html")
        # Jinja's few say themselves which white space they send (`{%-`): they are made to be short on the wire.
        if not path.name.endswith(".jinja.html")
        for complaint in long_lines(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    )
    words = "слово " * 25
    assert long_lines("x", f"<p>{words}</p>")
    assert long_lines("x", f'<a class="btn" href="{"x" * 100}">')
    assert not long_lines("x", f'  {{% include "_empty.html" with title="{words}" only %}}')
    assert not long_lines("x", "<p>Коротко и ясно.</p>")


def test_templates_hold_no_script_and_no_style() -> None:
    paths = files(HOUSE, ".html")
    none_of(complaint for path in paths for complaint in inlined(path.name, path.read_text("utf-8")))


def test_templates_name_no_request() -> None:
    # No context processor gives it, so that a page says only what its door has put together: such words stay empty.
    paths = files(HOUSE, ".html")
    none_of(path.name for path in paths if re.search(r"\{[{%][^}]*\brequest\.", path.read_text("utf-8")))


def test_inlined_things_are_seen() -> None:
    for bad in (
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p class="a" style="color: red">',
        '<b onclick="go()">',
        '<b hx-on:click="go()">',
        '<a href="javascript:go()">',
    ):
        assert inlined("page.html", bad), bad
    for good in (
        '<script type="module" src="/main.js"></script>',
        '{% include "_card.html" with style="wide" only %}',
        '<p data-style="x">one = two</p>',
    ):
        assert not inlined("page.html", good), good


def test_migrations_have_telling_names() -> None:
    names = [module.name.split(".")[-1] for module in modules("migrations")]
    none_of(complaint for name in names if name != "migrations" for complaint in poor_name(name))
    for bad in ("0002_auto_20260901_1200", "0001_initial", "0003_alter_mark_value", "people", "0004_x"):
        assert poor_name(bad), bad


def test_migrations_import_no_application_code() -> None:
    none_of(complaint for module in modules("migrations") for complaint in application_code(module))
    assert application_code(example("from myschool.journal import rules"))
    assert application_code(example("from ..rules import average"))
    assert not application_code(example("from django.db import migrations, models"))


def test_nothing_is_left_for_later_without_an_issue() -> None:
    folders = (HOUSE, ROOT / "frontend", ROOT / "esia_standin", ROOT / "tests", ROOT / "docs")
    paths = [path for folder in folders for path in files(folder, ".py", ".ts", ".css", ".html", ".md")]
    none_of(complaint for path in paths for complaint in unfinished(path.name, comments(path)))
    assert unfinished("a.py", "# TODO: mend")
    assert not unfinished("a.py", "# TODO(#12): mend")


def test_a_time_is_shown_by_somebodys_clocks() -> None:
    pages = files(HOUSE, ".html")
    none_of(complaint for path in pages for complaint in zoneless(path.name, path.read_text("utf-8")))
    assert zoneless("a.html", '{{ row.at|date:"j E, H:i" }}')
    assert not zoneless("a.html", '{{ row.at|timezone:page.zone|date:"j E, H:i" }}')


def test_tests_do_not_sleep() -> None:
    none_of(complaint for module in modules_with_tests() for complaint in sleeps(module))
    assert sleeps(example("time.sleep(1)"))
    assert sleeps(example("page.wait_for_timeout(500)"))
