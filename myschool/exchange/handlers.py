"""What links do when others have done something."""

from collections.abc import Sequence

from myschool.exchange import actions
from myschool.kernel import chronicle
from myschool.people import actions as people
from myschool.people.facts import PersonsMerged, PersonsSplit


@chronicle.reads("exchange", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A person found to be another keeps their calendar link, while they are one."""
    people.follow_merges(told=told, package="exchange", join=actions.join_persons)
