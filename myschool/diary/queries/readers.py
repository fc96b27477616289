"""Who follows a student's diary, to be told when it changes."""

from collections.abc import Collection
from datetime import date

from myschool.enrolment.access import placements_on
from myschool.people.access import guardianships_on
from myschool.timetable.models import GroupClass, lasting_on


def families_of(student_ids: Collection[int], day: date) -> set[int]:
    """The students and those guardians who see their data on that day."""
    links = guardianships_on(day).filter(student__in=student_ids)
    return {*student_ids, *links.values_list("guardian", flat=True)}


def taught_in(group_ids: Collection[int], day: date) -> set[int]:
    """Students of the classes that groups take from; of parts of a class all, since being told twice harms nobody."""
    group_classes = GroupClass.objects.filter(lasting_on(day), teaching_group__in=group_ids)
    placed = placements_on(day).filter(school_class__in=group_classes.values("school_class"))
    return set(placed.values_list("student", flat=True))
