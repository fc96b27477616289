"""What people's files do when others have done something."""

from collections.abc import Sequence

from myschool.folders import actions
from myschool.kernel import chronicle
from myschool.people.facts import PersonsMerged


@chronicle.reads("folders", PersonsMerged)
def follow_merges(told: Sequence[PersonsMerged]) -> None:
    """A person found to be another keeps their files."""
    for fact in told:
        actions.join_persons(kept_id=fact.kept_id, merged_id=fact.merged_id, at=fact.at)
