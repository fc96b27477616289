"""What the store does when others have done something."""

from collections.abc import Sequence

from myschool.kernel import chronicle
from myschool.people import actions as people
from myschool.people.facts import PersonsMerged, PersonsSplit
from myschool.records import actions


@chronicle.reads("records", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A person found to be another keeps the keys they made, while they are one."""
    people.follow_merges(told=told, package="records", join=actions.join_persons)
