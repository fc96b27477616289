"""Who is told of what waits for a decision: those who may decide, by the owner's one definition."""

import pytest

from myschool.chat.actions import order
from myschool.chat.models import Conversation, Message
from myschool.chat.tests.makers import AT, make_talkers, say
from myschool.enrolment.tests.makers import make_family_requests
from myschool.kernel.actors import Role
from myschool.notices.tests.makers import follow, set_clock, skip, titles
from myschool.people.models import Person
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_profile
from myschool.schools.tests.makers import make_organisation

pytestmark = pytest.mark.django_db
STAFF = Conversation.Kind.STAFF


@pytest.fixture(autouse=True)
def _own_settings(settings):
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD


@pytest.fixture
def talkers(_own_settings):
    set_clock(AT)
    scene = make_talkers()
    skip()
    return scene


@pytest.fixture
def operator(talkers):
    authority = make_organisation("authority", talkers.school.organisation.region)
    return make_actor(make_person("Операторова"), Role.OPERATOR, authority)


@pytest.fixture
def admin(talkers):
    return make_actor(make_person("Админова"), Role.SCHOOL_ADMIN, talkers.school.organisation)


def report(talk, written_by, by):
    """Somebody's message, and another's complaint about it."""
    say(talk, written_by, "обидное")
    message = Message.objects.latest("pk")
    skip()
    order.report(message=message, reason="insult", words="", due_day=AT.date(), by=by, at=AT)


def told(*actors):
    """How many notices each has."""
    follow()
    return [len(titles(actor.person_id)) for actor in actors]


def test_neither_who_wrote_nor_who_complained_is_told_as_a_decider(talkers, operator, admin):
    report(talkers.talk(STAFF), talkers.head, talkers.teacher)
    assert told(talkers.head, admin, operator) == [0, 1, 0]
    report(talkers.talk(STAFF), talkers.teacher, admin)
    assert told(talkers.head, admin, operator) == [1, 1, 0]


def test_a_complaint_that_is_every_leaders_own_matter_goes_to_the_operator(talkers, operator):
    report(talkers.talk(STAFF), talkers.head, talkers.teacher)
    assert told(talkers.head, operator) == [0, 1]


def test_a_complaint_about_a_leaders_child_goes_past_that_leader(talkers, operator, admin):
    pupil = Person.objects.get(pk=talkers.students[0].person_id)
    make_guardianship(Person.objects.get(pk=talkers.head.person_id), pupil)
    skip()
    report(talkers.talk("students"), talkers.students[0], talkers.teacher)
    assert told(talkers.head, admin, operator) == [0, 1, 0]


def test_the_only_heads_request_for_their_own_child_is_told_to_the_operator(talkers, operator):
    make_profile(Person.objects.get(pk=talkers.head.person_id), Role.GUARDIAN)
    make_family_requests(talkers.school_class, talkers.head, at=AT)
    assert told(talkers.head, operator) == [0, 1]


def test_what_concerns_no_leader_is_told_to_the_leader_alone(talkers, operator):
    make_family_requests(talkers.school_class, at=AT)
    assert told(talkers.head, operator) == [1, 0]
