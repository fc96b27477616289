"""The life of requests, through the database."""

from datetime import UTC, date, datetime

import pytest

from myschool.enrolment import actions
from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.enrolment.tests.makers import (
    BORN_10,
    BORN_15,
    described,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.people.models import Guardianship
from myschool.people.tests.makers import make_account, make_actor, make_person
from myschool.schools.tests.makers import NOON, make_class, make_region, make_school

pytestmark = pytest.mark.django_db


def test_a_student_of_15_gets_the_place_they_asked_for():
    seventh = make_class()
    request = make_own_request(seventh)
    actions.approve(request=request, by=make_admin(seventh.school), at=NOON)
    placement = Placement.objects.get()
    assert (placement.student_id, placement.school_class) == (request.applicant_id, seventh)


def test_the_same_request_twice_is_one_request():
    seventh, student = make_class(), make_student_actor()
    assert make_own_request(seventh, student) == make_own_request(seventh, student)


def test_another_class_of_the_same_school_must_wait_for_the_first_request():
    seventh, student = make_class(), make_student_actor()
    make_own_request(seventh, student)
    with pytest.raises(actions.AlreadyRequested):
        make_own_request(make_class(seventh.school, letter="Б"), student)


def test_fourteen_is_counted_by_the_date_at_the_school():
    """Kamchatka has the birthday already when Kaliningrad still has the day before."""
    evening = datetime(2026, 9, 10, 18, tzinfo=UTC)
    birth_date = date(2012, 9, 11)
    east = make_class(make_school(make_region("41", "Камчатский край", "Asia/Kamchatka")))
    west = make_class(make_school(make_region("39", "Калининградская область", "Europe/Kaliningrad")))
    student = make_student_actor(birth_date)
    assert make_own_request(east, student, evening).state == "submitted"
    with pytest.raises(actions.MayNotAsk, match="нет 14 лет"):
        make_own_request(west, student, evening)


def test_two_children_in_two_schools_make_four_requests_decided_apart():
    mother, first, second = make_actor(), make_class(), make_class()
    place, link = make_family_requests(first, mother)
    other_place, other_link = make_family_requests(second, mother, described("Петрова", "Мила", "Ильинична"))
    actions.decline(request=link, reason="not_guardian", text="", by=make_admin(first.school), at=NOON)
    actions.approve(request=place, by=make_admin(first.school), at=NOON)
    states = {row.pk: row.state for row in EnrolmentRequest.objects.all()}
    assert states == {
        place.pk: "approved",
        link.pk: "declined",
        other_place.pk: "submitted",
        other_link.pk: "submitted",
    }
    assert not Guardianship.objects.exists()


def test_the_link_may_be_approved_before_the_place():
    place, link = make_family_requests()
    admin = make_admin(place.school)
    actions.approve(request=link, by=admin, at=NOON)
    actions.approve(request=place, by=admin, at=NOON)
    assert Guardianship.objects.get().student == Placement.objects.get().student


def test_from_fourteen_on_a_guardian_asks_for_the_link_only():
    (link,) = make_family_requests(student=described(birth_date=date(2012, 1, 1)))
    assert link.kind == "guardian"


def test_without_a_class_the_administrator_names_one():
    school = make_school()
    request = actions.request_own_place(
        school=school, level=7, school_class_id=None, by=make_student_actor(), at=NOON
    )
    seventh = make_class(school)
    actions.approve(request=request, school_class=seventh, by=make_admin(school), at=NOON)
    assert Placement.objects.get().school_class == seventh


def test_a_class_of_another_school_is_refused_and_nothing_is_written():
    school, stranger = make_school(), make_class()
    with pytest.raises(actions.WrongClass):
        actions.request_own_place(
            school=school, level=7, school_class_id=stranger.pk, by=make_student_actor(), at=NOON
        )
    assert not EnrolmentRequest.objects.exists()


def test_the_chosen_record_of_the_list_becomes_the_student_who_asked():
    seventh = make_class()
    listed = make_person("Петрова", "Алена", birth_date=date(2011, 3, 5), snils=None)
    make_placement(listed, seventh)
    student = make_student_actor(last_name="Петрова", first_name="Алёна")
    request = make_own_request(seventh, student)
    actions.approve(request=request, same_as_id=listed.pk, by=make_admin(seventh.school), at=NOON)
    listed.refresh_from_db()
    assert listed.first_name == "Алёна"
    assert Placement.objects.get().student == listed
    assert listed.account_set.count() == 1
    request.refresh_from_db()
    assert (request.applicant, request.state) == (listed, "approved")


def test_a_record_of_another_school_or_of_somebody_who_logs_in_cannot_be_chosen():
    seventh = make_class()
    stranger, taken = make_person(birth_date=BORN_10), make_person(birth_date=BORN_10)
    make_placement(stranger, make_class())
    make_placement(taken, seventh)
    make_account(taken)
    request = make_own_request(seventh)
    for person in (stranger, taken):
        with pytest.raises(actions.WrongMatch):
            actions.approve(request=request, same_as_id=person.pk, by=make_admin(seventh.school), at=NOON)


def test_a_typed_snils_is_not_believed():
    place, _ = make_family_requests(student=described(snils="11223344595"))
    actions.approve(request=place, by=make_admin(place.school), at=NOON)
    assert Placement.objects.get().student.snils is None


def test_a_second_place_waits_for_the_old_school():
    old, new, student = make_class(), make_class(), make_student_actor()
    actions.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    request = make_own_request(new, student)
    request = actions.approve(request=request, by=make_admin(new.school), at=NOON)
    assert (request.state, request.from_school, request.due_day) == ("release", old.school, date(2026, 9, 15))
    assert Placement.objects.get(to_date=None).school == old.school
    actions.release(request=request, by=make_admin(old.school), at=NOON)
    assert Placement.objects.get(to_date=None).school == new.school


def test_a_decision_is_made_once():
    request = make_own_request()
    admin = make_admin(request.school)
    actions.approve(request=request, by=admin, at=NOON)
    for again in (
        lambda: actions.approve(request=request, by=admin, at=NOON),
        lambda: actions.decline(request=request, reason="duplicate", text="", by=admin, at=NOON),
        lambda: actions.withdraw(request=request, by=admin, at=NOON),
    ):
        with pytest.raises(actions.AlreadyDecided):
            again()


def test_a_question_is_asked_and_answered():
    request = make_own_request()
    admin = make_admin(request.school)
    actions.ask_to_clarify(request=request, question="Кто ваш классный руководитель?", by=admin, at=NOON)
    actions.answer(request=request, text="Мария Петровна", by=make_actor(), at=NOON)
    actions.approve(request=request, by=admin, at=NOON)
    assert [step.state for step in request.steps.order_by("pk")] == [
        "submitted",
        "clarify",
        "answered",
        "approved",
    ]


def test_another_reason_needs_words():
    request = make_own_request()
    with pytest.raises(actions.ReasonMissing):
        actions.decline(request=request, reason="other", text="нет", by=make_admin(request.school), at=NOON)


def test_a_draft_is_sent_with_its_pair():
    place, _ = make_family_requests(send=False)
    actions.send_draft(request=place, by=make_actor(), at=NOON)
    assert set(EnrolmentRequest.objects.values_list("state", flat=True)) == {"submitted"}


def test_nobody_decided_in_time():
    request = make_own_request()
    assert actions.expire_requests(day=request.expires_day, at=NOON) == 0
    assert actions.expire_requests(day=date(2027, 9, 1), at=NOON) == 1
    request.refresh_from_db()
    assert request.state == "expired"


def test_bulk_approval_leaves_what_needs_eyes():
    seventh = make_class()
    make_placement(make_person("Петрова", "Анна", birth_date=date(2011, 3, 5)), seventh)
    clear = make_own_request(seventh, make_student_actor(last_name="Ягодкина", first_name="Роза"))
    similar = make_own_request(seventh, make_student_actor(last_name="Петрова"))
    bulk = actions.approve_many(requests=[clear, similar], by=make_admin(seventh.school), at=NOON)
    assert (bulk.approved, bulk.left) == (1, 1)
    similar.refresh_from_db()
    assert similar.state == "submitted"


def test_a_card_of_gosuslugi_names_the_account_before_its_first_login():
    told = described(snils="11223344595", esia_oid="1000100002", source="esia")
    place, _ = make_family_requests(student=told)
    actions.approve(request=place, by=make_admin(place.school), at=NOON)
    student = Placement.objects.get().student
    assert (student.snils, student.account_set.get().oid) == ("11223344595", "1000100002")


def test_a_card_of_gosuslugi_finds_the_student_we_know_already():
    known = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10, snils="11223344595")
    place, _ = make_family_requests(student=described(snils="11223344595", source="esia"))
    actions.approve(request=place, by=make_admin(place.school), at=NOON)
    assert Placement.objects.get().student == known


def test_a_strong_match_needs_a_persons_word():
    seventh = make_class()
    make_placement(make_person("Петрова", "Анна", birth_date=BORN_15), seventh)
    request, admin = make_own_request(seventh, make_student_actor()), make_admin(seventh.school)
    with pytest.raises(actions.MatchNotChosen):
        actions.approve(request=request, by=admin, at=NOON)
    actions.approve(request=request, is_new=True, by=admin, at=NOON)
    assert Placement.objects.count() == 2


def test_a_class_closed_while_the_old_school_thought_is_left_open():
    old, new, student = make_class(), make_class(), make_student_actor()
    actions.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    request = make_own_request(new, student)
    actions.approve(request=request, by=make_admin(new.school), at=NOON)
    actions.close_class(school_class=new, by=make_admin(new.school), at=NOON)
    actions.release(request=request, by=make_admin(old.school), at=NOON)
    placement = Placement.objects.get(to_date=None)
    assert (placement.school, placement.school_class) == (new.school, None)
