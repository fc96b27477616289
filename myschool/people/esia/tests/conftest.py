from pathlib import Path

import pytest

from .. import openssl
from ..settings import EsiaSettings
from . import makers
from .makers import Pair

needs_gost = pytest.mark.skipif(
    not openssl.gost_available(), reason="openssl has no gost engine (Debian: libengine-gost-openssl)"
)
both_algorithms = pytest.mark.parametrize("algorithm", ["RSA", pytest.param("GOST", marks=needs_gost)])


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def rsa(keys: Path) -> Pair:
    return makers.rsa_pair(keys)


@pytest.fixture(scope="session")
def other_rsa(keys: Path) -> Pair:
    return makers.rsa_pair(keys, name="other-rsa")


@pytest.fixture(scope="session")
def gost(keys: Path) -> Pair:
    return makers.gost_pair(keys)


@pytest.fixture
def pair(algorithm: str, request: pytest.FixtureRequest) -> Pair:
    """The pair of the algorithm under test; one that is not asked for is not made."""
    key_pair: Pair = request.getfixturevalue(algorithm.lower())
    return key_pair


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    folder = tmp_path / "trusted"
    folder.mkdir()
    return folder


@pytest.fixture
def configured(rsa: Pair, trusted: Path) -> EsiaSettings:
    """RSA on both sides; ЕСИА signs by the same key, which no test of trust relies upon."""
    (trusted / "esia.pem").write_bytes(rsa.certificate.read_bytes())
    return makers.settings(rsa, trusted)
