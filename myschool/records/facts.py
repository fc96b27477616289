"""What happened in the store of learning records."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class RecordKeyMade(Fact, kind="records.key_made"):
    """A supplier has a key to the store."""

    key_id: int


@dataclass(frozen=True, kw_only=True)
class RecordKeyEnded(Fact, kind="records.key_ended"):
    """A key opens nothing any more."""

    key_id: int


@dataclass(frozen=True, kw_only=True)
class RecordsKept(Fact, kind="records.kept"):
    """A program has told of what somebody did; `registration` is the play's where the key is of one play."""

    scope: str
    registration: str
    record_ids: list[int]
