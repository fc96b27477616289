"""What operators have done to the platform's own machinery."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class EntryTriedAgain(Fact, kind="config.entry_tried_again"):
    """An operator lets a follower try an entry again that was set aside."""

    set_aside_id: int
