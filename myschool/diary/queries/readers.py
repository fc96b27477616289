"""Who follows a student's diary, to be told when it changes."""

from collections.abc import Collection

from django.db.models import F, Q

from myschool.enrolment.models import Placement
from myschool.people.models import Guardianship


def families_of(student_ids: Collection[int]) -> set[int]:
    """The students and those whose guardianship has not been ended."""
    links = Guardianship.objects.filter(student__in=student_ids, to_date__isnull=True)
    return {*student_ids, *links.values_list("guardian", flat=True)}


def taught_in(group_ids: Collection[int]) -> set[int]:
    """Students of the classes that groups take from; of parts of a class all, since being told twice harms nobody."""
    taken = Q(
        school_class__groupclass__teaching_group__in=group_ids, school_class__groupclass__to_date__isnull=True
    )
    return set(
        Placement.objects.filter(taken, to_date__isnull=True)
        .values_list("student", flat=True)
        .order_by(F("student"))
    )
