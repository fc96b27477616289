"""Whose rights about a child were taken away goes on with nothing that was begun before."""

from datetime import date

import pytest

from myschool.enrolment.actions import asking, deciding
from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.enrolment.tests.makers import make_admin, make_family_requests, make_own_request
from myschool.kernel.actors import Actor, Role
from myschool.people import actions as people
from myschool.people.actions import RightsRestricted, Unconfirmed
from myschool.people.models import Consent, GuardianRestriction, Guardianship, Person, Profile
from myschool.people.tests.makers import make_account, make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import NOON, make_class, make_school

pytestmark = pytest.mark.django_db
DAY = NOON.date()
K, G = GuardianRestriction.Kind, GuardianRestriction.Ground


@pytest.fixture
def foreign():
    return make_class()


@pytest.fixture
def father():
    """The father of a child who studies in another school."""
    home, father = make_class(), make_actor(make_person("Петров", "Илья", "Глебович"))
    for request in make_family_requests(home, father):
        deciding.approve(request=request, by=make_admin(home.school), at=NOON)
    return father


def holder():
    return make_admin(Placement.objects.get(to_date=None).school)


def end(by):
    people.unlink_guardian(guardianship=Guardianship.objects.get(), day=DAY, by=by, at=NOON)


def restrict(by, kind=K.ENDED):
    return people.restrict_guardian(
        guardianship=Guardianship.objects.get(),
        kind=kind,
        ground=G.COURT,
        document="Решение суда",
        document_number="1",
        document_day=DAY,
        until=None,
        day=DAY,
        by=by,
        at=NOON,
    )


def limit(by):
    restrict(by, K.LIMITED)


def fresh(request):
    return EnrolmentRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize("take_away", [end, restrict, limit])
def test_a_draft_of_whoever_has_lost_their_rights_is_not_sent(father, foreign, take_away):
    draft = make_family_requests(foreign, father, send=False)[0]
    take_away(holder())
    with pytest.raises(asking.MayNotAsk):
        asking.send_draft(request=draft, by=father, at=NOON)
    assert fresh(draft).state == "draft"


@pytest.mark.parametrize("take_away", [end, restrict, limit])
def test_whoever_has_lost_their_rights_answers_no_question(father, foreign, take_away):
    request = make_family_requests(foreign, father)[0]
    deciding.ask_to_clarify(request=request, question="Кто просит?", by=make_admin(foreign.school), at=NOON)
    take_away(holder())
    with pytest.raises(asking.MayNotAsk):
        asking.answer(request=request, text="Отец", by=father, at=NOON)
    assert fresh(request).state == "clarify"


def test_by_an_account_that_is_no_longer_confirmed_nothing_is_sent_or_answered(father, foreign):
    draft = make_family_requests(foreign, father, send=False)[0]
    post = asking.request_post(school=foreign.school, role=Role.TEACHER, by=staff(), at=NOON)
    deciding.ask_to_clarify(request=post, question="Кто просит?", by=make_admin(foreign.school), at=NOON)
    by = Actor(person_id=father.person_id, session_id=father.session_id, role=Role.GUARDIAN, organisation_id=None)
    with pytest.raises(Unconfirmed):
        asking.send_draft(request=draft, by=by, at=NOON)
    with pytest.raises(Unconfirmed):
        asking.answer(request=post, text="Учитель", by=by, at=NOON)


def staff():
    return make_actor(make_person("Учителева"), Role.TEACHER, make_school().organisation)


def test_ones_own_place_is_sent_and_answered_by_any_account(foreign):
    person = make_person("Петров", "Егор", birth_date=date(2011, 3, 5))
    make_account(person, level="P", trusted=False)
    student = make_actor(person, Role.STUDENT)
    draft = make_own_request(foreign, student, send=False)
    asking.send_draft(request=draft, by=student, at=NOON)
    deciding.ask_to_clarify(request=draft, question="Класс?", by=make_admin(foreign.school), at=NOON)
    asking.answer(request=draft, text="Седьмой", by=student, at=NOON)
    assert fresh(draft).state == "answered"


@pytest.mark.parametrize("take_away", [end, restrict, limit])
def test_no_place_is_given_on_the_word_of_whoever_has_lost_their_rights(father, foreign, take_away):
    request = make_family_requests(foreign, father)[0]
    take_away(holder())
    with pytest.raises(RightsRestricted):
        deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    assert fresh(request).state == "submitted"


@pytest.mark.parametrize("take_away", [end, restrict, limit])
def test_no_child_is_let_go_on_the_word_of_whoever_has_lost_their_rights(father, foreign, take_away):
    request = make_family_requests(foreign, father)[0]
    deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    leaves, pupil = holder(), Placement.objects.get(to_date=None).student
    take_away(leaves)
    Profile.objects.filter(person=pupil).delete()
    Consent.objects.filter(subject=pupil).delete()
    with pytest.raises(RightsRestricted):
        deciding.release(request=request, by=leaves, at=NOON)
    assert Placement.objects.get(to_date=None).school_id == leaves.school_id
    assert not Consent.objects.filter(subject=pupil).exists()


def test_a_link_that_was_made_anew_is_as_good_as_any(father, foreign):
    request = make_family_requests(foreign, father)[0]
    pupil = Placement.objects.get(to_date=None).student
    end(holder())
    make_guardianship(Person.objects.get(pk=father.person_id), pupil, from_date=DAY)
    deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    assert fresh(request).state == "release"
