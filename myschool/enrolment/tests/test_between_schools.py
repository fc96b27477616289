"""While a child has no place, the school of the last one keeps who may see the child."""

from datetime import date, timedelta

import pytest

from myschool.enrolment import access
from myschool.enrolment.tests.makers import BORN_10, make_admin, make_placement
from myschool.people import actions as people
from myschool.people.models import GuardianRestriction
from myschool.people.tests.makers import make_guardianship, make_person
from myschool.schools.tests.makers import NOON, make_class

pytestmark = pytest.mark.django_db
DAY = NOON.date()
LEFT = DAY - timedelta(days=3)


@pytest.fixture
def pupil():
    return make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10)


def kept_by(admin):
    return (set(access.guardianships_to_keep(admin, DAY)), set(access.restrictions_to_keep(admin, DAY)))


def test_the_school_of_the_last_place_keeps_links_and_restrictions_until_another_takes_the_child(pupil):
    first, last, other = make_class(), make_class(), make_class()
    make_placement(pupil, first, from_date=date(2026, 9, 1), to_date=date(2026, 9, 3))
    make_placement(pupil, last, from_date=date(2026, 9, 3), to_date=LEFT)
    admins = [make_admin(school_class.school) for school_class in (first, last, other)]
    link = make_guardianship(make_person("Петров", "Илья"), pupil)
    restriction = people.restrict_guardian(
        guardianship=link,
        kind=GuardianRestriction.Kind.LIMITED,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_number="1",
        document_day=DAY,
        until=None,
        day=DAY,
        by=admins[1],
        at=NOON,
    )
    nothing: tuple[set[object], set[object]] = (set(), set())
    everything = ({link}, {restriction})
    assert [kept_by(admin) for admin in admins] == [nothing, everything, nothing]
    make_placement(pupil, other, from_date=DAY)
    assert [kept_by(admin) for admin in admins] == [nothing, nothing, everything]
