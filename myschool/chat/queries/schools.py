"""Whose conversations are kept by their rosters."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from myschool.chat.access import places_at
from myschool.enrolment.access import placements_ever
from myschool.kernel.statements import Statement
from myschool.people.access import posts_ever
from myschool.schools.models import School


def schools_to_keep(ids: Iterable[int]) -> list[int]:
    """Those of the organisations that are schools which work on the platform."""
    return list(
        School.objects.filter(pk__in=list(ids), connected_at__isnull=False).order_by("pk").values_list("pk", flat=True)
    )


DAY_BEGAN = Statement("""
SELECT school.school_id FROM schools_schools school LEFT JOIN chat_rosterday kept ON kept.school_id = school.school_id
WHERE school.is_connected
  AND (kept.day IS NULL OR kept.day < (%(at)s::timestamptz AT TIME ZONE school.time_zone)::date)
ORDER BY school.school_id LIMIT 20
""")


def schools_where_a_day_began(at: datetime) -> list[int]:
    """Schools whose rosters were not looked at since their day began, twenty at most: what begins on a day begins with it."""
    return [row[0] for row in DAY_BEGAN.rows({"at": at})]


def schools_of_people(person_ids: Iterable[int]) -> list[int]:
    """Schools in which these persons learn or work, or did."""
    wanted = list(person_ids)
    placed = placements_ever().filter(student__in=wanted).values("school")
    posts = posts_ever().filter(person__in=wanted).values("organisation")
    schools = School.objects.filter(Q(pk__in=placed) | Q(pk__in=posts), connected_at__isnull=False)
    return list(schools.order_by("pk").values_list("pk", flat=True))


def members_of(conversation_ids: Iterable[int], at: datetime) -> list[int]:
    """Ids of everybody who is in one of these conversations."""
    memberships = places_at(at).filter(conversation__in=list(conversation_ids))
    return list(memberships.order_by("person").values_list("person", flat=True).distinct())
