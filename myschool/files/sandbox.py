"""Running other people's programs over other people's files: no network, nothing to read, little time and memory."""

import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

MEMORY = 4_000_000_000
LARGEST_FILE = 500_000_000
SCRATCH = 256 * 1024 * 1024
# All that the programs need of this machine: themselves and fonts, and neither our code nor our files.
READABLE = (
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/opt", "/var/cache/fontconfig",
    "/var/lib/libreoffice",
)  # fmt: skip
PLACE = "/work"


class SandboxIsAway(SystemExit):
    """No sandbox can be made on this machine, and in production nothing is opened without one."""


class ProgramFailed(Exception):
    """The program did not do it; the message is for the log."""


class TooSlow(ProgramFailed):
    """The program was stopped: it took longer than it may."""


def demand() -> None:
    """Make sure that strangers' files are opened in a sandbox.

    Raises:
        SandboxIsAway: in production, when there is none.
    """
    if settings.PRODUCTION and not works():
        raise SandboxIsAway(
            "bubblewrap (bwrap) and prlimit are needed to open people's files, and do not work here: install"
            " bubblewrap and allow unprivileged user namespaces. docs/howto/production.md tells more."
        )


@cache
def works() -> bool:
    """Whether sandboxes can be made here: a container may have the program and forbid what it needs."""
    if not (shutil.which("bwrap") and shutil.which("prlimit")):
        return False
    tried = subprocess.run([*_walls(), "--", "true"], capture_output=True, check=False)  # noqa: S603 - our own words
    return tried.returncode == 0


def run(words: Sequence[str], folder: Path, *, seconds: int) -> bytes:
    """Run a program in a folder, the only place it can write to; answers what it printed.

    Raises:
        ProgramFailed: it ended badly.
        TooSlow: it was still running after so many seconds.
        SandboxIsAway: in production, when there is no sandbox.
    """
    demand()
    limits = [
        "prlimit", f"--as={MEMORY}", f"--fsize={LARGEST_FILE}", f"--cpu={seconds}", "--nofile=1024", "--core=0",
    ]  # fmt: skip
    walls = [*limits, *_walls(), "--bind", str(folder), PLACE, "--chdir", PLACE, "--"] if works() else []
    place = PLACE if walls else str(folder)
    process = subprocess.Popen(  # noqa: S603 - our own words, and names of files that we gave
        [*walls, *(word.replace("{place}", place) for word in words)],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": place, "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TooSlow(words[0]) from error
    finally:
        # Also when we ourselves are told to stop; programs that start others leave nobody behind.
        _end(process)
    if process.returncode:
        raise ProgramFailed(f"{words[0]} ended with {process.returncode}")
    return printed


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _walls() -> list[str]:
    walls = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    walls += ["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", PLACE, "--setenv", "LANG", "C.UTF-8"]
    walls += ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        path = Path(name)
        walls += (
            ["--symlink", str(path.readlink()), name] if path.is_symlink() else ["--ro-bind-try", name, name]
        )
    for name in READABLE:
        walls += ["--ro-bind-try", name, name]
    return [*walls, "--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH), "--tmpfs", "/tmp"]  # noqa: S108 - its own
