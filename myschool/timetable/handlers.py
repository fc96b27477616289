"""What the plan does when others have done something."""

from collections.abc import Sequence

from myschool.enrolment.facts import StudentPlaced
from myschool.kernel import chronicle
from myschool.timetable import actions


@chronicle.reads("timetable", StudentPlaced)
def follow_moves(told: Sequence[StudentPlaced]) -> None:
    """Somebody has another class: a keeper checks their groups."""
    for fact in told:
        actions.raise_task(student_id=fact.student_id, at=fact.at)
