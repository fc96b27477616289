"""What the plan does when others have done something."""

from collections.abc import Sequence

from myschool.enrolment.facts import StudentDeparted, StudentPlaced
from myschool.kernel import chronicle
from myschool.schools import questions as schools
from myschool.timetable.actions import plan, tasks


@schools.class_renamed.answered
def rename_groups(renamed: schools.ClassRename) -> None:
    """Groups that are called by their class are called by its new name."""
    plan.rename_groups(class_id=renamed.class_id, old=renamed.old_title, new=renamed.new_title)


@chronicle.reads("timetable", StudentPlaced, StudentDeparted)
def follow_moves(told: Sequence[StudentPlaced | StudentDeparted]) -> None:
    """Somebody has another class, or has left: a keeper checks their groups, or need not any more."""
    for student_id, fact in {fact.student_id: fact for fact in told}.items():
        tasks.raise_task(student_id=student_id, at=fact.at)
