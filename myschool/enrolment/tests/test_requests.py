"""The life of requests, through the database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from myschool.enrolment.actions import asking, deciding, placing
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Placement
from myschool.enrolment.queries import keeping
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
from myschool.kernel.models import Entry
from myschool.people.models import Guardianship
from myschool.people.tests.makers import make_account, make_actor, make_person
from myschool.schools import queries as queries_actions
from myschool.schools.queries import WrongClass
from myschool.schools.tests.makers import NOON, make_class, make_region, make_school

pytestmark = pytest.mark.django_db


def test_a_student_of_15_gets_the_place_they_asked_for():
    seventh = make_class()
    request = make_own_request(seventh)
    deciding.approve(request=request, by=make_admin(seventh.school), at=NOON)
    placement = Placement.objects.get()
    assert (placement.student_id, placement.school_class) == (request.applicant_id, seventh)


def test_the_same_request_twice_is_one_request():
    seventh, student = make_class(), make_student_actor()
    assert make_own_request(seventh, student) == make_own_request(seventh, student)


def test_another_class_of_the_same_school_must_wait_for_the_first_request():
    seventh, student = make_class(), make_student_actor()
    make_own_request(seventh, student)
    with pytest.raises(asking.AlreadyRequested):
        make_own_request(make_class(seventh.school, letter="Б"), student)


def test_fourteen_is_counted_by_the_date_at_the_school():
    """Kamchatka has the birthday already when Kaliningrad still has the day before."""
    evening = datetime(2026, 9, 10, 18, tzinfo=UTC)
    birth_date = date(2012, 9, 11)
    east = make_class(make_school(make_region("41", "Камчатский край", "Asia/Kamchatka")))
    west = make_class(make_school(make_region("39", "Калининградская область", "Europe/Kaliningrad")))
    student = make_student_actor(birth_date)
    assert make_own_request(east, student, evening).state == "submitted"
    with pytest.raises(asking.MayNotAsk, match="нет 14 лет"):
        make_own_request(west, student, evening)


def test_two_children_in_two_schools_make_four_requests_decided_apart():
    mother, first, second = make_actor(), make_class(), make_class()
    place, link = make_family_requests(first, mother)
    other_place, other_link = make_family_requests(second, mother, described("Петрова", "Мила", "Ильинична"))
    deciding.decline(request=link, reason="not_guardian", text="", by=make_admin(first.school), at=NOON)
    deciding.approve(request=place, by=make_admin(first.school), at=NOON)
    states = {row.pk: row.state for row in EnrolmentRequest.objects.all()}
    assert states == {
        place.pk: "approved",
        link.pk: "declined",
        other_place.pk: "submitted",
        other_link.pk: "submitted",
    }
    assert not Guardianship.objects.exists()


def test_the_link_comes_true_only_after_the_place():
    place, link = make_family_requests()
    admin = make_admin(place.school)
    with pytest.raises(deciding.NotOurStudent, match="Сначала одобрите запрос о месте"):
        deciding.approve(request=link, by=admin, at=NOON)
    assert not Guardianship.objects.exists()
    deciding.approve(request=place, by=admin, at=NOON)
    deciding.approve(request=link, by=admin, at=NOON)
    assert Guardianship.objects.get().student == Placement.objects.get().student


def test_from_fourteen_on_a_guardian_asks_for_the_link_only():
    (link,) = make_family_requests(student=described(birth_date=date(2012, 1, 1)))
    assert link.kind == "guardian"


def test_without_a_class_the_administrator_names_one():
    school = make_school()
    request = asking.request_own_place(school=school, level=7, school_class_id=None, by=make_student_actor(), at=NOON)
    seventh = make_class(school)
    deciding.approve(request=request, school_class=seventh, by=make_admin(school), at=NOON)
    assert Placement.objects.get().school_class == seventh


def test_a_class_of_another_school_is_refused_and_nothing_is_written():
    school, stranger = make_school(), make_class()
    with pytest.raises(queries_actions.WrongClass):
        asking.request_own_place(school=school, level=7, school_class_id=stranger.pk, by=make_student_actor(), at=NOON)
    assert not EnrolmentRequest.objects.exists()


def test_the_chosen_record_of_the_list_becomes_the_student_who_asked():
    seventh = make_class()
    listed = make_person("Петрова", "Алена", birth_date=date(2011, 3, 5), snils=None)
    make_placement(listed, seventh)
    student = make_student_actor(last_name="Петрова", first_name="Алёна")
    request = make_own_request(seventh, student)
    deciding.approve(request=request, same_as_id=listed.pk, by=make_admin(seventh.school), at=NOON)
    listed.refresh_from_db()
    assert listed.first_name == "Алёна"
    assert Placement.objects.get().student == listed
    assert listed.account_set.count() == 1
    request.refresh_from_db()
    assert (request.applicant, request.state) == (listed, "approved")


def test_a_record_of_another_school_or_of_somebody_who_logs_in_cannot_be_chosen():
    seventh = make_class()
    stranger, account_holder = make_person(birth_date=BORN_10), make_person(birth_date=BORN_10)
    make_placement(stranger, make_class())
    make_placement(account_holder, seventh)
    make_account(account_holder)
    request = make_own_request(seventh)
    for person, refused in ((stranger, deciding.WrongMatch), (account_holder, deciding.MatchTaken)):
        with pytest.raises(refused):
            deciding.approve(request=request, same_as_id=person.pk, by=make_admin(seventh.school), at=NOON)


def test_a_typed_snils_is_not_believed():
    place, _ = make_family_requests(student=described(snils="11223344595"))
    deciding.approve(request=place, by=make_admin(place.school), at=NOON)
    assert Placement.objects.get().student.snils is None


def test_a_second_place_waits_for_the_old_school():
    old, new, student = make_class(), make_class(), make_student_actor()
    deciding.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    request = make_own_request(new, student)
    request = deciding.approve(request=request, by=make_admin(new.school), at=NOON)
    assert (request.state, request.from_school, request.due_day) == ("release", old.school, date(2026, 9, 15))
    assert Placement.objects.get(to_date=None).school == old.school
    deciding.release(request=request, by=make_admin(old.school), at=NOON)
    assert Placement.objects.get(to_date=None).school == new.school


def test_a_decision_is_made_once():
    request = make_own_request()
    admin = make_admin(request.school)
    deciding.approve(request=request, by=admin, at=NOON)
    for again in (
        lambda: deciding.approve(request=request, by=admin, at=NOON),
        lambda: deciding.decline(request=request, reason="duplicate", text="", by=admin, at=NOON),
        lambda: asking.withdraw(request=request, by=admin, at=NOON),
    ):
        with pytest.raises(AlreadyDecided):
            again()


def test_a_question_is_asked_and_answered():
    request = make_own_request()
    admin = make_admin(request.school)
    deciding.ask_to_clarify(request=request, question="Кто ваш классный руководитель?", by=admin, at=NOON)
    asking.answer(request=request, text="Мария Петровна", by=make_actor(), at=NOON)
    deciding.approve(request=request, by=admin, at=NOON)
    assert [step.state for step in request.steps.order_by("pk")] == ["submitted", "clarify", "answered", "approved"]


def test_another_reason_needs_words():
    request = make_own_request()
    with pytest.raises(deciding.ReasonMissing):
        deciding.decline(request=request, reason="other", text="нет", by=make_admin(request.school), at=NOON)


def test_a_draft_is_sent_with_its_pair():
    place, _ = make_family_requests(send=False)
    asking.send_draft(request=place, by=make_actor(), at=NOON)
    assert set(EnrolmentRequest.objects.values_list("state", flat=True)) == {"submitted"}


def test_nobody_decided_in_time():
    request = make_own_request()
    assert asking.expire_requests(day=request.expires_day, at=NOON) == 0
    assert asking.expire_requests(day=date(2027, 9, 1), at=NOON) == 1
    request.refresh_from_db()
    assert request.state == "expired"


def test_bulk_approval_leaves_what_needs_eyes():
    seventh = make_class()
    make_placement(make_person("Петрова", "Анна", birth_date=date(2011, 3, 5)), seventh)
    clear = make_own_request(seventh, make_student_actor(last_name="Ягодкина", first_name="Роза"))
    similar = make_own_request(seventh, make_student_actor(last_name="Петрова"))
    bulk = deciding.approve_many(requests=[clear, similar], by=make_admin(seventh.school), at=NOON)
    assert (bulk.approved, bulk.left) == (1, 1)
    similar.refresh_from_db()
    assert similar.state == "submitted"


def test_a_card_of_gosuslugi_names_the_account_before_its_first_login():
    description = described(snils="11223344595", esia_oid="1000100002", source="esia")
    place, _ = make_family_requests(student=description)
    deciding.approve(request=place, by=make_admin(place.school), at=NOON)
    student = Placement.objects.get().student
    assert (student.snils, student.account_set.get().oid) == ("11223344595", "1000100002")


def test_a_card_of_gosuslugi_finds_the_student_we_know_already():
    student = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10, snils="11223344595")
    place, _ = make_family_requests(student=described(snils="11223344595", source="esia"))
    deciding.approve(request=place, by=make_admin(place.school), at=NOON)
    assert Placement.objects.get().student == student


def test_a_strong_match_needs_a_persons_word():
    seventh = make_class()
    make_placement(make_person("Петрова", "Анна", birth_date=BORN_15), seventh)
    request, admin = make_own_request(seventh, make_student_actor()), make_admin(seventh.school)
    with pytest.raises(deciding.MatchNotChosen):
        deciding.approve(request=request, by=admin, at=NOON)
    deciding.approve(request=request, is_new=True, by=admin, at=NOON)
    assert Placement.objects.count() == 2


def test_a_class_closed_while_the_old_school_thought_is_left_open():
    old, new, student = make_class(), make_class(), make_student_actor()
    deciding.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    request = make_own_request(new, student)
    deciding.approve(request=request, by=make_admin(new.school), at=NOON)
    placing.close_class(school_class=new, by=make_admin(new.school), at=NOON)
    deciding.release(request=request, by=make_admin(old.school), at=NOON)
    placement = Placement.objects.get(to_date=None)
    assert (placement.school, placement.school_class) == (new.school, None)


def test_a_parent_whose_link_was_declined_asks_for_the_link_alone():
    mother, seventh = make_actor(), make_class()
    place, link = make_family_requests(seventh, mother)
    admin = make_admin(seventh.school)
    deciding.approve(request=place, by=admin, at=NOON)
    deciding.decline(request=link, reason="not_guardian", text="", by=admin, at=NOON)
    (again,) = make_family_requests(seventh, mother)
    assert again.kind == "guardian"
    deciding.approve(request=again, by=admin, at=NOON)
    assert Guardianship.objects.get().student == Placement.objects.get().student
    with pytest.raises(asking.AlreadyPlaced):
        make_family_requests(seventh, mother)


def test_a_linked_parent_moves_a_child_without_asking_for_the_link_anew():
    mother, old, new = make_actor(), make_class(), make_class()
    for request in make_family_requests(old, mother):
        deciding.approve(request=request, by=make_admin(old.school), at=NOON)
    (moving,) = make_family_requests(new, mother)
    assert (moving.kind, moving.from_school) == ("place", old.school)


def test_a_student_of_a_class_does_not_ask_for_the_level_alone():
    seventh, student = make_class(), make_student_actor()
    deciding.approve(request=make_own_request(seventh, student), by=make_admin(seventh.school), at=NOON)
    with pytest.raises(asking.AlreadyPlaced):
        asking.request_own_place(school=seventh.school, level=7, school_class_id=None, by=student, at=NOON)


def test_a_declined_card_is_corrected_by_what_is_sent_again():
    mother, seventh = make_actor(), make_class()
    first = make_family_requests(seventh, mother, described(first_name="Алена", snils="08765430300"))
    for request in first:
        deciding.decline(request=request, reason="mismatch", text="", by=make_admin(seventh.school), at=NOON)
    again, _ = make_family_requests(seventh, mother, described(first_name="Алёна", snils="11223344595"))
    assert (again.card.first_name, again.card.snils) == ("Алёна", "11223344595")


def test_a_snils_that_was_left_out_is_added_by_a_second_sending_and_another_one_is_refused():
    mother, seventh = make_actor(), make_class()
    first = make_family_requests(seventh, mother, described())
    again = make_family_requests(seventh, mother, described(snils="11223344595"))
    assert [request.pk for request in again] == [request.pk for request in first]
    assert again[0].card.snils == "11223344595"
    with pytest.raises(asking.AlreadyRequested, match="другим СНИЛС"):
        make_family_requests(seventh, mother, described(snils="08765430300"))
    again[0].card.refresh_from_db()
    assert again[0].card.snils == "11223344595"


def test_a_card_does_not_change_under_the_eyes_of_who_decides():
    mother = make_actor()
    first, _ = make_family_requests(make_class(), mother, described(snils="08765430300"))
    with pytest.raises(asking.AlreadyRequested, match="другим СНИЛС"):
        make_family_requests(make_class(), mother, described(snils="11223344595"))
    first.card.refresh_from_db()
    assert first.card.snils == "08765430300"


def test_what_gosuslugi_told_is_not_replaced_by_what_is_typed_later():
    mother, seventh = make_actor(), make_class()
    description = described(snils="11223344595", esia_oid="1000100002", source="esia")
    for request in make_family_requests(seventh, mother, description):
        asking.withdraw(request=request, by=mother, at=NOON)
    again, _ = make_family_requests(seventh, mother, described(snils="08765430300"))
    assert (again.card.source, again.card.snils) == ("esia", "11223344595")


def test_a_draft_gives_way_to_what_is_sent():
    seventh, student = make_class(), make_student_actor()
    make_own_request(seventh, student, send=False)
    other = make_class(seventh.school, letter="Б")
    assert make_own_request(other, student).state == "submitted"
    assert EnrolmentRequest.objects.get().school_class == other


def test_in_bulk_both_halves_for_a_new_child_are_approved():
    place, link = make_family_requests()
    bulk = deciding.approve_many(requests=[place, link], by=make_admin(place.school), at=NOON)
    assert (bulk.approved, bulk.left) == (2, 0)


def make_transfer(old=None, new=None, student=None):
    """A transfer that waits for the old school."""
    old, new, student = old or make_class(), new or make_class(), student or make_student_actor()
    deciding.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    request = make_own_request(new, student)
    return deciding.approve(request=request, by=make_admin(new.school), at=NOON), old, new, student


def test_a_transfer_approved_twice_keeps_its_term():
    request, _, new, _ = make_transfer()
    with pytest.raises(AlreadyDecided, match="ждёт прежнюю школу"):
        deciding.approve(request=request, by=make_admin(new.school), at=NOON + timedelta(days=5))
    request.refresh_from_db()
    assert request.due_day == date(2026, 9, 15)
    assert Entry.objects.filter(kind="enrolment.release_asked").count() == 1


def test_a_student_who_has_gone_to_a_third_school_is_let_go_by_that_school_only():
    first, old, second, student = make_transfer()
    third = make_class()
    rival = make_own_request(third, student)
    deciding.approve(request=rival, by=make_admin(third.school), at=NOON)
    deciding.release(request=first, by=make_admin(old.school), at=NOON)
    deciding.release(request=rival, by=make_admin(old.school), at=NOON)
    assert Placement.objects.get(to_date=None).school == second.school
    rival.refresh_from_db()
    assert (rival.state, rival.from_school) == ("release", second.school)
    deciding.release(request=rival, by=make_admin(second.school), at=NOON)
    assert Placement.objects.get(to_date=None).school == third.school


def test_the_term_to_let_go_is_counted_from_the_date_at_the_old_school():
    late = datetime(2026, 9, 10, 18, tzinfo=UTC)
    east = make_class(make_school(make_region("41", "Камчатский край", "Asia/Kamchatka")))
    student, west = make_student_actor(), make_class()
    deciding.approve(request=make_own_request(east, student), by=make_admin(east.school), at=NOON)
    request = make_own_request(west, student)
    request = deciding.approve(request=request, by=make_admin(west.school), at=late)
    assert request.due_day == date(2026, 9, 16)


def test_the_old_schools_chronicle_tells_that_a_student_has_left():
    request, old, new, student = make_transfer()
    deciding.release(request=request, by=make_admin(old.school), at=NOON)
    left = Entry.objects.get(kind="enrolment.student_departed")
    placed = Entry.objects.filter(kind="enrolment.student_placed").latest("id")
    assert left.school_id == old.school_id
    assert left.payload == {"student_id": student.person_id, "left_class_id": old.pk}
    assert placed.school_id == new.school_id


def test_a_class_moved_to_another_level_takes_its_students_and_requests_along():
    seventh, student = make_class(), make_student_actor()
    admin = make_admin(seventh.school)
    deciding.approve(request=make_own_request(seventh, student), by=admin, at=NOON)
    waiting = make_own_request(seventh)
    placing.rename_class(school_class=seventh, level=8, letter="А", by=admin, at=NOON)
    assert Placement.objects.get().level == 8
    deciding.approve(request=waiting, is_new=True, by=admin, at=NOON)
    assert Placement.objects.filter(school_class=seventh, level=8).count() == 2


def test_an_application_to_connect_a_school_follows_its_applicant_into_a_merge():
    seventh = make_class()
    listed = make_person(birth_date=BORN_15)
    make_placement(listed, seventh)
    student = make_student_actor()
    application = ConnectionRequest.objects.create(
        organisation=make_school(connected=False).organisation,
        applicant_id=student.person_id,
        state="submitted",
        submitted_at=NOON,
        due_day=NOON.date(),
    )
    request = make_own_request(seventh, student)
    deciding.approve(request=request, same_as_id=listed.pk, by=make_admin(seventh.school), at=NOON)
    application.refresh_from_db()
    assert application.applicant == listed


def test_a_student_without_a_class_is_shown_and_put_into_one():
    seventh = make_class()
    student = make_person(birth_date=BORN_15)
    placement = make_placement(student, school=seventh.school)
    page = keeping.classes_page(seventh.school, NOON.date())
    assert [(line.person_id, [choice.id for choice in line.classes]) for line in page.unplaced] == [
        (student.pk, [seventh.pk])
    ]
    placing.move(placement=placement, school_class=seventh, day=NOON.date(), by=make_admin(seventh.school), at=NOON)
    assert Placement.objects.get(to_date=None).school_class == seventh
    assert not keeping.classes_page(seventh.school, NOON.date()).unplaced


def test_a_move_inside_the_school_keeps_the_days_before_it():
    seventh = make_class()
    other = make_class(seventh.school, letter="Б")
    placement = make_placement(make_person(birth_date=BORN_15), seventh)
    placing.move(placement=placement, school_class=other, day=NOON.date(), by=make_admin(seventh.school), at=NOON)
    placements = Placement.objects.order_by("from_date").values_list("school_class", "to_date")
    assert list(placements) == [(seventh.pk, NOON.date()), (other.pk, None)]


def test_nobody_is_moved_into_another_schools_class():
    placement = make_placement(make_person(birth_date=BORN_15), make_class())
    with pytest.raises(WrongClass):
        placing.move(
            placement=placement, school_class=make_class(), day=NOON.date(), by=make_admin(placement.school), at=NOON
        )
