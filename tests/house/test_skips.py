"""What the scan for unsafe code (ruff's S rules) and the formatter are told to pass over, and why."""

import re
import tomllib

from tests.house.source import ROOT, files, none_of

# ruff's rules of safety, and those against characters that hide in a line.
SAFETY = {"S", "PLE25"}
UNFORMATTED = re.compile(r"#\s*fmt:\s*(?:skip|off)")
SKIP = re.compile(r"#\s*(?:ruff:\s*)?noqa\b(?P<rest>.*)")


def unexplained(name: str, text: str) -> list[str]:
    """Complaints about a rule of safety that is passed over without a reason, and about passing over all rules."""
    return [
        f"{name}:{number}: say which rule is passed over, and why: # noqa: S608 - made of constants"
        for number, line in enumerate(text.splitlines(), start=1)
        if (skip := SKIP.search(line))
        if not re.match(r":\s*[A-Z]+\d", skip["rest"])
        or (re.search(r"\bS\d{3}\b", skip["rest"]) and not re.search(r"S\d{3}[^-—]* [-—] \w", skip["rest"]))
    ]


def test_every_rule_of_safety_that_is_passed_over_has_its_reason() -> None:
    folders = (ROOT / "myschool", ROOT / "esia_standin", ROOT / "tests")
    none_of(
        complaint
        for folder in folders
        for path in files(folder, ".py")
        if path.name != "test_skips.py"
        for complaint in unexplained(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    )
    assert unexplained("example", "run(words)  # noqa: S603")
    assert unexplained("example", "run(words)  # noqa")
    assert not unexplained("example", "run(words)  # noqa: S603 - our own words")
    assert not unexplained("example", "import late  # noqa: E402")


def test_one_formatter_formats_everything() -> None:
    folders = (ROOT / "myschool", ROOT / "esia_standin", ROOT / "tests")
    none_of(
        f"{path.relative_to(ROOT)}: the formatter is passed over"
        for folder in folders
        for path in files(folder, ".py")
        if UNFORMATTED.search(path.read_text("utf-8"))
    )
    assert UNFORMATTED.search("PAIRS = {1: 2}  # fmt: " + "skip")


def test_the_scan_covers_all_our_python() -> None:
    """No rule of safety is off for the whole house: only tests and the invented world have exceptions."""
    ruff_config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    lint = ruff_config["lint"]
    assert set(lint["select"]) >= SAFETY
    passed_over = {*lint["ignore"], *lint.get("extend-ignore", ())}
    assert not [rule for rule in passed_over if re.match(r"(S\d*|PLE25\d*|PL|PLE|ALL)$", rule)]
    assert {*ruff_config.get("exclude", ()), *ruff_config.get("extend-exclude", ())} == {"frontend"}
    exceptions = lint["per-file-ignores"]
    places = [place for place, rules in exceptions.items() if any(re.match(r"S\d*$", rule) for rule in rules)]
    assert places
    assert all("test" in place or place == "myschool/config/demo/**" for place in places)
