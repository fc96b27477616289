"""Which day it is for whom, and by whose clocks moments are shown."""

from datetime import UTC, date, datetime

import pytest

from myschool.kernel.actors import Actor, Role
from myschool.kernel.clock import earliest_day, latest_day

EVENING = datetime(2026, 9, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.PUBLISHER, Role.EXPERT, Role.TEACHER])
@pytest.mark.parametrize(("zone", "day"), [("Europe/Moscow", 3), ("Asia/Yekaterinburg", 3), ("Asia/Vladivostok", 4)])
def test_who_has_a_place_has_its_day_and_its_clocks(role, zone, day):
    actor = Actor(person_id=1, session_id=1, role=role, organisation_id=1, time_zone=zone)
    assert (actor.day(EVENING), actor.clocks) == (date(2026, 9, day), zone)


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT, None])
def test_who_has_none_has_the_day_that_has_begun_anywhere_and_reads_moscows_clocks(role):
    actor = Actor(person_id=1, session_id=1, role=role)
    assert (actor.day(EVENING), actor.clocks) == (latest_day(EVENING), "Europe/Moscow")
    assert (earliest_day(EVENING), latest_day(EVENING)) == (date(2026, 9, 3), date(2026, 9, 4))
