"""Who counts as a school's staff in conversations: the roles of `SCHOOL_STAFF`, in SQL as in Python."""

import pytest

from myschool.chat import access
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Membership
from myschool.chat.tests.makers import AT, make_talkers, place_of
from myschool.kernel.actors import SCHOOL_STAFF, STAFF, Role
from myschool.people.models import Post
from myschool.people.tests.makers import make_actor, make_person, make_post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_post_gives_a_place_among_the_staff_if_its_role_is_a_schools(role):
    talkers = make_talkers()
    somebody = make_person()
    make_post(somebody, talkers.school.organisation, role=role)
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    places = Membership.objects.filter(person=somebody, conversation__kind="staff", to_at__isnull=True)
    assert places.exists() == (role in SCHOOL_STAFF)
    assert (access.CAPACITIES.get(role) == Membership.Capacity.STAFF) == (role in SCHOOL_STAFF)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_place_among_the_staff_holds_as_long_as_the_role_is_a_schools(role):
    talkers = make_talkers()
    place = place_of(talkers.talk("staff"), talkers.teacher)
    Post.objects.filter(person=talkers.teacher.person_id).update(role=role)
    assert access.places_at(AT).filter(pk=place.pk).exists() == (role in SCHOOL_STAFF)


@pytest.mark.parametrize("role", sorted(set(Role) - STAFF))
def test_who_has_no_post_reads_as_no_staff(role):
    assert not access.capacity_of(make_actor(role=role)).startswith(str(Membership.Capacity.STAFF))
