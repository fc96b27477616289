"""Looking files over: the agreed test sign, and ClamAV's own daemon by its own protocol."""

import shutil
import subprocess
import time

import pytest

from myschool.files import gateways
from myschool.files.gateways import TEST_SIGN, ClamScanner, ScannerIsAway, SignScanner
from myschool.files.receiving import PAPERS, FileRefused, receive
from myschool.files.tests.makers import PDF, upload

CLAMD = shutil.which("clamd") or shutil.which("/usr/sbin/clamd") or ""
START_SECONDS = 60


def test_the_test_sign_is_found_also_across_two_chunks():
    assert SignScanner().found_in([b"a" * 10 + TEST_SIGN[:20], TEST_SIGN[20:] + b"b"]) == "Eicar-Test-Signature"
    assert SignScanner().found_in([TEST_SIGN[:20], b"and something else"]) == ""


def test_an_infected_file_is_refused_and_not_kept(settings):
    with pytest.raises(FileRefused, match="вирус"):
        receive(upload(PDF + TEST_SIGN), PAPERS, field="decree")
    assert not settings.FILES_FOLDER.exists()


def test_nothing_is_taken_while_the_scanner_is_away(settings, tmp_path):
    settings.CLAMD = str(tmp_path / "nobody.sock")
    with pytest.raises(ScannerIsAway):
        receive(upload(PDF), PAPERS, field="decree")
    assert not settings.FILES_FOLDER.exists()


@pytest.fixture
def clamd(tmp_path):
    """The real daemon with one signature of ours: the public ones are fetched from elsewhere."""
    signatures = tmp_path / "signatures"
    signatures.mkdir()
    (signatures / "own.ndb").write_text(f"Test.Sign:0:*:{TEST_SIGN.hex()}\n")
    socket = tmp_path / "clamd.sock"
    settings = {"LocalSocket": socket, "DatabaseDirectory": signatures, "Foreground": "yes", "User": "root"}
    config = tmp_path / "clamd.conf"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    process = subprocess.Popen([CLAMD, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + START_SECONDS
    while not socket.exists() and process.poll() is None and time.monotonic() < until:
        process.poll()
    yield str(socket)
    process.terminate()
    process.wait()


@pytest.mark.skipif(not CLAMD, reason="ClamAV is not installed: Debian's package is “clamav-daemon”")
def test_clamav_finds_what_its_signatures_know(clamd):
    assert ClamScanner(clamd).found_in([b"a" * gateways.CHUNK, TEST_SIGN]) == "Test.Sign.UNOFFICIAL"
    assert ClamScanner(clamd).found_in([b"clean"]) == ""
