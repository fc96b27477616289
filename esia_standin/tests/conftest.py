"""What most tests start from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from esia_standin.standin import open_store
from esia_standin.tests.makers import BEGINNING, Place, Signer, System, Visitor, rsa_signer


@pytest.fixture(scope="session")
def signer() -> Signer:
    return rsa_signer()


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new stand-in's folder: keys take time to make, so every test gets a copy of these."""
    folder = tmp_path_factory.mktemp("untouched")
    open_store(folder, BEGINNING).close()
    return folder


@pytest.fixture
def place(tmp_path: Path, untouched: Path) -> Iterator[Place]:
    shutil.copytree(untouched, tmp_path / "standin")
    place = Place(tmp_path / "standin")
    yield place
    place.store.close()


@pytest.fixture
def system(place: Place, signer: Signer) -> System:
    return place.system(signer)


@pytest.fixture
def visitor(place: Place) -> Visitor:
    return place.visitor()
