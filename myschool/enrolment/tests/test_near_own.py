"""A leader does not stop the other parent's request about their own child, recognised or not."""

import pytest

from myschool.enrolment.actions import deciding
from myschool.enrolment.models import EnrolmentRequest
from myschool.enrolment.tests.makers import BORN_10, described, make_admin, make_family_requests, make_placement
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.people.actions import OwnMatter
from myschool.people.tests.makers import log_in, make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import NOON, make_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    """The administrator's child is on the list; the other parent has typed it without a patronymic."""
    home, mother = make_class(), make_person("Админова", "Ольга")
    pupil = make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10)
    make_placement(pupil, home)
    make_guardianship(mother, pupil)
    admin = make_actor(mother, Role.SCHOOL_ADMIN, home.school.organisation)
    request = make_family_requests(home, make_actor(make_person("Петров", "Илья")), described(patronymic=""))[-1]
    assert request.card.person_id is None
    return request, admin, make_admin(home.school)


def test_a_request_that_may_be_about_ones_own_child_is_neither_declined_nor_questioned(asked):
    request, admin, other = asked
    with pytest.raises(OwnMatter, match="возможно, о вашем ребёнке"):
        deciding.decline(request=request, reason="duplicate", text="", by=admin, at=NOON)
    with pytest.raises(OwnMatter, match="возможно, о вашем ребёнке"):
        deciding.ask_to_clarify(request=request, question="?", by=admin, at=NOON)
    deciding.ask_to_clarify(request=request, question="Отчество?", by=other, at=NOON)
    with pytest.raises(OwnMatter):
        deciding.decline(request=request, reason="duplicate", text="", by=admin, at=NOON)
    deciding.decline(request=request, reason="duplicate", text="", by=other, at=NOON)
    assert EnrolmentRequest.objects.get(pk=request.pk).state == "declined"


def test_the_desk_says_so_and_offers_neither(asked, client):
    request, admin, other = asked
    log_in(client, admin, clock.now())
    page = client.get(f"/desk/requests/{request.pk}/").content.decode()
    assert "Запрос, возможно, о вашем ребёнке" in page
    assert "Отклонить запрос" not in page
    log_in(client, other, clock.now())
    page = client.get(f"/desk/requests/{request.pk}/").content.decode()
    assert "Запрос, возможно, о вашем ребёнке" not in page
    assert "Отклонить запрос" in page
