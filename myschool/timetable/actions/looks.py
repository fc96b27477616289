"""Looks at students are written down."""

from datetime import datetime

from myschool.kernel.actors import STAFF, Actor, Look
from myschool.people.actions import record_access
from myschool.timetable.access import own_students


def record_look(*, look: Look, door: str, by: Actor, at: datetime) -> None:
    """Write down what a member of the staff was shown of students who are not their own; anybody else leaves nothing."""
    if by.role not in STAFF or not look.student_ids:
        return
    own = own_students(by, by.day(at)).filter(pk__in=look.student_ids).values_list("pk", flat=True)
    if foreign := look.student_ids - set(own):
        record_access(student_ids=sorted(foreign), section=look.section, reason=look.reason, door=door, by=by, at=at)
