"""Of every new, ended and limited link all others who are concerned are told."""

from datetime import timedelta

import pytest

from myschool.enrolment.tests.makers import make_own_request, make_placement, make_student_actor
from myschool.journal.tests.makers import AT, DAY
from myschool.kernel.actors import Role, nobody
from myschool.notices import rules
from myschool.notices.models import Notice
from myschool.notices.tests.makers import follow, make_family_school
from myschool.people import actions
from myschool.people.models import GuardianRestriction, Guardianship, Person
from myschool.people.tests.makers import make_account, make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import make_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_family_school()


@pytest.fixture
def admin(school):
    return make_actor(make_person("Админова"), Role.SCHOOL_ADMIN, school.school.organisation)


@pytest.fixture
def father(school):
    """Another guardian, who has come here."""
    person = make_person("Абрамов", "Отец")
    make_account(person)
    return make_guardianship(person, school.student, "father", from_date=DAY - timedelta(days=9))


def told(person):
    person_id = getattr(person, "person_id", None) or person.pk
    rows = Notice.objects.filter(recipient=person_id, kind="guardians").order_by("pk")
    return [f"{row.title} | {row.text}" for row in rows]


def restrict(link, by, kind):
    actions.restrict_guardian(
        guardianship=link, kind=kind, ground=GuardianRestriction.Ground.COURT, document="Решение суда", document_number="", document_day=DAY,
        until=None, day=DAY, by=by, at=AT,
    )  # fmt: skip
    follow()


def link(school, guardian, stamp):
    actions.link_guardian(
        guardian_id=guardian.pk, student_id=school.student.pk, relation="father", from_date=DAY, stamp=stamp
    )
    follow()


def test_the_other_guardian_is_told_of_a_new_one_and_the_new_one_is_not(school, admin):
    new = make_person("Новый", "Иван", "")
    make_account(new)
    link(school, new, admin.stamp(AT))
    (words,) = told(school.mother)
    assert "Новый законный представитель ребёнка" in words
    assert "Новый Иван" in words
    assert told(new) == []


@pytest.mark.parametrize(("born", "is_told"), [("2012-01-01", True), ("2013-01-01", False)])
def test_a_student_is_told_from_fourteen_on(school, admin, born, is_told):
    Person.objects.filter(pk=school.student.pk).update(birth_date=born)
    link(school, make_person("Новый"), admin.stamp(AT))
    assert bool(told(school.student)) is is_told


def test_the_other_guardian_is_told_of_an_ended_link(school, admin, father):
    actions.unlink_guardian(guardianship=father, day=DAY, by=admin, at=AT)
    follow()
    assert "Связь представителя с ребёнком прекращена" in told(school.mother)[0]
    assert told(father.guardian) == []


def test_the_other_guardian_is_told_of_a_restriction_and_of_its_end(school, admin, father):
    restrict(father, admin, "limited")
    assert "Права представителя ребёнка ограничены" in told(school.mother)[0]
    restriction = father.guardian.restrictions.get()
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=AT + timedelta(minutes=1))
    follow()
    assert "снято" in told(school.mother)[-1]


@pytest.mark.parametrize(("kind", "keeps"), [("limited", True), ("ended", False)])
def test_who_sees_no_more_keeps_no_notice_and_who_is_limited_does(school, admin, kind, keeps):
    mother = Guardianship.objects.get(guardian=school.mother)
    link(school, make_person("Новый"), admin.stamp(AT))
    assert told(school.mother)
    restrict(mother, admin, kind)
    assert bool(told(school.mother)) is keeps


def test_the_childs_school_is_told_of_a_link_that_another_made(school, admin):
    link(school, make_person("Новый"), nobody(AT))
    (words,) = told(admin)
    assert "Решение принято не вашей школой" in words


def test_the_school_that_a_student_would_leave_is_told_at_once(school, admin):
    student = make_student_actor()
    make_placement(Person.objects.get(pk=student.person_id), school=school.school, from_date=DAY)
    request = make_own_request(make_class(), student, AT)
    follow()
    titles = Notice.objects.filter(recipient=admin.person_id).values_list("title", flat=True)
    assert f"Ученика просят принять в другую школу: запрос № {request.pk}" in titles


def test_what_concerns_guardians_does_not_wait_for_the_digest():
    assert rules.KINDS["guardians"].mail == rules.AT_ONCE
    assert rules.KINDS["guardians"].push
