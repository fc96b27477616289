"""What the tests need of the machine: a browser, and openssl's GOST engine. Installed by apt where that is possible."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Programs that files are looked over and shown with, the relay of live signals, and Debian's packages of them.
PROGRAMS = {
    "clamd": ("clamav-daemon",),
    "soffice": ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui"),
    "pdftoppm": ("poppler-utils",),
    "bwrap": ("bubblewrap",),
    "redis-server": ("redis-server",),
}
# Without these a browser started by root, or without a network, waits for what never comes.
OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser's program, or None where Playwright brings its own."""
    return next((program for name in NAMES if (program := shutil.which(name))), None)


def ensure_chromium() -> None:
    """Install a browser if there is none: Debian's package, else Playwright's own.

    Raises:
        SystemExit: neither apt nor Playwright could.
    """
    if chromium() or _playwright_has_one():
        return
    if _apt("chromium"):
        return
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
        raise SystemExit("The browser tests need Chromium: install the package “chromium”, then run again.")


def ensure_gost() -> None:
    """Install the GOST engine if it is absent; without it the tests of GOST signatures say why they are skipped."""
    if not any(Path("/usr/lib").glob("*/engines-3/gost.so")) and not _apt("libengine-gost-openssl"):
        print("No GOST engine: install the package “libengine-gost-openssl” to run its tests.", file=sys.stderr)


def ensure_programs() -> None:
    """Install what files are looked over and shown with; without it the tests of it say why they are skipped."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    missing = [
        package for name, packages in PROGRAMS.items() if not shutil.which(name, path=path) for package in packages
    ]
    if missing and not _apt(*missing):
        print(f"Not installed: {', '.join(missing)}; their tests are skipped.", file=sys.stderr)


def _apt(*packages: str) -> bool:
    """Whether apt has installed the packages; only root may try."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    subprocess.run(["apt-get", "update", "-q"], check=True)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    return subprocess.run(install, check=False).returncode == 0


def _playwright_has_one() -> bool:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return any(cache.glob("chromium-*")) if cache.exists() else False


if __name__ == "__main__":
    ensure_chromium()
    ensure_gost()
    ensure_programs()
