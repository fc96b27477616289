"""docs/security.md: every requirement of levels 1 and 2 is in its table, and every test it names exists."""

import re

from tests.house.source import ROOT, files

# OWASP ASVS 5.0.0: numbers of the requirements of levels 1 and 2.
REQUIREMENTS = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 4.1.1-3 4.2.1
4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2
7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2
10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5
14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""
ROW = re.compile(r"^\| (\d[^|]*) \| (\w[^|]*) \|(.*)\|$", re.MULTILINE)
SPAN = re.compile(r"(\d+\.\d+)\.(\d+)(?:[-–](?:\d+\.\d+\.)?(\d+))?")


def numbers(text: str) -> set[str]:
    """Every number that is named, alone or by the ends of a row of them."""
    return {
        f"{section}.{number}"
        for section, first, last in SPAN.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def table() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "security.md").read_text("utf-8"))


def test_every_requirement_of_the_first_two_levels_has_its_row() -> None:
    assert len(numbers(REQUIREMENTS)) == 253
    assert numbers(" ".join(requirement for requirement, _, _ in table())) == numbers(REQUIREMENTS)


def test_every_row_says_one_of_four_things() -> None:
    assert {state for _, state, _ in table()} == {"held", "operator", "open", "n/a"}
    assert [requirement for requirement, _, words in table() if not words.strip()] == []


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text("utf-8")))
    there = {
        name
        for folder in ("myschool", "esia_standin", "tests")
        for path in files(ROOT / folder, ".py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert named
    assert named - there == set()
