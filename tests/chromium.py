"""Chromium for the browser tests: what the machine has, else Debian's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser started by root, or without a network, waits for what never comes.
OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path() -> str | None:
    """The browser's program, or None where Playwright brings its own."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure() -> None:
    """Install a browser if there is none.

    Raises:
        SystemExit: neither apt nor Playwright could.
    """
    if path() or _playwright_has_one():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], check=True)
        return
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
        raise SystemExit("The browser tests need Chromium: install the package “chromium”, then run again.")


def _playwright_has_one() -> bool:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return any(cache.glob("chromium-*")) if cache.exists() else False


if __name__ == "__main__":
    ensure()
