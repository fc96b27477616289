"""What happens here when others have done something."""

from collections.abc import Sequence

from myschool.involvement import actions
from myschool.kernel import chronicle, clock
from myschool.people import actions as people
from myschool.people.facts import GuardianUnlinked, PersonsMerged, PersonsSplit


@chronicle.reads("involvement", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A person found to be another keeps what they have answered and booked, while they are one."""
    people.follow_merges(told=told, package="involvement", join=actions.join_persons)


@chronicle.reads("involvement", GuardianUnlinked)
def follow_families(told: Sequence[GuardianUnlinked]) -> None:
    """Meetings of guardians who are none any more are free again."""
    actions.free_of_ended_links(student_ids={fact.student_id for fact in told}, at=clock.now())
