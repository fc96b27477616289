"""Where and when somebody studies, for packages above."""

from datetime import date

from django.db.models import F

from myschool.enrolment.models import Placement


def school_year_of(student_id: int, day: date) -> tuple[date, date] | None:
    """The school year of the class that the student is in on a day, or was in last: its first day and the day after it.

    None if they have never been in a class.
    """
    return (
        Placement.objects.filter(student=student_id, school_class__isnull=False, from_date__lte=day)
        .order_by(F("from_date").desc())
        .values_list("school_class__school_year__from_date", "school_class__school_year__to_date")
        .first()
    )
