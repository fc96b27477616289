"""Who may talk with whom, and when staff is left in peace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

STUDENT, GUARDIAN, STAFF = "student", "guardian", "staff"
# The pairs of capacities that a school decides about, as its page shows them.
PAIRS = {
    "staff-staff": "Сотрудники — сотрудники",
    "guardian-staff": "Родители — сотрудники",
    "staff-student": "Сотрудники — ученики",
    "guardian-guardian": "Родители — родители",
    "student-student": "Ученики — ученики",
}
USUAL_PAIRS = ("staff-staff", "guardian-staff", "staff-student")
USUAL_QUIET = (time(20), time(7))
SIGNS = ("👍", "❤️", "😊", "👏", "🤔", "✅", "🙏", "🎉")


def pair(one: str, other: str) -> str:
    """The name of a pair of capacities, whichever comes first."""
    return "-".join(sorted((one, other)))


def may_talk(one: str, other: str, pairs: Collection[str]) -> bool:
    """Whether people of these capacities may write to each other."""
    return pair(one, other) in pairs


@dataclass(frozen=True)
class Remaining:
    """Who is left in a conversation: capacities (of each two at most: more make no difference), whether somebody
    keeps order, and which pairs may talk.
    """

    capacities: tuple[str, ...] = ()
    is_kept: bool = False
    pairs: tuple[str, ...] = ()

    @property
    def may_go_on(self) -> bool:
        """Whether those left may talk with each other without anybody of the staff who gathered them."""
        return self.is_kept or all(may_talk(*two, self.pairs) for two in combinations(self.capacities, 2))

    @property
    def is_of_two(self) -> bool:
        """Whether there is still somebody to talk with."""
        return len(self.capacities) > 1


def quiet_until(at: datetime, zone: str, quiet: tuple[time, time] | None) -> datetime | None:
    """When the quiet hours that `at` lies in are over; None outside of them. They may go over midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begins, ends = quiet
    here = at.astimezone(ZoneInfo(zone))
    clock = here.time().replace(tzinfo=None)
    lies_in = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not lies_in:
        return None
    day = here.date() + timedelta(days=1) if begins > ends and clock >= begins else here.date()
    return datetime.combine(day, ends, ZoneInfo(zone)).astimezone(UTC)
