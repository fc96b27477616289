"""What is deleted, and what stays."""

from datetime import date, timedelta

import pytest

from myschool.enrolment import access
from myschool.enrolment.actions import asking, deciding, forgetting
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import EnrolmentRequest, StudentCard
from myschool.enrolment.tests.makers import make_admin, make_family_requests, make_own_request, make_student_actor
from myschool.kernel.actors import Role
from myschool.people.actions import demand_deletion, keep_unsent_form
from myschool.people.models import Account, DeletionRequest, Person
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import NOON, make_organisation, make_region

pytestmark = pytest.mark.django_db


def demanded(by):
    demand_deletion(subject_id=by.person_id, text="", due_day=date(2026, 9, 24), by=by, at=NOON)
    return DeletionRequest.objects.get(subject=by.person_id)


def make_operator(region=None):
    return make_actor(role=Role.OPERATOR, organisation=make_organisation("authority", region or make_region()))


def test_who_has_nothing_to_be_kept_is_forgotten():
    leaving = make_student_actor()
    demand = demanded(leaving)
    forgetting.grant_deletion(demand=demand, by=make_operator(), at=NOON)
    person = Person.objects.get(pk=leaving.person_id)
    assert (person.last_name, person.birth_date, person.name_key) == ("", None, "")
    assert not Account.objects.filter(person=person).exists()
    demand.refresh_from_db()
    assert demand.state == "done"


def test_a_place_in_a_school_stays():
    student = make_student_actor(last_name="Сидорова")
    request = make_own_request(by=student)
    deciding.approve(request=request, by=make_admin(request.school), at=NOON)
    demand = demanded(student)
    forgetting.grant_deletion(demand=demand, by=make_operator(), at=NOON)
    assert Person.objects.get(pk=student.person_id).last_name == "Сидорова"
    demand.refresh_from_db()
    assert "места (ещё 5 лет после окончания)" in demand.answer


def test_a_demand_is_decided_once_and_refused_with_a_reason():
    demand, operator = demanded(make_student_actor()), make_operator()
    forgetting.refuse_deletion(demand=demand, reason_text="Идёт проверка", by=operator, at=NOON)
    demand.refresh_from_db()
    assert (demand.state, demand.answer) == ("refused", "Идёт проверка")
    with pytest.raises(AlreadyDecided):
        forgetting.grant_deletion(demand=demand, by=operator, at=NOON)


def test_another_regions_operator_sees_nothing_of_our_students():
    request = make_own_request()
    deciding.approve(request=request, by=make_admin(request.school), at=NOON)
    demand = demanded(make_actor(Person.objects.get(pk=request.applicant_id), Role.STUDENT))
    stranger = make_operator(make_region("41", "Камчатский край", "Asia/Kamchatka"))
    assert list(access.demands_to_decide(make_operator())) == [demand]
    assert not access.demands_to_decide(stranger).exists()


def test_a_parents_demand_goes_to_the_region_of_their_child():
    place, link = make_family_requests()
    admin, mother = make_admin(place.school), place.applicant
    deciding.approve(request=place, by=admin, at=NOON)
    deciding.approve(request=link, by=admin, at=NOON)
    demand = demanded(make_actor(mother))
    stranger = make_operator(make_region("41", "Камчатский край", "Asia/Kamchatka"))
    assert list(access.demands_to_decide(make_operator())) == [demand]
    assert not access.demands_to_decide(stranger).exists()


def test_requests_that_came_to_nothing_are_forgotten_after_ninety_days():
    request = make_own_request()
    deciding.decline(request=request, reason="not_on_list", text="", by=make_admin(request.school), at=NOON)
    assert forgetting.forget_old_requests(at=NOON + timedelta(days=90)) == 0
    assert forgetting.forget_old_requests(at=NOON + timedelta(days=91)) == 1
    assert not EnrolmentRequest.objects.exists()
    assert not StudentCard.objects.exists()


def test_a_request_that_ran_out_of_time_may_be_read_for_ninety_days_more():
    request = make_own_request()
    late = NOON + timedelta(days=92)
    assert asking.expire_requests(day=late.date(), at=late) == 1
    assert forgetting.forget_old_requests(at=late) == 0
    assert forgetting.forget_old_requests(at=late + timedelta(days=91)) == 1
    assert not EnrolmentRequest.objects.filter(pk=request.pk).exists()


def test_what_was_withdrawn_is_forgotten_by_the_day_it_was_withdrawn():
    request = make_own_request()
    later = NOON + timedelta(days=50)
    asking.withdraw(request=request, by=make_actor(), at=later)
    assert forgetting.forget_old_requests(at=NOON + timedelta(days=95)) == 0
    assert forgetting.forget_old_requests(at=later + timedelta(days=91)) == 1


def test_a_card_that_another_request_needs_is_kept():
    declined = make_own_request(by=(student := make_student_actor()))
    make_own_request(by=student)
    asking.withdraw(request=declined, by=student, at=NOON)
    assert forgetting.forget_old_requests(at=NOON + timedelta(days=91)) == 1
    assert StudentCard.objects.count() == 1


def test_what_was_kept_long_enough_keeps_nobody():
    guardian = make_person("Давняя")
    link = make_guardianship(guardian, make_person(), from_date=date(2016, 9, 1), to_date=date(2021, 9, 1))
    demand, operator = demanded(make_actor(guardian)), make_operator()
    forgetting.grant_deletion(demand=demand, by=operator, at=NOON)
    demand.refresh_from_db()
    assert "представляемые дети (до 02.09.2026)" not in demand.answer
    assert "Больше о вас ничего не хранится" in demand.answer
    link.refresh_from_db()
    assert Person.objects.get(pk=link.guardian_id).last_name == ""


def test_the_answer_names_what_went_and_what_stays_with_its_act_and_its_day():
    guardian = make_person("Недавняя")
    make_guardianship(guardian, make_person(), from_date=date(2022, 9, 1), to_date=date(2026, 9, 1))
    keep_unsent_form(person_id=guardian.pk, path="/cabinet/", fields=[("a", "b")], at=NOON)
    demand = demanded(make_actor(guardian))
    forgetting.grant_deletion(demand=demand, by=make_operator(), at=NOON)
    demand.refresh_from_db()
    assert demand.answer == (
        "Удалено: неотправленные формы. Остаётся по срокам хранения. "
        "Школьные документы: 5 лет, ст. 98 273-ФЗ: представляемые дети (до 02.09.2031). "
        "Пока это хранится, остаются имя, учётная запись и входы."
    )
