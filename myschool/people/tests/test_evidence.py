"""Records of access are evidence for the family: sealed, final, and gone only when their term is over."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from myschool.kernel import sealing
from myschool.kernel.actors import Role
from myschool.kernel.clock import now, wall
from myschool.people import actions
from myschool.people.models import AccessRecord
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools.tests.makers import make_school

# A snapshot's oldest transaction is the whole server's: other tests' transactions would hold the seals back.
pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]


def faults():
    return [fault for chain in sealing.verify() for fault in chain.faults]


def faults_after(statement):
    """What is found of a deed of the database's administrator, which is undone again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        problems = faults()
        transaction.set_rollback(True)
    return problems


@pytest.fixture
def records():
    """One whose term is over, and two of today, sealed."""
    staff = make_actor(make_person(), Role.HEAD, make_school().organisation)
    for days in (1097, 0, 0):
        at = wall() - timedelta(days=days)
        actions.record_access(student_ids=[make_person().pk], section="card", by=staff, at=at)
    while sealing.seal_all():
        pass


def test_what_is_changed_removed_or_put_in_between_is_found(records):
    assert faults() == []
    for statement, expected in (
        ("UPDATE people_accessrecord SET viewer_id = student_id", "was changed"),
        ("UPDATE people_accessrecord SET organisation_id = NULL", "was changed"),
        ("DELETE FROM people_accessrecord WHERE at > now() - interval '1 day'", "was removed"),
        ("DELETE FROM kernel_seal WHERE ledger = 'access' AND position = 1", "seals are missing"),
    ):
        assert any(expected in fault for fault in faults_after(statement)), statement


def test_a_chain_is_whole_without_the_rows_whose_term_is_over(records):
    actions.drop_leftovers(at=now())
    assert AccessRecord.objects.count() == 2
    assert faults() == []
    again = "UPDATE kernel_seal SET at = now() - interval '5 years' WHERE ledger = 'access'; DELETE FROM people_accessrecord"
    assert any("the seal of row" in fault for fault in faults_after(again))


def test_nobody_changes_a_record_and_nobody_removes_it_in_its_term(records):
    for attempt in (lambda: AccessRecord.objects.update(reason="другая"), lambda: AccessRecord.objects.all().delete()):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            attempt()
