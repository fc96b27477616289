"""Running other people's programs over other people's files: no network, nothing to read, little time and memory."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

from myschool.kernel import transactions

log = logging.getLogger(__name__)

# What an office program takes for a large document; a program of ours is allowed less.
MEMORY = 4_000_000_000
LARGEST_FILE = 500_000_000
SCRATCH = 256 * 1024 * 1024
# All that the programs need of this machine: themselves and fonts, and not our files.
READABLE = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/opt",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
)
PLACE = "/work"
# Our own code and what it stands on, for programs that are ours; neither settings nor secrets lie among them.
HOUSE = Path(__file__).resolve().parents[1]
PACKAGES = Path(sysconfig.get_path("purelib"))
CODE = "/code"
MOST_PRINTED = 1_000_000


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


def run(
    words: Sequence[str],
    folder: Path,
    *,
    seconds: int,
    memory: int = MEMORY,
    largest_file: int = LARGEST_FILE,
    with_code: bool = False,
) -> bytes:
    """Run a program in a folder, the only place it can write to; answers the beginning of what it printed.

    Raises:
        ProgramFailed: it ended badly.
        TooSlow: it was still running after so many seconds.
        SandboxIsAway: in production, when there is no sandbox.
    """
    demand()
    transactions.demand_none()
    bounds = [f"--as={memory}", f"--fsize={largest_file}", f"--cpu={seconds}", "--nofile=1024", "--core=0"]
    limits = ["prlimit", *bounds] if shutil.which("prlimit") else []
    code = _code() if with_code else []
    walls = [*_walls(), *code, "--bind", str(folder), PLACE, "--chdir", PLACE, "--"] if works() else []
    place = PLACE if walls else str(folder)
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": place, "LANG": "C.UTF-8"}
    if with_code:
        environment["PYTHONPATH"] = f"{HOUSE.parent}:{PACKAGES}"
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(  # noqa: S603 - our own words, and names of files that we gave
            [*limits, *walls, *(word.replace("{place}", place) for word in words)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise TooSlow(words[0]) from error
        finally:
            # Also when we ourselves are told to stop; programs that start others leave nobody behind.
            _end(process)
        if process.returncode:
            raise ProgramFailed(f"{words[0]} ended with {process.returncode}")
        printed.seek(0)
        return printed.read(MOST_PRINTED)


def run_own(module: str, *words: str, folder: Path, seconds: int, memory: int, largest_file: int) -> None:
    """Run a module of ours in a folder: it may be led astray by what it reads, and is kept like a stranger's program.

    Raises:
        ProgramFailed: it ended badly.
        TooSlow: it was still running after so many seconds.
        SandboxIsAway: in production, when there is no sandbox.
    """
    python = str(Path(sys.executable).resolve())
    command = [python, "-B", "-P", "-m", module, *words]
    run(command, folder, seconds=seconds, memory=memory, largest_file=largest_file, with_code=True)


def _code() -> list[str]:
    base = str(Path(sys.base_prefix).resolve())
    return [
        "--ro-bind",
        base,
        base,
        "--ro-bind",
        str(HOUSE),
        f"{CODE}/{HOUSE.name}",
        "--ro-bind",
        str(PACKAGES),
        f"{CODE}/packages",
        "--setenv",
        "PYTHONPATH",
        f"{CODE}:{CODE}/packages",
    ]


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _walls() -> list[str]:
    walls = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    walls += ["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", PLACE, "--setenv", "LANG", "C.UTF-8"]
    walls += ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        path = Path(name)
        walls += ["--symlink", str(path.readlink()), name] if path.is_symlink() else ["--ro-bind-try", name, name]
    for name in READABLE:
        walls += ["--ro-bind-try", name, name]
    return [*walls, "--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH), "--tmpfs", "/tmp"]  # noqa: S108 - its own
