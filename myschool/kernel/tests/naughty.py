"""Strings that break text fields, from the fixtures beside the project."""

import json
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[4] / "shared/fixtures/naughty/blns.json"


def naughty_strings() -> list[str]:
    """The whole list; the test is skipped where the fixtures are absent."""
    if not SOURCE.exists():
        pytest.skip(f"no fixtures at {SOURCE}")
    strings: list[str] = json.loads(SOURCE.read_text("utf-8"))
    return strings
