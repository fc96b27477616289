"""The law in docs/style.md is true: each test, contract and file that is said to hold a rule exists."""

import re
from configparser import ConfigParser

from tests.house.source import ROOT, none_of

ROW = re.compile(r"^\| .* \| (?P<holders>[^|]*) \|$", re.MULTILINE)
NAMED = re.compile(r"`(?P<path>(?:tests|myschool)/[\w/]+\.py)(?:::(?P<test>\w+))?`")
CONTRACTS = re.compile(r"`\.importlinter` [\w-]+(?:, [\w-]+)*")
# What holds a rule without a test or a contract of its own.
OTHERS = {"`make check`", "for the reader", "`kernel.pages.show` raises"}


def untrue(text: str) -> list[str]:
    """Complaints about holders that are not there."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    complaints = []
    for row in ROW.finditer(text):
        if row["holders"] in ("held by", "---") or row["holders"] in OTHERS:
            continue
        holders = row["holders"].split(", ")
        if not CONTRACTS.fullmatch(row["holders"]) and not all(map(NAMED.fullmatch, holders)):
            complaints.append(f"what holds «{row['holders']}»?")
        for named in NAMED.finditer(row["holders"]):
            path = ROOT / named["path"]
            if not path.exists() or (named["test"] and f"def {named['test']}(" not in path.read_text("utf-8")):
                complaints.append(f"nothing is {named[0]}")
        if row["holders"].startswith("`.importlinter`"):
            contract_names = row["holders"].removeprefix("`.importlinter`").split(",")
            complaints += [
                f"no contract is called {name.strip()}"
                for name in contract_names
                if not contracts.has_section(f"importlinter:contract:{name.strip()}")
            ]
    return complaints


def test_every_rule_that_is_said_to_be_held_is_held() -> None:
    none_of(untrue((ROOT / "docs/style.md").read_text("utf-8")))


def test_a_holder_that_is_not_there_is_seen() -> None:
    assert untrue("| A rule. | `tests/house/test_rooms.py::test_of_nothing` |")
    assert untrue("| A rule. | `.importlinter` cellars |")
    assert untrue("| A rule. | the tests |")
    assert untrue("| A rule. | `tests/house/rooms` |")
    assert untrue("| A rule. | `tests/house/test_rooms.py`, whoever reads it |")
    assert untrue("| A rule. |  |")
    assert not untrue("| A rule. | `.importlinter` storeys, rooms |")
    assert not untrue("| A rule. | `tests/house/test_rooms.py`, `tests/house/test_words.py` |")
    assert not any(untrue(f"| A rule. | {holder} |") for holder in OTHERS)
