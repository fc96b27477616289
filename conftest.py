"""Around every test: folders of its own. After all: what they measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from tests.template import template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process copies its database instead of running all migrations again."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(autouse=True)
def _private_folders(tmp_path: Path) -> Iterator[None]:
    """Files and evidence that a test stores go where nobody else's are."""
    with override_settings(
        FILES_FOLDER=tmp_path / "files",
        EVIDENCE_FOLDER=str(tmp_path / "evidence"),
        EVIDENCE_KEY=str(tmp_path / "evidence.pem"),
        # A connection that outlives its test would keep the database from being dropped.
        WAKES_FOLLOWERS=False,
    ):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured and told by `record_property`, whichever process ran them."""
    reports = [one for held in terminalreporter.stats.values() for one in held]
    for report in reports:
        if getattr(report, "when", "") == "call":
            for name, words in report.user_properties:
                terminalreporter.write_line(f"{name}: {words}")
