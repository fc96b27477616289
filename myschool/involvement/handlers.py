"""What happens here when others have done something."""

from collections.abc import Sequence

from myschool.involvement import actions
from myschool.kernel import chronicle
from myschool.people.facts import PersonsMerged


@chronicle.reads("involvement", PersonsMerged)
def follow_merges(told: Sequence[PersonsMerged]) -> None:
    """A person found to be another keeps what they have answered and booked."""
    for fact in told:
        actions.join_persons(kept_id=fact.kept_id, merged_id=fact.merged_id)
