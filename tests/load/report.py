"""What the bench prints."""

import os
from collections.abc import Iterable, Sequence
from statistics import median

from tests.load.doors import BARE, EMPTY
from tests.load.library import MEMORY_AIM, UPLOAD_AIM, Sent
from tests.load.moving import Moved
from tests.load.plans import Plan
from tests.load.rounds import CLIENTS, Bench, Pair
from tests.load.screen import Told
from tests.load.talk import STREAMS_AIM, Talked, middle_and_slowest
from tests.load.wrk import Measured

SLOWER_AT_MOST = 1.1
# Session, actor and headers together may cost a third of what the empty view costs.
CHAIN_AIM = 0.75
# Milliseconds, and the slowest of a hundred.
MOVED_AIM = 1000


def show_speeds(bench: Bench) -> None:
    """The table of ratios, and how much slower ten times the rows make anything."""
    print(f"{'requests/s, the empty view being 1':38}{'statements':>12}{'aim':>8}", end="")
    print("".join(f"{f'{number} clients':>16}{'p50 ms':>8}{'p99 ms':>8}" for number in CLIENTS))
    print(f"{'what every request pays':38}{1:>12}{CHAIN_AIM:>8.2f}", end="")
    print("".join(_door(bench.chain[number], CHAIN_AIM) for number in CLIENTS))
    for door in bench.doors:
        print(f"{door.title:38}{bench.statements[door.name]:>12}{door.aim:>8.2f}", end="")
        print("".join(_door(bench.pairs[door.name, number], door.aim) for number in CLIENTS))
    for title, measure in (("empty view", EMPTY), ("bare insert by pgbench (means)", BARE)):
        before = {
            number: [
                pair.measure
                for door in bench.doors
                if door.measure == measure
                for pair in bench.pairs[door.name, number]
            ]
            for number in CLIENTS
        }
        print(f"{title:58}" + "".join(f"{_speed(before[number])}{_times(before[number])}" for number in CLIENTS))
    desks = [door for door in bench.doors if door.name.startswith("desk-")]
    for number in CLIENTS:
        both = zip(*(bench.pairs[door.name, number] for door in desks), strict=True)
        _show_slower(
            "requests on the desk", number, [entry.door.per_second / other.door.per_second for entry, other in both]
        )
    titles = {door.name: door.title for door in bench.doors}
    for (name, number), measured in bench.grown.items():
        slower = [entry.tenth.per_second / entry.whole.per_second for entry in measured]
        _show_slower(f"marks, {titles[name]}", number, slower)
    rounds = len(bench.chain[CLIENTS[0]])
    print(f"Medians of {rounds} rounds. wrk takes one thread of the same {os.cpu_count()} cores.")
    print("Compare ratios, and within one run only: milliseconds are this machine's at this hour.\n")


def _show_slower(what: str, clients: int, slower: Sequence[float]) -> None:
    times = median(slower)
    print(f"Ten times the {what}, {clients} clients: {times:.2f} times slower", end="")
    print(f" (aim: at most {SLOWER_AT_MOST}){_missed(times <= SLOWER_AT_MOST)}")


def _speed(measured: Sequence[Measured]) -> str:
    return f"{f'1 = {median(measurement.per_second for measurement in measured):,.0f}/s':>16}"


def _door(pairs: Sequence[Pair], aim: float) -> str:
    ratio = median(pair.door.per_second / pair.measure.per_second for pair in pairs)
    return f"{f'{ratio:.3f}{_missed(ratio >= aim)}':>16}{_times(pair.door for pair in pairs)}"


def _times(measured: Iterable[Measured]) -> str:
    both = [(measurement.p50, measurement.p99) for measurement in measured]
    return f"{median(p50 for p50, _ in both):>8.1f}{median(p99 for _, p99 in both):>8.1f}"


def _missed(reached: bool) -> str:  # noqa: FBT001 - private
    return "" if reached else " missed"


def show_screen(told: Sequence[Told]) -> None:
    """What the journal's page is like in a browser."""
    print("The journal's page in Chromium, 25 students and 40 lessons:")
    for line in told:
        print(
            f"{line.title:60}{line.value:>8.1f} {line.unit:3} (aim: at most {line.aim:g}){_missed(line.value <= line.aim)}"
        )
    print()


def show_upload(sent: Sent) -> None:
    """A gigabyte sent in parts, beside the same bytes copied on the disk."""
    ratio = sent.copied / sent.uploaded
    print(
        f"1 GB sent in parts: {sent.uploaded:.1f} s, copied on the disk: {sent.copied:.1f} s, ratio {ratio:.2f}"
        f" (aim: {UPLOAD_AIM}){_missed(ratio >= UPLOAD_AIM)}; the servers' memory grew by {sent.grown} MB"
        f" (aim: at most {MEMORY_AIM}){_missed(sent.grown <= MEMORY_AIM)}\n"
    )


def show_talk(talked: Talked) -> None:
    """How soon messages are heard, by how many, and what a long conversation costs."""
    heard, returned = middle_and_slowest(talked.heard), middle_and_slowest(talked.returned)
    print(f"A message from POST to each of 30 receivers: p50 {heard[0]:.0f} ms, p99 {heard[1]:.0f} ms")
    print(
        f"Live streams in one process: {talked.streams:,} (aim: {STREAMS_AIM:,}){_missed(talked.streams >= STREAMS_AIM)},"
        f" {talked.kib:.1f} KiB each; messages into them: {talked.per_second:,.0f}/s"
    )
    print(
        f"{len(talked.returned):,} streams that come back at once: p50 {returned[0]:.0f} ms, p99 {returned[1]:.0f} ms"
    )
    print(
        f"A conversation of 100,000 messages opens {talked.longer:.2f} times slower than one of 100"
        f" (aim: at most {SLOWER_AT_MOST}){_missed(talked.longer <= SLOWER_AT_MOST)}\n"
    )


def show_moved(moved: Moved) -> None:
    """How soon an open page hears of a commit while others have much to read."""
    middle, slowest = middle_and_slowest(moved.seconds)
    before, after = moved.behind
    print(
        f"From a commit to the open page, the other followers {before:,} to {after:,} facts behind:"
        f" p50 {middle:.0f} ms, p99 {slowest:.0f} ms (aim: at most {MOVED_AIM} ms){_missed(slowest <= MOVED_AIM)}\n"
    )


def show_plans(plans: Sequence[Plan]) -> bool:
    """How each hot statement finds its rows; answers whether none reads too much."""
    print("Plans of the hot statements, with the rows that each looks at:")
    for plan in plans:
        print(f"{'BAD' if plan.fault else 'ok':>6}{plan.rows:>8}  {plan.read}: {', '.join(plan.ways)}")
    for plan in plans:
        if plan.fault:
            print(f"\n{plan.read} reads {plan.fault}:\n{plan.statement}")
    return not any(plan.fault for plan in plans)
