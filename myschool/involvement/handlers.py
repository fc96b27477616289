"""What happens here when others have done something."""

from collections.abc import Sequence

from myschool.involvement import actions
from myschool.kernel import chronicle, clock
from myschool.people.facts import GuardianUnlinked, PersonsMerged


@chronicle.reads("involvement", PersonsMerged)
def follow_merges(told: Sequence[PersonsMerged]) -> None:
    """A person found to be another keeps what they have answered and booked."""
    for fact in told:
        actions.join_persons(kept_id=fact.kept_id, merged_id=fact.merged_id)


@chronicle.reads("involvement", GuardianUnlinked)
def follow_families(told: Sequence[GuardianUnlinked]) -> None:
    """Meetings of guardians who are none any more are free again."""
    actions.free_of_ended_links(student_ids={fact.student_id for fact in told}, at=clock.now())
