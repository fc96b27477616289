"""On what concerns the only leader of a school, or their child, the operator of its region decides."""

from dataclasses import replace

import pytest

from myschool.enrolment import access
from myschool.enrolment.actions import asking, deciding
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.enrolment.queries import desk, instead
from myschool.enrolment.tests.makers import BORN_10, described, make_family_requests, make_placement
from myschool.kernel.actors import Role
from myschool.people.actions import OwnMatter
from myschool.people.models import Guardianship, Person, Post
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_profile
from myschool.schools.tests.makers import NOON, make_class, make_organisation, make_region

pytestmark = pytest.mark.django_db
DAY = NOON.date()


def somebody(role, organisation, *names):
    """Somebody with a post, who may ask as a guardian too."""
    person = make_person(*names)
    make_profile(person, Role.GUARDIAN)
    return make_actor(person, role, organisation)


@pytest.fixture
def home():
    return make_class()


@pytest.fixture
def head(home):
    return somebody(Role.HEAD, home.school.organisation, "Директорова", "Анна", "Павловна")


@pytest.fixture
def operator():
    return somebody(Role.OPERATOR, make_organisation("authority"), "Операторова")


@pytest.fixture
def far_operator():
    region = make_region("39", "Калининградская область", "Europe/Kaliningrad")
    return somebody(Role.OPERATOR, make_organisation("authority", region), "Дальняя")


@pytest.fixture
def pupil(home, head):
    """The head's own child, who studies in the head's school."""
    student = make_person("Директорова", "Ева", "Ильинична", birth_date=BORN_10)
    make_placement(student, home)
    make_guardianship_of(head, student)
    return student


def make_guardianship_of(actor, student):
    return make_guardianship(Person.objects.get(pk=actor.person_id), student)


def before(actor):
    """The requests on which somebody decides, or which they release."""
    requests = {*access.requests_to_decide(actor, DAY), *access.requests_to_release(actor, DAY)}
    return {request.pk for request in requests}


def listed(operator):
    return {left.row.id for left in instead.left_page(operator, DAY).rows}


def page(request, actor):
    row = EnrolmentRequest.objects.select_related("card", "applicant", "school_class").get(pk=request.pk)
    return desk.decision_page(row, actor, DAY)


def asked_about(school_class, student):
    """The other parent asks for a place and a link, by a card that nobody has recognised as the student's."""
    description = described(student.last_name, student.first_name, student.patronymic, birth_date=student.birth_date)
    return make_family_requests(school_class, make_actor(make_person("Новый")), description)


def test_the_only_heads_own_requests_are_decided_by_the_operator(home, head, operator):
    place, link = make_family_requests(home, head)
    assert before(operator) == listed(operator) == {place.pk, link.pk}
    deciding.ask_to_clarify(request=place, question="?", by=operator, at=NOON)
    asking.answer(request=place, text="!", by=head, at=NOON)
    for request in (place, link):
        deciding.approve(request=request, by=operator, at=NOON)
    assert Placement.objects.get().school == home.school
    assert Guardianship.objects.get().guardian_id == head.person_id
    assert set(EnrolmentRequest.objects.values_list("decided_by", flat=True)) == {operator.person_id}
    assert listed(operator) == set()


def test_a_post_that_the_only_head_asks_for_is_the_operators(home, head, operator):
    post = asking.request_post(school=home.school, role=Role.TEACHER, by=head, at=NOON)
    assert listed(operator) == {post.pk}
    deciding.decline(request=post, reason="duplicate", text="", by=operator, at=NOON)
    post.refresh_from_db()
    assert (post.state, post.decided_by_id) == ("declined", operator.person_id)


def test_whom_the_only_heads_child_is_linked_with_the_operator_decides_though_nobody_knows_the_card(
    home, head, pupil, operator
):
    place, link = asked_about(home, pupil)
    assert before(operator) == {place.pk, link.pk}
    with pytest.raises(OwnMatter):
        deciding.decline(request=link, reason="duplicate", text="", by=head, at=NOON)
    assert [match.person_id for match in page(link, operator).matches] == [pupil.pk]
    deciding.approve(request=link, same_as_id=pupil.pk, by=operator, at=NOON)
    assert Guardianship.objects.filter(student=pupil).count() == 2


def test_the_only_heads_child_is_let_go_by_the_operator(home, head, pupil, operator):
    other = make_class()
    colleague = somebody(Role.SCHOOL_ADMIN, other.school.organisation, "Админова")
    place = asking.request_for_student(
        student=described("Директорова", "Ева", "Ильинична", birth_date=BORN_10),
        relation="mother",
        school=other.school,
        level=other.level,
        school_class_id=other.pk,
        by=make_actor_of(head),
        at=NOON,
    )[0]
    EnrolmentRequest.objects.filter(pk=place.pk).update(from_school=home.school)
    StudentCard.objects.update(person=pupil)
    assert before(operator) == set()
    deciding.approve(request=place, by=colleague, at=NOON)
    assert listed(operator) == {place.pk}
    assert page(place, operator).can_release
    assert not page(place, operator).can_decline
    assert page(place, head).is_left_to_operator
    assert not page(place, head).can_release
    deciding.release(request=place, by=operator, at=NOON)
    assert Placement.objects.get(to_date=None).school == other.school


def make_actor_of(leader):
    return replace(leader, role=Role.GUARDIAN, organisation_id=None)


def test_in_a_school_with_two_leaders_the_operator_sees_nothing(home, head, pupil, operator):
    colleague = somebody(Role.SCHOOL_ADMIN, home.school.organisation, "Админова")
    requests = [*make_family_requests(home, head), *asked_about(home, pupil)]
    assert before(operator) == listed(operator) == set()
    assert before(colleague) == {request.pk for request in requests}
    assert page(requests[0], colleague).can_approve


def test_where_both_leaders_are_the_childs_parents_the_operator_decides(home, head, pupil, operator):
    colleague = somebody(Role.SCHOOL_ADMIN, home.school.organisation, "Директоров")
    make_guardianship_of(colleague, pupil)
    requests = asked_about(home, pupil)
    assert before(operator) == {request.pk for request in requests}


def test_what_concerns_no_leader_is_the_schools_alone(home, head, operator):
    requests = make_family_requests(home)
    assert before(operator) == set()
    assert page(requests[0], head).can_approve


def test_a_draft_is_nobodys_business(home, head, operator):
    make_family_requests(home, head, send=False)
    assert before(operator) == set()


def test_an_operator_of_another_region_sees_nothing(home, head, far_operator):
    make_family_requests(home, head)
    assert before(far_operator) == listed(far_operator) == set()


def test_an_operator_whose_post_has_ended_sees_nothing(home, head, operator):
    make_family_requests(home, head)
    Post.objects.filter(person=operator.person_id).update(to_date=DAY)
    assert before(operator) == set()


def test_an_operators_own_matter_is_another_operators(home, operator):
    head = somebody(Role.HEAD, home.school.organisation, "Операторова")
    make_family_requests(home, head)
    twin = Person.objects.get(pk=head.person_id)
    both = make_actor(twin, Role.OPERATOR, make_organisation("authority"))
    assert before(both) == set()
    assert len(before(operator)) == 2


def test_a_school_where_nobody_leads_is_the_operators(home, operator):
    requests = make_family_requests(home)
    assert before(operator) == {request.pk for request in requests}


def test_the_head_is_told_who_decides(home, head, operator):
    place, _ = make_family_requests(home, head)
    shown = page(place, head)
    assert (shown.is_own_matter, shown.is_left_to_operator) == (True, True)
    assert (shown.can_approve, shown.can_ask, shown.can_decline) == (False, False, False)
    somebody(Role.SCHOOL_ADMIN, home.school.organisation, "Админова")
    assert not page(place, head).is_left_to_operator
    assert page(place, head).is_own_matter
    assert not page(place, operator).is_own_matter


def test_who_decides_is_one_answer_for_lists_and_notices(home, head, pupil, operator):
    own, others = asked_about(home, pupil)[-1], make_family_requests(home)[0]
    deciders = instead.deciders([own.pk, others.pk], "school", DAY)
    assert deciders == {own.pk: (operator.person_id,), others.pk: (head.person_id,)}
