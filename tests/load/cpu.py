"""What a request costs in CPU, by itself: `python -m tests.load.cpu [--beside FOLDER]`, without servers and without load.

For whoever makes a page cheaper: it tells of a tenth of a millisecond, and needs no minute. The ratios to aim at are those
of `make bench`, whose empty view pays for its server too.

Each tree's application runs in a process of its own, all ask the bench's database, and are asked in turns; so whatever else
the machine does meets all alike. CPU is the process's own and that of its server process in the database.
"""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

ROUNDS, WARMING = 9, 30
HERE = Path(__file__).parents[2]
EMPTY = "empty view"


def main() -> None:
    """Ask every door of every tree in turns and print the medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.cpu", description=__doc__)
    parser.add_argument("--beside", type=Path, action="append", default=[], help="another tree of this repository")
    parser.add_argument("--requests", type=int, default=60, help="in a round, of each door")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--doors", default="", help="only those whose names contain this")
    options = parser.parse_args()
    if "DATABASE_URL" not in os.environ:
        # The driver only chooses the database; the worlds are those that `make bench` has made.
        from tests.load import place

        place.choose(fresh=False)
    trees = {str(tree): Asker(tree) for tree in (*options.beside, HERE)}
    empty = Asker(HERE, "--empty")
    doors = [name for name in trees[str(HERE)].doors if options.doors in name]
    spent: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for tree in trees.values():
        for door in doors:
            tree.ask(door, WARMING)
    for _ in range(options.rounds):
        spent.setdefault(("", EMPTY), []).append(empty.ask(EMPTY, 10 * options.requests))
        for door in doors:
            for name, tree in trees.items():
                spent.setdefault((name, door), []).append(tree.ask(door, options.requests))
    print(f"{'CPU, ms a request':34}{'Python':>9}{'database':>10}")
    for door in (EMPTY, *doors):
        for name in trees if door != EMPTY else [""]:
            python, database = (median(part) for part in zip(*spent[name, door], strict=True))
            print(f"{door:34}{python:>9.3f}{database:>10.3f}  {Path(name).name}")


class Asker:
    """A process that asks one tree's application."""

    def __init__(self, tree: Path, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--worker", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree), "MYSCHOOL_LOG_LEVEL": "ERROR"},
        )
        self.doors = self._line().split("\t")

    def ask(self, door: str, requests: int) -> tuple[float, float]:
        """Milliseconds of CPU a request: Python's, and the database's."""
        assert self._process.stdin
        self._process.stdin.write(f"{door}\t{requests}\n")
        self._process.stdin.flush()
        python, database = map(float, self._line().split())
        return python, database

    def _line(self) -> str:
        assert self._process.stdout
        if line := self._process.stdout.readline():
            return line.rstrip("\n")
        raise SystemExit("A tree's application ended: see above.")


def work(*, is_empty: bool) -> None:
    """Answer lines «door, number» with the CPU that so many requests took."""
    doors, application, of_database = _empty() if is_empty else _platform()
    print(*doors, sep="\t", flush=True)
    places = dict.fromkeys(doors, 0)
    for line in sys.stdin:
        door, number = line.rstrip("\n").split("\t")
        requests = [doors[door][(places[door] + place) % len(doors[door])] for place in range(int(number))]
        places[door] += len(requests)
        environs = [_environ(*request) for request in requests]
        before, database = process_time(), of_database()
        statuses = {_answer(application, environ) for environ in environs}
        python, database = process_time() - before, of_database() - database
        if not statuses <= {"200 OK", "304 Not Modified"}:
            raise SystemExit(f"{door}: {statuses}")
        print(1000 * python / len(requests), 1000 * database / len(requests), flush=True)


def _answer(application: Callable[..., Any], environ: dict[str, Any]) -> str:
    told: list[str] = []
    answer = application(environ, lambda status, headers: told.append(status))
    for _ in answer:
        pass
    answer.close()
    return told[0]


def _environ(path: str, cookie: str, body: str, etag: str) -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_COOKIE": cookie,
        "HTTP_IF_NONE_MATCH": etag,
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        "CONTENT_LENGTH": str(len(body.encode())),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body.encode()),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "127.0.0.1",
        "SCRIPT_NAME": "",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


Asked = tuple[str, str, str, str]
Worker = tuple[dict[str, list[Asked]], Callable[..., Any], Callable[[], float]]


def _empty() -> Worker:
    from tests.load.empty import application

    return {EMPTY: [("/", "", "", "")]}, application, lambda: 0.0


def _platform() -> Worker:
    os.environ["DJANGO_SETTINGS_MODULE"] = "myschool.config.settings"
    from django.conf import settings
    from django.db import connection

    from myschool.config.wsgi import django_application

    settings.QUERIES_IN_TEMPLATES_RAISE = False
    doors = {name: list(asked) for name, asked in _doors()}
    connection.ensure_connection()
    ran = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return doors, django_application, lambda: int(ran.read_text().split()[0]) / 1e9


def _doors() -> Iterator[tuple[str, Iterator[Asked]]]:
    """The doors of the day, each asked by many; those of the bench, and pages that are little more than their frame."""
    from myschool.config.demo import copying, world
    from tests.load import school_days
    from tests.load.doors import _searches

    schools = school_days.grown_schools()
    known = copying.planned(schools, world.start_of_world())
    pages, weeks = list(school_days._pages(known)), list(school_days._weeks(known))
    shells = [(path.replace("data/", ""), cookie) for path, cookie in pages]
    yield "journal's page (shell)", ((*one, "", "") for one in shells)
    yield "journal as data", ((*one, "", "") for one in pages)
    yield "diary week, HTML", ((*one, "", "") for one in weeks)
    yield "diary week, JSON", ((path.replace("?", "week.json?"), cookie, "", "") for path, cookie in weeks)
    nobody = next(door for door in _searches() if door.name == "no-people")
    yield "people of a school, nobody", ((one.path, one.cookie, one.body, "") for one in nobody.requests)
    yield "own data", (("/privacy/mine/", cookie, "", "") for _, cookie in weeks)
    yield "devices", (("/sessions/", cookie, "", "") for _, cookie in weeks)


if __name__ == "__main__":
    if "--worker" in sys.argv:
        work(is_empty="--empty" in sys.argv)
    else:
        main()
