"""What the bench prints."""

import os
from collections.abc import Iterable, Sequence
from statistics import median

from tests.load.plans import Plan
from tests.load.rounds import CLIENTS, Bench, Pair
from tests.load.wrk import Measured

SLOWER_AT_MOST = 1.1


def show_speeds(bench: Bench) -> None:
    """The table of ratios, and how much slower the longer desk is."""
    print(f"{'requests/s, the empty view being 1':38}{'statements':>12}{'aim':>8}", end="")
    print("".join(f"{f'{number} clients':>16}{'p50 ms':>8}{'p99 ms':>8}" for number in CLIENTS))
    for door in bench.doors:
        print(f"{door.title:38}{bench.statements[door.name]:>12}{door.aim:>8.2f}", end="")
        print("".join(_door(bench.pairs[door.name, number], door.aim) for number in CLIENTS))
    empty = {
        number: [pair.empty for door in bench.doors for pair in bench.pairs[door.name, number]]
        for number in CLIENTS
    }
    print(f"{'empty view':58}" + "".join(f"{'1':>16}{_times(empty[number])}" for number in CLIENTS))
    *_, shorter, longer = bench.doors
    for number in CLIENTS:
        both = zip(bench.pairs[shorter.name, number], bench.pairs[longer.name, number], strict=True)
        slower = median(one.door.per_second / other.door.per_second for one, other in both)
        print(f"Ten times the requests on the desk, {number} clients: {slower:.2f} times slower", end="")
        print(f" (aim: at most {SLOWER_AT_MOST}){_missed(slower <= SLOWER_AT_MOST)}")
    rounds = len(bench.pairs[shorter.name, CLIENTS[0]])
    print(f"Medians of {rounds} rounds. wrk takes one thread of the same {os.cpu_count()} cores.")
    print("Compare ratios, and within one run only: milliseconds are this machine's at this hour.\n")


def _door(pairs: Sequence[Pair], aim: float) -> str:
    ratio = median(pair.door.per_second / pair.empty.per_second for pair in pairs)
    return f"{f'{ratio:.3f}{_missed(ratio >= aim)}':>16}{_times(pair.door for pair in pairs)}"


def _times(measured: Iterable[Measured]) -> str:
    both = [(one.p50, one.p99) for one in measured]
    return f"{median(p50 for p50, _ in both):>8.1f}{median(p99 for _, p99 in both):>8.1f}"


def _missed(reached: bool) -> str:  # noqa: FBT001 - private
    return "" if reached else " missed"


def show_plans(plans: Sequence[Plan]) -> bool:
    """How each hot statement finds its rows; answers whether none reads too much."""
    print("Plans of the hot statements, with the rows that each looks at:")
    for plan in plans:
        print(f"{'BAD' if plan.fault else 'ok':>6}{plan.rows:>8}  {plan.read}: {', '.join(plan.ways)}")
    for plan in plans:
        if plan.fault:
            print(f"\n{plan.read} reads {plan.fault}:\n{plan.statement}")
    return not any(plan.fault for plan in plans)
