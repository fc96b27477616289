"""Before any test: the embedded database runs, and commits do not wait for the disk."""

import os

import pytest

from myschool.config import embedded

if "DATABASE_URL" not in os.environ:
    embedded.ensure_running()
    os.environ["DATABASE_URL"] = embedded.url() + "&options=-c%20synchronous_commit%3Doff"


@pytest.fixture(autouse=True)
def _private_folders(settings, tmp_path):  # type: ignore[no-untyped-def] # pytest-django's fixture has no type
    """Files that a test stores go where nobody else's are."""
    settings.FILES_FOLDER = tmp_path / "files"
