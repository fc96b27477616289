"""What the library does when others have done something: it counts how materials are used."""

from collections.abc import Sequence

from myschool.kernel import chronicle
from myschool.library import actions, facts

KINDS = {facts.PlayBegun: "opened", facts.PlayFinished: "finished", facts.MaterialTaken: "taken"}
Use = facts.PlayBegun | facts.PlayFinished | facts.MaterialTaken


@chronicle.reads("library.use", facts.PlayBegun, facts.PlayFinished, facts.MaterialTaken)
def count_uses(told: Sequence[Use]) -> None:
    """One row for a material and a day, however many have opened it."""
    actions.tally_use(uses=[(fact.material_id, fact.at.date(), KINDS[type(fact)]) for fact in told])
