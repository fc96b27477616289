"""What the chronicle tells open cabinets and desks: that they changed, never what."""

from collections.abc import Sequence

from myschool.enrolment import facts
from myschool.kernel import chronicle, live
from myschool.people.facts import PersonsMerged, PersonsSplit


@chronicle.reads(
    "enrolment.live",
    facts.RequestSubmitted,
    facts.ClarificationAsked,
    facts.RequestAnswered,
    facts.ReleaseAsked,
    facts.RequestApproved,
    facts.ApprovalUndone,
    facts.RequestDeclined,
    facts.RequestWithdrawn,
    facts.RequestExpired,
)
def refresh_open_pages(told: Sequence[facts.RequestFact]) -> None:
    """Let the requester's cabinet and the school's desk fetch themselves again."""
    cabinets = {f"cabinet:{fact.applicant_id}" for fact in told}
    desks = {f"desk:{fact.school_id}" for fact in told if fact.school_id}
    live.tell(*sorted(cabinets | desks))


@chronicle.reads("enrolment.live", PersonsMerged, PersonsSplit)
def refresh_pages_of_merged(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A page opened before still listens under the number that was its person's then."""
    live.tell(*(f"cabinet:{person}" for fact in told for person in (fact.merged_id, fact.kept_id)))
