"""Before any test: the embedded database runs, and commits do not wait for the disk. After all: what they measured."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from myschool.config import embedded

if "DATABASE_URL" not in os.environ:
    embedded.ensure_running()
    os.environ["DATABASE_URL"] = embedded.url() + "&options=-c%20synchronous_commit%3Doff"


@pytest.fixture(autouse=True)
def _private_folders(tmp_path: Path) -> Iterator[None]:
    """Files that a test stores go where nobody else's are."""
    with override_settings(FILES_FOLDER=tmp_path / "files"):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured and told by `record_property`, whichever process ran them."""
    reports = [one for held in terminalreporter.stats.values() for one in held]
    for report in reports:
        if getattr(report, "when", "") == "call":
            for name, words in report.user_properties:
                terminalreporter.write_line(f"{name}: {words}")
