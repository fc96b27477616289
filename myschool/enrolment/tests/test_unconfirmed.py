"""Whose account nobody has checked becomes no student of the list."""

import pytest

from myschool.enrolment.actions import deciding
from myschool.enrolment.models import EnrolmentRequest
from myschool.enrolment.tests.makers import BORN_15, make_admin, make_own_request, make_placement
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.people.models import Account, PersonMerge
from myschool.people.tests.makers import log_in, make_account, make_actor, make_person
from myschool.schools.tests.makers import NOON, make_class

pytestmark = pytest.mark.django_db
ALERT = "Учётная запись заявителя не подтверждена"


@pytest.fixture
def asked():
    """A pupil of the list, and somebody of the same name by an account that is not confirmed."""
    home = make_class()
    pupil, stranger = (make_person("Петров", "Глеб", "", birth_date=BORN_15) for _ in range(2))
    make_placement(pupil, home)
    make_account(stranger, level="P", trusted=False)
    request = make_own_request(home, make_actor(stranger, Role.STUDENT))
    return request, pupil, make_admin(home.school)


def test_by_an_unconfirmed_account_nobody_becomes_a_listed_pupil(asked):
    request, pupil, admin = asked
    with pytest.raises(deciding.NotSeenInPerson, match="лично, по документу"):
        deciding.approve(request=request, same_as_id=pupil.pk, by=admin, at=NOON)
    assert not PersonMerge.objects.exists()
    Account.objects.filter(person=request.applicant).update(level="PR", trusted=True)
    deciding.approve(request=request, same_as_id=pupil.pk, by=admin, at=NOON)
    assert PersonMerge.objects.get().kept == pupil


def test_who_has_shown_their_paper_to_the_school_needs_no_confirmed_account_for_their_own_place(asked, client):
    request, pupil, admin = asked
    log_in(client, admin, clock.now())
    address = f"/desk/requests/{request.pk}/approve/"
    assert client.post(address, {"same_as": pupil.pk}).status_code == 422
    assert client.post(address, {"same_as": pupil.pk, "seen_in_person": "on"}).status_code == 302
    assert PersonMerge.objects.get().kept == pupil


def test_the_desk_says_that_the_account_is_not_confirmed(asked, client):
    request, _, admin = asked
    log_in(client, admin, clock.now())
    assert ALERT in client.get(f"/desk/requests/{request.pk}/").content.decode()
    Account.objects.filter(person=request.applicant).update(level="PR", trusted=True)
    assert ALERT not in client.get(f"/desk/requests/{request.pk}/").content.decode()
    assert EnrolmentRequest.objects.get().state == "submitted"
