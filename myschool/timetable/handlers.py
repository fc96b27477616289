"""What the plan does when others have done something."""

from collections.abc import Sequence

from myschool.enrolment.facts import StudentPlaced
from myschool.kernel import chronicle
from myschool.people.facts import PersonsMerged, PersonsSplit
from myschool.timetable import actions


@chronicle.reads("timetable", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """A person found to be another keeps their groups and lessons, while they are one."""
    actions.follow_merges(told=told)


@chronicle.reads("timetable", StudentPlaced)
def follow_moves(told: Sequence[StudentPlaced]) -> None:
    """Somebody has another class: a keeper checks their groups."""
    for fact in told:
        actions.raise_task(student_id=fact.student_id, at=fact.at)
