"""Who studies where on a day: the QuerySet and the published SQL word say the same."""

from datetime import date

import pytest
from django.db import connection

from myschool.enrolment.access import placements_ever, placements_on
from myschool.enrolment.tests.makers import make_placement
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import make_class

pytestmark = pytest.mark.django_db


def test_a_place_is_held_from_its_first_day_to_the_day_before_its_end():
    place = make_placement(make_person(), make_class(), from_date=date(2026, 9, 1), to_date=date(2026, 10, 1))
    for day, holds in (("08-31", False), ("09-01", True), ("09-30", True), ("10-01", False)):
        calendar_day = date.fromisoformat(f"2026-{day}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT placement_id FROM enrolment_students_on(%s)", [calendar_day])
            placement_ids = [row[0] for row in cursor.fetchall()]
        assert placement_ids == ([place.pk] if holds else []), day
        assert [placement.pk for placement in placements_on(calendar_day)] == placement_ids, day
    assert [*placements_ever()] == [place]
