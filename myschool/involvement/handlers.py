"""What happens here when others have done something."""

from collections.abc import Sequence

from myschool.involvement import actions
from myschool.kernel import chronicle, clock
from myschool.people.facts import GuardianUnlinked


@chronicle.reads("involvement", GuardianUnlinked)
def follow_families(told: Sequence[GuardianUnlinked]) -> None:
    """Meetings of guardians who are none any more are free again."""
    actions.free_of_ended_links(student_ids={fact.student_id for fact in told}, at=clock.now())
