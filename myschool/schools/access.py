"""Which schools may be seen."""

from django.db.models import QuerySet

from myschool.schools.models import School


def connected_schools() -> QuerySet[School]:
    """Schools one may ask to join."""
    return School.objects.filter(connected_at__isnull=False).select_related("organisation")


def schools_to_connect() -> QuerySet[School]:
    """Schools that wait for somebody to connect them."""
    return School.objects.select_related("organisation")
