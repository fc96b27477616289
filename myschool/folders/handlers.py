"""What people's files do when others have done something."""

from collections.abc import Sequence

from myschool.folders import actions
from myschool.kernel import chronicle, clock
from myschool.people import actions as people
from myschool.people.facts import PersonsMerged, PersonsSplit


@chronicle.reads("folders", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A person found to be another keeps their files, while they are one."""
    people.follow_merges(told=told, package="folders", join=actions.join_persons)
    for owner_id in sorted({fact.kept_id for fact in told if isinstance(fact, PersonsSplit)}):
        actions.take_out(owner_id=owner_id, at=clock.now())
