"""The demo world can be made on any day of a school year; apart from its other tests, which share one world."""

from datetime import UTC, date, datetime, time

import pytest

from myschool.config.demo import world
from myschool.timetable.models import Lesson

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", [date(2027, 2, 10), date(2027, 8, 31)])
def test_the_world_is_made_on_any_day_of_the_year(day, settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    assert world.build(datetime.combine(day, time(12), UTC))
    assert Lesson.objects.filter(day__lt=day).exists()
