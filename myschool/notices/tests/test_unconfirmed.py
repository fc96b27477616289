"""Who is here by an account that nobody has checked reads and carries away nothing about anybody else."""

from base64 import urlsafe_b64encode

import pytest
from django.conf import settings
from django.test import Client

from myschool.journal.tests.makers import write
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.notices import actions
from myschool.notices.models import Notice, NoticeSettings, PushSubscription
from myschool.notices.tests.makers import follow, make_family_school
from myschool.people.models import Account
from myschool.people.tests.makers import log_in, make_actor

pytestmark = pytest.mark.django_db
DEVICE = {
    "endpoint": f"https://{settings.PUSH_HOSTS[0]}/one",
    "p256dh": urlsafe_b64encode(b"\x04" + bytes(64)).decode().rstrip("="),
    "auth": urlsafe_b64encode(bytes(16)).decode().rstrip("="),
}


@pytest.fixture
def school():
    """A journal whose first student has got a mark; their mother was told."""
    family_school = make_family_school()
    write(family_school, "2", student=family_school.student)
    follow()
    return family_school


def come(person, role, *, checked):
    """A browser of the person's session; the account is checked, or not."""
    actor = make_actor(person, role)
    Account.objects.filter(person=person).update(level="PR" if checked else "P", trusted=checked)
    client = Client()
    log_in(client, actor, clock.now())
    return client


def shown_to(client):
    """What the list shows, and whether the bell counts anything."""
    return client.get("/notices/").content.decode(), "непрочитанных" in client.get("/notices/bell/").content.decode()


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT])
def test_an_unchecked_account_is_shown_no_notice_about_a_child_in_whatever_role(school, role):
    notice = Notice.objects.get(recipient=school.mother)
    client = come(school.mother, role, checked=False)
    listed, is_counted = shown_to(client)
    assert notice.title not in listed
    assert not is_counted
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    listed, is_counted = shown_to(come(school.mother, Role.GUARDIAN, checked=True))
    assert notice.title in listed
    assert is_counted


def test_a_student_reads_their_own_notices_by_an_unchecked_account(school):
    notice = Notice.objects.get(recipient=school.student)
    client = come(school.student, Role.STUDENT, checked=False)
    assert notice.title in shown_to(client)[0]
    assert client.get(f"/notices/{notice.pk}/").status_code == 302


def carried(client):
    """The answers to whoever wants a calendar link, a push device and letters."""
    return [
        client.post("/calendar/make/").status_code,
        client.post("/notices/devices/", DEVICE).status_code,
        client.post("/notices/settings/address/", {"address": "somebody@example.org"}).status_code,
    ]


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT])
def test_an_unchecked_account_lets_nothing_about_a_child_be_sent_elsewhere(school, role):
    assert carried(come(school.mother, role, checked=False)) == [403, 403, 403]
    for model in (PushSubscription, NoticeSettings):
        assert not model.objects.filter(person=school.mother).exists()


def test_a_student_has_their_own_calendar_pushes_and_letters_by_an_unchecked_account(school):
    assert carried(come(school.student, Role.STUDENT, checked=False)) == [302, 204, 302]


def test_an_unchecked_account_may_take_its_address_back(school):
    actor = make_actor(school.mother)
    actions.give_address(address="somebody@example.org", by=actor, at=clock.now())
    client = come(school.mother, Role.GUARDIAN, checked=False)
    assert client.post("/notices/settings/address/", {"address": ""}).status_code == 302
    assert NoticeSettings.objects.get(person=school.mother).address == ""
