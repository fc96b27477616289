"""Nothing slow happens inside a transaction: whoever follows the chronicle waits for the oldest one."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, example, modules, none_of

# What takes as long as a disk, a program or another machine likes.
SLOW = {
    "store",
    "scanner",
    "run_own",
    "StoredBytes",
    "receive",
    "receive_file",
    "examined",
    "unpacked",
    "type_of",
    "pages_in",
    "opened",
    "open",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "urlopen",
    "Popen",
    "sleep",
    "Smtp",
    "WebPush",
}
SLOW_MODULES = {"sandbox", "subprocess", "httpx", "smtplib", "socket", "shutil", "tempfile"}
# Where a slow name means something that is not, each with its reason.
FINE: dict[str, str] = {
    "myschool.journal.actions.codes:give_usual_codes": "reads a small table that lies among our own code",
    "myschool.schools.classifiers.loading:load": "reads small tables that lie among our own code, once after an update",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def blocks(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """What runs inside a transaction: functions marked so, and blocks, each with the name of its function."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            if any("atomic" in ast.unparse(mark) for mark in node.decorator_list):
                yield node.name, node
            for inside in ast.walk(node):
                if isinstance(inside, ast.With) and any(
                    "atomic" in ast.unparse(item.context_expr) for item in inside.items
                ):
                    yield node.name, inside


def calls(node: ast.AST, own: dict[str, Function], seen: set[str]) -> Iterator[ast.Call]:
    """Every call inside, and inside the module's own functions that are called there."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield call
            name = ast.unparse(call.func)
            if name in own and name not in seen:
                seen.add(name)
                yield from calls(own[name], own, seen)


def slow_work(module: Module) -> list[str]:
    """Complaints about slow calls inside transactions."""
    own = {node.name: node for node in module.tree.body if isinstance(node, Function)}
    return [
        f"{module.at(call)}: {ast.unparse(call.func)} is slow, and {name} calls it inside a transaction"
        for name, block in blocks(module)
        if f"{module.name}:{name}" not in FINE
        for call in calls(block, own, {name})
        if (words := ast.unparse(call.func).replace("()", "").split("."))
        and (words[-1] in SLOW or words[0] in SLOW | SLOW_MODULES)
    ]


def test_nothing_slow_is_called_inside_a_transaction() -> None:
    none_of(complaint for module in modules() for complaint in slow_work(module))


def test_each_way_to_call_it_is_seen() -> None:
    marked = "@transaction.atomic\ndef keep(*, at):\n    {}\n"
    for slow in ("store().read(key)", "sandbox.run(words)", "httpx.get(url)", "open(path)", "path.open('rb')"):
        assert slow_work(example(marked.format(slow))), slow
    assert slow_work(example("def keep():\n    with transaction.atomic():\n        subprocess.run(words)"))
    assert slow_work(example(marked.format("_kept()") + "def _kept():\n    store().put(chunks)"))
    assert not slow_work(example("def keep():\n    store().put(chunks)\n    with transaction.atomic():\n        pass"))
    assert not slow_work(example(marked.format("Mark.objects.create()")))
