"""The `openssl` command with the gost engine: the only place that starts it.

Messages are given by standard input; a signature to verify lies in a folder that lives as long as the call.
Private keys stay in the files the operator named.
"""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from .failures import SigningUnavailable

_SECONDS = 10
INSTALL = (
    "Подпись ГОСТ недоступна: нужна команда openssl с модулем gost (в Debian и Ubuntu — пакет libengine-gost-openssl)."
)


def _started(*arguments: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and every argument is ours or the operator's
            ["openssl", *arguments],  # noqa: S607 - the operator chooses which openssl comes first
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise SigningUnavailable(INSTALL) from None
    except subprocess.TimeoutExpired:
        raise SigningUnavailable("Команда openssl не ответила вовремя.") from None


@cache
def gost_available() -> bool:
    """Whether this machine can sign and verify by ГОСТ Р 34.10-2012."""
    try:
        return _started("engine", "gost", given=b"").returncode == 0
    except SigningUnavailable:
        return False


def gost(command: str, *arguments: str, given: bytes) -> bytes:
    """The output of an openssl command run with the gost engine.

    Raises:
        SigningUnavailable: there is no openssl or no engine, or the command refused its files.
    """
    if not gost_available():
        raise SigningUnavailable(INSTALL)
    finished = _started(command, "-engine", "gost", *arguments, given=given)
    if finished.returncode != 0:
        raise SigningUnavailable(f"Команда openssl {command} не приняла сертификат или ключ.")
    return finished.stdout


def gost_verifies(public_key: bytes, *, message: bytes, signature: bytes) -> bool:
    """Whether the raw signature (64 bytes) of the message belongs to the public key (PEM).

    Raises:
        SigningUnavailable: there is no openssl or no engine.
    """
    if not gost_available():
        raise SigningUnavailable(INSTALL)
    with TemporaryDirectory(prefix="esia-") as folder:
        key_file, signature_file = Path(folder, "key.pem"), Path(folder, "signature")
        key_file.write_bytes(public_key)
        signature_file.write_bytes(signature)
        arguments = ("-md_gost12_256", "-verify", str(key_file), "-signature", str(signature_file))
        return _started("dgst", "-engine", "gost", *arguments, given=message).returncode == 0
