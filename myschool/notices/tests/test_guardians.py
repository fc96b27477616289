"""Of every new, ended and limited link all others who are concerned are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from myschool.enrolment.actions import deciding
from myschool.enrolment.tests.makers import make_own_request, make_placement, make_student_actor
from myschool.journal.tests.makers import AT, DAY
from myschool.kernel.actors import Role, nobody
from myschool.notices import rules
from myschool.notices.access import own_notices
from myschool.notices.models import Notice
from myschool.notices.register import KINDS
from myschool.notices.tests.makers import follow, make_family_school
from myschool.people import actions
from myschool.people.models import GuardianRestriction, Guardianship, Person, PersonMerge
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
        guardianship=link,
        kind=kind,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_number="",
        document_day=DAY,
        until=None,
        day=DAY,
        by=by,
        at=AT,
    )
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
    assert len(told(school.mother)) == 1


def test_the_guardian_is_told_that_their_link_was_ended_and_by_which_school(school, admin, father):
    actions.unlink_guardian(guardianship=father, day=DAY, by=admin, at=AT)
    follow()
    (words,) = told(father.guardian)
    assert "Ваша связь с ребёнком прекращена" in words
    assert school.school.organisation.short_name in words
    assert "куда обратиться" in words


@pytest.mark.parametrize("kind", ["limited", "ended"])
def test_the_guardian_is_told_of_a_restriction_and_that_it_was_lifted(school, admin, father, kind):
    restrict(father, admin, kind)
    (words,) = told(father.guardian)
    assert "Ваши права представителя ограничены" in words
    restriction = father.guardian.restrictions.get()
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=AT + timedelta(minutes=1))
    follow()
    assert "Ограничение ваших прав снято" in told(father.guardian)[-1]


def test_the_other_leader_is_told_that_a_restriction_is_to_be_lifted(school, admin, father):
    head = make_actor(make_person("Директорова"), Role.HEAD, school.school.organisation)
    restrict(father, admin, "ended")
    restriction = father.guardian.restrictions.get()
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=AT + timedelta(minutes=1))
    follow()
    notice = Notice.objects.get(title="Предложено снять ограничение прав представителя")
    assert (notice.recipient_id, notice.path) == (head.person_id, f"/desk/guardianships/{father.pk}/")
    assert "Права представителя ребёнка ограничены" in told(school.mother)[-1]


def test_who_is_parted_from_a_record_of_the_list_is_told_what_to_do(school, admin):
    student = make_student_actor()
    make_account(Person.objects.get(pk=student.person_id))
    listed = make_person("Петров")
    make_placement(listed, school=school.school, from_date=DAY)
    request = make_own_request(make_class(school.school, letter="Я"), student, AT)
    deciding.approve(request=request, same_as_id=listed.pk, is_seen_in_person=True, by=admin, at=AT)
    follow()
    deciding.undo_merge(merge=PersonMerge.objects.get(), by=admin, at=AT + timedelta(minutes=5))
    follow()
    by = replace(student, is_confirmed=False)
    titles = own_notices(by, AT).values_list("title", flat=True)
    assert f"Запрос № {request.pk}: одобрение отменено" in titles


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
    of_others = [words for words in told(school.mother) if "Новый законный представитель" in words]
    assert bool(of_others) is keeps


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
    assert KINDS["guardians"].mail == rules.AT_ONCE
    assert KINDS["guardians"].push
