"""Who gives a right: only the child's own school, never for oneself, and never what was taken away without a word."""

from datetime import date, timedelta

import pytest

from myschool.enrolment import access
from myschool.enrolment.actions import asking, connecting, deciding, staffing
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.enrolment.queries import desk, keeping
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
from myschool.kernel.actors import Role
from myschool.people import actions as people
from myschool.people.access import guardianships_on
from myschool.people.actions import OwnMatter, RightsRestricted, Unconfirmed
from myschool.people.models import GuardianRestriction, Guardianship, Person, PersonMerge
from myschool.people.tests.makers import make_account, make_actor, make_guardianship, make_person, make_profile
from myschool.schools.tests.makers import NOON, make_class, make_school

pytestmark = pytest.mark.django_db
DAY = NOON.date()
Kind, Ground = GuardianRestriction.Kind, GuardianRestriction.Ground
ESIA = StudentCard.Source.ESIA


@pytest.fixture
def home():
    return make_class()


@pytest.fixture
def foreign():
    return make_class()


@pytest.fixture
def family(home):
    """A child of the home school with mother and father; the school has then ended the father's link."""
    mother, father = make_actor(), make_actor(make_person("Петров", "Илья", "Глебович"))
    admin = make_admin(home.school)
    for request in make_family_requests(home, father):
        deciding.approve(request=request, by=admin, at=NOON)
    pupil = Placement.objects.get().student
    make_guardianship(Person.objects.get(pk=mother.person_id), pupil)
    link = Guardianship.objects.get(guardian=father.person_id)
    people.unlink_guardian(guardianship=link, day=DAY, by=admin, at=NOON)
    return pupil, mother, father, admin


def unconfirmed(role, organisation=None):
    person = make_person("Самозванова")
    make_account(person, level="P", trusted=False)
    return make_actor(person, role, organisation)


def asked_for_link(school_class, by, card_person=None, **more):
    """A request for a link that lies on the school's desk, whatever was refused at sending."""
    request = make_family_requests(school_class, by, described(birth_date=date(2011, 1, 1), **more))[-1]
    if card_person:
        StudentCard.objects.filter(pk=request.card_id).update(person=card_person)
    return EnrolmentRequest.objects.get(pk=request.pk)


def test_a_father_whose_link_was_ended_cannot_ask_another_school(family, foreign):
    _, _, father, _ = family
    with pytest.raises(asking.MayNotAsk, match="Отправьте запрос в ту школу"):
        make_family_requests(foreign, father)


def test_another_schools_administrator_links_nobody_with_the_child(family, foreign):
    pupil, mother, father, _ = family
    request = asked_for_link(foreign, father, pupil)
    with pytest.raises(deciding.NotOurStudent, match="числится в другой школе"):
        deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    assert set(guardianships_on(DAY).values_list("guardian", flat=True)) == {mother.person_id}


def test_another_schools_administrator_does_not_merge_the_child_into_its_own_list(family, foreign):
    pupil, _, father, _ = family
    own = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10)
    make_placement(own, foreign)
    request = asked_for_link(foreign, father, pupil)
    with pytest.raises(deciding.NotOurStudent, match="без неё нельзя"):
        deciding.approve(request=request, same_as_id=own.pk, by=make_admin(foreign.school), at=NOON)
    pupil.refresh_from_db()
    assert pupil.merged_into is None
    assert Placement.objects.get(student=pupil).to_date is None


def test_a_typed_card_never_reaches_a_child_of_another_school(home, foreign):
    pupil = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10, snils="11223344595")
    make_placement(pupil, home)
    place, link = make_family_requests(foreign, student=described(snils="11223344595"))
    admin = make_admin(foreign.school)
    for request in (place, link):
        deciding.approve(request=request, by=admin, at=NOON)
    assert not Guardianship.objects.filter(student=pupil).exists()
    assert list(pupil.placements.values_list("school", flat=True)) == [home.school_id]


def test_a_child_without_a_place_is_linked_by_nobody(foreign):
    request = asked_for_link(foreign, make_actor())
    with pytest.raises(deciding.NotOurStudent, match="Сначала одобрите запрос о месте"):
        deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    assert not Guardianship.objects.exists()


def test_gosuslugis_own_card_of_the_child_is_enough_for_the_link(home, foreign):
    pupil = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10, snils="11223344595")
    make_placement(pupil, home)
    mother = make_actor()
    card = described(snils="11223344595", source=ESIA)
    request = make_family_requests(foreign, mother, card)[-1]
    assert request.kind == "guardian"
    deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    assert Guardianship.objects.get().student == pupil


def test_gosuslugis_card_does_not_bring_back_a_link_that_the_childs_school_has_ended(family, foreign):
    pupil, _, father, _ = family
    request = asked_for_link(foreign, father, pupil)
    Person.objects.filter(pk=pupil.pk).update(snils="11223344595")
    StudentCard.objects.filter(filed_by=father.person_id).update(source=ESIA, snils="11223344595")
    with pytest.raises(deciding.NotOurStudent):
        deciding.approve(request=request, by=make_admin(foreign.school), at=NOON)
    with pytest.raises(asking.MayNotAsk, match="Отправьте запрос в ту школу"):
        make_family_requests(foreign, father)


def test_a_student_of_another_school_becomes_the_record_of_the_list_when_that_school_lets_go(home, foreign):
    student = make_student_actor()
    deciding.approve(request=make_own_request(home, student), by=make_admin(home.school), at=NOON)
    own = make_person("Петрова", "Анна", "Ивановна", birth_date=BORN_15)
    make_placement(own, foreign)
    request = make_own_request(foreign, student)
    deciding.approve(request=request, same_as_id=own.pk, by=make_admin(foreign.school), at=NOON)
    assert not PersonMerge.objects.exists()
    deciding.release(request=request, by=make_admin(home.school), at=NOON)
    merge = PersonMerge.objects.get()
    assert (merge.kept, merge.organisation_id) == (own, foreign.school_id)
    assert Placement.objects.get(to_date=None).student == own


def test_the_school_that_a_child_would_leave_sees_it_from_the_first_day(home, foreign):
    student, admin = make_student_actor(), make_admin(home.school)
    deciding.approve(request=make_own_request(home, student), by=admin, at=NOON)
    request = make_own_request(foreign, student)
    assert list(access.requests_leaving(admin)) == [request]
    assert desk.decision_page(request_seen(request), admin, DAY).is_leaving
    assert not access.requests_to_release(admin, DAY).exists()
    assert not access.requests_leaving(make_admin()).exists()


def request_seen(request):
    return EnrolmentRequest.objects.select_related("card", "applicant", "school_class").get(pk=request.pk)


def test_an_ended_link_shows_on_the_next_request_and_is_not_approved_in_bulk(family, home):
    pupil, _, father, admin = family
    (request,) = make_family_requests(home, father)
    (warning,) = desk.decision_page(request_seen(request), admin, DAY).warnings
    assert "связь с этим представителем прекращена 10.09.2026" in warning
    assert "Админова" in warning
    assert deciding.approve_many(requests=[request], by=admin, at=NOON) == deciding.Bulk(0, 1)
    assert not Guardianship.objects.filter(guardian=father.person_id, to_date=None).exists()
    deciding.approve(request=request, by=admin, at=NOON)
    assert Guardianship.objects.filter(guardian=father.person_id, student=pupil, to_date=None).exists()


def test_a_restriction_shows_with_its_document_and_no_school_links_over_it(family, home):
    _, _, father, admin = family
    (request,) = make_family_requests(home, father)
    link = Guardianship.objects.get(guardian=father.person_id)
    people.restrict_guardian(
        guardianship=link,
        kind=Kind.ENDED,
        ground=Ground.COURT,
        document="Решение районного суда",
        document_number="2-17",
        document_day=date(2026, 9, 3),
        until=None,
        day=DAY,
        by=admin,
        at=NOON,
    )
    warning = desk.decision_page(request_seen(request), admin, DAY).warnings[0]
    assert "Решение суда: Решение районного суда № 2-17 от 03.09.2026" in warning
    with pytest.raises(RightsRestricted):
        deciding.approve(request=request, by=admin, at=NOON)
    assert deciding.approve_many(requests=[request], by=admin, at=NOON).approved == 0
    EnrolmentRequest.objects.filter(pk=request.pk).update(state="withdrawn", decided_at=NOON)
    with pytest.raises(asking.MayNotAsk, match="ограничены"):
        make_family_requests(home, father)


def test_of_a_card_that_nobody_has_recognised_the_likely_children_are_warned_of(family, home):
    _, _, father, admin = family
    StudentCard.objects.update(person=None)
    (_, request) = make_family_requests(home, father)
    assert desk.decision_page(request_seen(request), admin, DAY).warnings


@pytest.fixture
def parent_admin(home):
    """An administrator with a child in their own school."""
    pupil = make_person("Детская", birth_date=BORN_10)
    make_placement(pupil, home)
    person = make_person("Админова", "Ольга", "Павловна")
    make_guardianship(person, pupil)
    make_profile(person, Role.GUARDIAN)
    return make_actor(person, Role.SCHOOL_ADMIN, home.school.organisation), pupil


def test_an_administrator_does_not_decide_on_their_own_request(home, parent_admin):
    admin, _ = parent_admin
    requests = make_family_requests(home, admin)
    post = asking.request_post(school=home.school, role=Role.HEAD, by=admin, at=NOON)
    for request in (*requests, post):
        with pytest.raises(OwnMatter, match="другой руководитель"):
            deciding.approve(request=request, by=admin, at=NOON)
        with pytest.raises(OwnMatter):
            deciding.decline(request=request, reason="duplicate", text="", by=admin, at=NOON)
        with pytest.raises(OwnMatter):
            deciding.ask_to_clarify(request=request, question="?", by=admin, at=NOON)
    assert deciding.approve_many(requests=requests, by=admin, at=NOON).approved == 0


def test_an_administrator_does_not_decide_on_whom_their_child_is_linked_with(home, parent_admin):
    admin, pupil = parent_admin
    partner = make_actor(make_person("Админов"))
    link_request = asked_for_link(home, partner, pupil)
    with pytest.raises(OwnMatter):
        deciding.approve(request=link_request, by=admin, at=NOON)
    typed = asked_for_link(home, make_actor(make_person("Чужов")))
    with pytest.raises(OwnMatter):
        deciding.approve(request=typed, same_as_id=pupil.pk, by=admin, at=NOON)
    assert Guardianship.objects.count() == 1


def test_an_administrator_does_not_let_their_own_child_go(home, foreign, parent_admin):
    admin, pupil = parent_admin
    request = asked_for_link(foreign, make_actor(), pupil)
    EnrolmentRequest.objects.filter(pk=request.pk).update(
        kind="place", relation="", state="release", from_school=home.school_id
    )
    with pytest.raises(OwnMatter):
        deciding.release(request=EnrolmentRequest.objects.get(pk=request.pk), by=admin, at=NOON)


def test_nobody_invites_themselves(home, parent_admin):
    admin, _ = parent_admin
    own_name = {"last_name": "Админова", "first_name": "Ольга", "patronymic": "Павловна"}
    with pytest.raises(OwnMatter):
        staffing.invite(school=home.school, role=Role.HEAD, by=admin, at=NOON, **own_name)


def test_another_leader_decides_instead(home, parent_admin):
    admin, _ = parent_admin
    head = make_actor(make_person("Директорова"), Role.HEAD, home.school.organisation)
    post = asking.request_post(school=home.school, role=Role.HEAD, by=admin, at=NOON)
    deciding.approve(request=post, by=head, at=NOON)
    assert EnrolmentRequest.objects.get(pk=post.pk).state == "approved"


def test_without_a_confirmed_account_nobody_asks_for_more_than_their_own_place(home):
    guardian, teacher = unconfirmed(Role.GUARDIAN), unconfirmed(Role.TEACHER, make_school().organisation)
    with pytest.raises(Unconfirmed, match="Подтвердите"):
        make_family_requests(home, guardian)
    with pytest.raises(Unconfirmed):
        asking.request_post(school=home.school, role=Role.TEACHER, by=teacher, at=NOON)
    with pytest.raises(Unconfirmed):
        staffing.accept_invitation(code="X", by=teacher, at=NOON)
    with pytest.raises(Unconfirmed):
        connecting.ask_connection(
            school=home.school, decree_number="", decree_day=None, decree=None, by=teacher, at=NOON
        )
    student = make_person("Самозванов", birth_date=BORN_15)
    make_account(student, level="P", trusted=False)
    assert make_own_request(home, make_actor(student, Role.STUDENT)).state == "submitted"


def test_a_merge_by_approval_is_undone_with_cards_requests_and_places(home):
    student, admin = make_student_actor(), make_admin(home.school)
    own = make_person("Петрова", "Анна", "Ивановна", birth_date=BORN_15)
    make_placement(own, home)
    request = make_own_request(home, student)
    deciding.approve(request=request, same_as_id=own.pk, by=admin, at=NOON)
    (merge,) = access.merges_to_undo(admin)
    assert not access.merges_to_undo(make_admin()).exists()
    assert [line.reason for line in keeping.merges_page(admin, NOON).lines] == [f"Запрос № {request.pk}"]
    people.undo_merge(merge=merge, by=admin, at=NOON + timedelta(days=1))
    request.refresh_from_db()
    assert request.applicant_id == request.card.person_id == student.person_id
    assert Placement.objects.get(to_date=None).student == own
    assert not keeping.merges_page(admin, NOON).lines


def test_whose_right_to_decide_is_not_back_yet_does_not_ask_another_school(home, foreign):
    """A restriction lasts until its last day is over everywhere; till then the link is no ground to take the child away."""
    mother = make_actor()
    pupil = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10)
    make_placement(pupil, home)
    link = make_guardianship(Person.objects.get(pk=mother.person_id), pupil)
    make_family_requests(home, mother)
    StudentCard.objects.update(person=pupil)
    (place,) = make_family_requests(foreign, mother)
    assert place.kind == "place"
    EnrolmentRequest.objects.filter(pk=place.pk).update(state="withdrawn", decided_at=NOON)
    GuardianRestriction.objects.create(
        guardian=link.guardian,
        student=pupil,
        organisation=home.school.organisation,
        kind=Kind.LIMITED,
        ground=Ground.COURT,
        document="Решение районного суда",
        document_day=DAY,
        from_date=DAY - timedelta(days=9),
        to_date=DAY,
        imposed_at=NOON,
        imposed_by=link.guardian,
    )
    with pytest.raises(asking.MayNotAsk, match="ограничены"):
        make_family_requests(foreign, mother)
