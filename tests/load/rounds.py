"""Measuring: every door in turn and the empty view just before it, so that the machine's other work meets both."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from myschool.config import tryout
from tests.load import doors, servers
from tests.load.doors import Door
from tests.load.place import FOLDER
from tests.load.wrk import Asked, Measured, Wrk

CLIENTS = (8, 64)
EMPTY = "empty"
WARMING_SECONDS = 5


@dataclass(frozen=True)
class Pace:
    """How many rounds, and for how many seconds a door and the empty view are asked in each."""

    rounds: int
    door: int
    empty: int


QUICK, FULL = Pace(3, 2, 1), Pace(7, 5, 2)


@dataclass(frozen=True)
class Pair:
    """A door, and the empty view just before it."""

    empty: Measured
    door: Measured


@dataclass(frozen=True)
class Bench:
    """What was measured: `pairs` by door and number of clients, round after round."""

    doors: Sequence[Door]
    statements: dict[str, int]
    pairs: dict[tuple[str, int], list[Pair]]


class NotSubmitted(SystemExit):
    """Fewer requests lie in the database than were answered: some students had to ask twice."""


def measure(pace: Pace) -> Bench:
    """Ask all doors, round after round.

    Raises:
        NotSubmitted: this machine is so fast that it needs a database of more schools.
    """
    tryout.make_certificate()
    asked = doors.doors()
    # Each list's first request is spent by counting its statements.
    statements = {door.name: doors.statements(door) for door in asked}
    pairs: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.serving(servers.EMPTY, FOLDER / "empty.log") as empty,
        servers.serving(servers.PLATFORM, FOLDER / "pages.log") as pages,
    ):
        wrk = Wrk(Path(folder))
        wrk.prepare(EMPTY, [Asked("/")])
        submitted = 1
        for door in asked:
            wrk.prepare(door.name, door.requests[1:])
            warming = wrk.ask(pages, door.name, clients=min(CLIENTS), seconds=WARMING_SECONDS)
            submitted += warming.answers if door.name == doors.SUBMIT else 0
        for _ in range(pace.rounds):
            for clients in CLIENTS:
                for door in asked:
                    before = wrk.ask(empty, EMPTY, clients=clients, seconds=pace.empty)
                    measured = wrk.ask(pages, door.name, clients=clients, seconds=pace.door)
                    pairs[door.name, clients].append(Pair(before, measured))
                    submitted += measured.answers if door.name == doors.SUBMIT else 0
    if doors.lying() < submitted:
        raise NotSubmitted(
            f"{submitted} requests were answered, {doors.lying()} are there: grow more schools."
        )
    return Bench(asked, statements, dict(pairs))
