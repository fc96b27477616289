"""What the library does when others have done something: it counts how materials are used and judges courses."""

from collections.abc import Sequence
from uuid import UUID

from myschool.kernel import chronicle
from myschool.library import facts
from myschool.library.actions import launching, playing
from myschool.records.facts import RecordsKept

KINDS = {facts.PlayBegun: "opened", facts.PlayFinished: "finished", facts.MaterialTaken: "taken"}
Use = facts.PlayBegun | facts.PlayFinished | facts.MaterialTaken


@chronicle.reads("library.use", facts.PlayBegun, facts.PlayFinished, facts.MaterialTaken)
def count_uses(told: Sequence[Use]) -> None:
    """One row for a material and a day, however many have opened it."""
    playing.tally_use(uses=[(fact.material_id, fact.at.date(), KINDS[type(fact)]) for fact in told])


@chronicle.reads("library.courses", RecordsKept)
def judge_courses(told: Sequence[RecordsKept]) -> None:
    """A play of a cmi5 course stands as its records say."""
    latest = {fact.registration: fact.at for fact in told if fact.registration}
    for registration, at in sorted(latest.items()):
        launching.judge_course(registration=UUID(registration), at=at)
