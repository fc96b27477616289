"""Measuring: every door in turn and its measure just before it, so that the machine's other work meets both."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from myschool.config import tryout
from tests.load import bare, doors, library, school_days, servers
from tests.load.doors import BARE, EMPTY, Door
from tests.load.place import FOLDER, tenth
from tests.load.wrk import Asked, Measured, Wrk

CLIENTS = (8, 64)
CHAIN = "chain"
WARMING_SECONDS = 5


@dataclass(frozen=True)
class Pace:
    """How many rounds, and for how many seconds a door and its measure are asked in each."""

    rounds: int
    door: int
    empty: int


QUICK, FULL = Pace(3, 2, 1), Pace(7, 5, 2)


@dataclass(frozen=True)
class Pair:
    """A door, and its measure just before it: the empty view or the bare insert."""

    measure: Measured
    door: Measured


@dataclass(frozen=True)
class Grown:
    """The same requests put to a tenth of the rows, and to all of them."""

    tenth: Measured
    whole: Measured


@dataclass(frozen=True)
class Bench:
    """What was measured, by door and number of clients, round after round; `chain` is the empty view behind all of ours."""

    doors: Sequence[Door]
    statements: dict[str, int]
    pairs: dict[tuple[str, int], list[Pair]]
    grown: dict[tuple[str, int], list[Grown]]
    chain: dict[int, list[Pair]]


class NotSaved(SystemExit):
    """Fewer rows lie in the database than were answered."""


def measure(pace: Pace) -> Bench:
    """Ask all doors, round after round.

    Raises:
        NotSaved: this machine is so fast that it needs a database of more schools, or an answer was not true.
    """
    tryout.make_certificate()
    schools = school_days.grown_schools()
    all_doors = [*doors.doors(), *library.doors(), *school_days.doors(schools=schools, subjects=(0, 1, 2))]
    repeated = school_days.doors(schools=schools // 10, subjects=(3,))
    # Each list's first request is spent by counting its statements.
    statements = {door.name: doors.statements(door) for door in all_doors}
    pairs: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    grown: dict[tuple[str, int], list[Grown]] = defaultdict(list)
    chain: dict[int, list[Pair]] = defaultdict(list)
    written: Counter[str] = Counter({door.name: 1 for door in all_doors if door.spent})
    with (
        tempfile.TemporaryDirectory() as temporary,
        servers.serving(servers.EMPTY, FOLDER / "empty.log") as empty,
        servers.serving(servers.CHAIN, FOLDER / "chain.log") as chained,
        servers.serving(servers.PLATFORM, FOLDER / "pages.log") as pages,
        servers.serving(servers.PLATFORM, FOLDER / "tenth.log", tenth()) as little,
    ):
        folder = Path(temporary)
        wrk = Wrk(folder)
        wrk.prepare(EMPTY, [Asked("/")])
        wrk.prepare(CHAIN, [Asked("/", all_doors[-1].requests[0].cookie)])
        for door in all_doors:
            wrk.prepare(door.name, door.requests[1:])
            warming = wrk.ask(pages, door.name, clients=min(CLIENTS), seconds=WARMING_SECONDS)
            written[door.name] += warming.answers
        for door in repeated:
            for name in (f"{door.name}-tenth", f"{door.name}-whole"):
                wrk.prepare(name, door.requests)
        for _ in range(pace.rounds):
            for clients in CLIENTS:
                before = wrk.ask(empty, EMPTY, clients=clients, seconds=pace.empty)
                chain[clients].append(Pair(before, wrk.ask(chained, CHAIN, clients=clients, seconds=pace.door)))
                for door in all_doors:
                    if door.measure == BARE:
                        before = bare.insert(folder, clients=clients, seconds=pace.empty)
                    else:
                        before = wrk.ask(empty, EMPTY, clients=clients, seconds=pace.empty)
                    measured = wrk.ask(pages, door.name, clients=clients, seconds=pace.door)
                    pairs[door.name, clients].append(Pair(before, measured))
                    written[door.name] += measured.answers
                for door in repeated:
                    fewer = wrk.ask(little, f"{door.name}-tenth", clients=clients, seconds=pace.door)
                    whole = wrk.ask(pages, f"{door.name}-whole", clients=clients, seconds=pace.door)
                    grown[door.name, clients].append(Grown(fewer, whole))
                    written[door.name] += whole.answers
    for name, there in ((doors.SUBMIT, doors.lying()), (school_days.SAVE, school_days.saved())):
        if there < written[name]:
            raise NotSaved(f"{name}: {written[name]} requests were answered, {there} rows are there.")
    return Bench(doors=[*all_doors], statements=statements, pairs=dict(pairs), grown=dict(grown), chain=dict(chain))
