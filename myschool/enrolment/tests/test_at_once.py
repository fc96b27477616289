"""Two people act at the same moment: the second waits for the first and then sees what the first has done."""

from threading import Thread

import pytest
from django.db import connection, transaction

from myschool.enrolment.actions import deciding, placing
from myschool.enrolment.actions.deciding import merge
from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.enrolment.tests.makers import (
    BORN_15,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.people import actions as people
from myschool.people.esia.answers import Grant
from myschool.people.models import Account, Guardianship, Person, Session
from myschool.people.tests.makers import ISSUER, make_account, make_person, told
from myschool.schools import queries
from myschool.schools.tests.makers import NOON, make_class, make_year

pytestmark = pytest.mark.django_db(transaction=True)


class Other(Thread):
    """Somebody else's request, which begins while ours holds what it needs; a refusal is kept for the test."""

    def __init__(self, deed):
        super().__init__()
        self.deed, self.refusal = deed, None

    def run(self):
        try:
            self.deed()
        except Refusal as refusal:
            self.refusal = refusal
        finally:
            connection.close()

    def begin(self):
        """Start, and come back once the other is waiting for a row of ours or is done."""
        self.start()
        waiting = False
        while self.is_alive() and not waiting:
            with connection.cursor() as cursor:
                cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
                (waiting,) = cursor.fetchone()


def test_both_halves_approved_at_once_make_one_student():
    place, link = make_family_requests()
    admin, colleague = make_admin(place.school), make_admin(place.school)
    other = Other(lambda: deciding.approve(request=link, by=colleague, at=NOON))
    with transaction.atomic():
        deciding.approve(request=place, by=admin, at=NOON)
        other.begin()
    other.join()
    assert other.refusal is None
    assert Guardianship.objects.get().student == Placement.objects.get().student


def test_two_students_do_not_become_one_record_of_the_list():
    seventh = make_class()
    listed = make_person(birth_date=BORN_15)
    make_placement(listed, seventh)
    first, two = (make_own_request(seventh, make_student_actor()) for _ in range(2))
    admin, colleague = make_admin(seventh.school), make_admin(seventh.school)
    other = Other(lambda: deciding.approve(request=two, same_as_id=listed.pk, by=colleague, at=NOON))
    with transaction.atomic():
        deciding.approve(request=first, same_as_id=listed.pk, by=admin, at=NOON)
        other.begin()
    other.join()
    assert isinstance(other.refusal, deciding.MatchTaken)
    assert Account.objects.filter(person=listed).count() == 1


def test_a_class_is_not_filled_while_it_is_being_closed():
    seventh = make_class()
    admin, colleague = make_admin(seventh.school), make_admin(seventh.school)
    request = make_own_request(seventh)
    other = Other(lambda: deciding.approve(request=request, by=colleague, at=NOON))
    with transaction.atomic():
        placing.close_class(school_class=seventh, by=admin, at=NOON)
        other.begin()
    other.join()
    assert isinstance(other.refusal, queries.WrongClass)
    assert not Placement.objects.exists()


def test_who_logs_in_while_being_recognised_comes_in_as_the_record_that_stays():
    survivor, merged = make_person("Петрова", birth_date=BORN_15), make_person("Петрова", birth_date=BORN_15)
    make_account(merged, oid="1000")
    admin = make_admin()
    grant = Grant(
        access_token="",
        oid="1000",
        level=None,
        trusted=True,
        session=None,
        scopes=(),
        methods=(),
        authenticated_at=None,
        expires_at=NOON,
    )
    other = Other(
        lambda: people.log_in(issuer=ISSUER, grant=grant, told=told(birth_date=BORN_15, snils=None), device="", at=NOON)
    )
    with transaction.atomic():
        merge(kept_id=survivor.pk, merged_id=merged.pk, by=admin, at=NOON)
        other.begin()
    other.join()
    assert other.refusal is None
    assert Person.objects.get(pk=merged.pk).merged_into == survivor
    assert Account.objects.get(oid="1000").person == survivor
    assert Session.objects.filter(person=survivor).exists()


def test_what_is_sent_while_being_recognised_is_asked_for_again_and_not_lost_out_of_sight():
    seventh, student = make_class(), make_student_actor()
    make_year()
    survivor, admin = make_person(birth_date=BORN_15), make_admin()
    other = Other(lambda: make_own_request(seventh, student))
    with transaction.atomic():
        merge(kept_id=survivor.pk, merged_id=student.person_id, by=admin, at=NOON)
        other.begin()
    other.join()
    assert isinstance(other.refusal, ChangedMeanwhile)
    assert not EnrolmentRequest.objects.exists()
