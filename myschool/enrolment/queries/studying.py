"""Where and when somebody studies, for packages above."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from myschool.enrolment.models import Placement


@dataclass(frozen=True)
class ClassYear:
    """The school year of a class: its first day and the day after it; `scheme_id` names its terms, if it has any."""

    from_day: date
    to_day: date
    scheme_id: int | None
    is_present: bool


def class_year_of(student_id: int, day: date) -> ClassYear | None:
    """Of the class that the student is in on a day, or was in last; None if they have never been in a class."""
    row = (
        Placement.objects.filter(student=student_id, school_class__isnull=False, from_date__lte=day)
        .order_by(F("from_date").desc(), F("pk").desc())
        .values_list(
            "school_class__school_year__from_date",
            "school_class__school_year__to_date",
            "school_class__term_scheme",
            "to_date",
        )
        .first()
    )
    if row is None:
        return None
    from_day, to_day, scheme_id, left = row
    return ClassYear(from_day, to_day, scheme_id, is_present=left is None or left > day)
