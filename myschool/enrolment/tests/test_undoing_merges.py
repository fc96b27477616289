"""A school undoes a merge only of its own students."""

from datetime import timedelta

import pytest

from myschool.enrolment.actions import deciding, placing
from myschool.enrolment.actions.deciding import merge
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import BORN_10, make_admin, make_placement
from myschool.people.models import Person
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import NOON, make_class

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=5)


@pytest.fixture
def joined():
    """Two rows of a school's list that its administrator has joined."""
    home = make_class()
    admin = make_admin(home.school)
    survivor, other = (make_person("Петров", "Глеб", "Ильич", birth_date=BORN_10) for _ in range(2))
    make_placement(survivor, home)
    return merge(kept_id=survivor.pk, merged_id=other.pk, by=admin, at=NOON), admin


def is_undone(done):
    return Person.objects.get(pk=done.merged_id).merged_into_id is None


def test_a_school_that_no_longer_has_the_student_undoes_no_merge(joined):
    merge_row, admin = joined
    placing.depart(placement=Placement.objects.get(), day=LATER.date(), by=admin, at=LATER)
    make_placement(merge_row.kept, make_class(), from_date=LATER.date())
    with pytest.raises(deciding.NotOurStudent, match="теперь числится в другой школе"):
        deciding.undo_merge(merge=merge_row, by=admin, at=LATER)
    assert not is_undone(merge_row)


def test_a_school_undoes_the_merge_of_its_own_student_and_of_one_who_has_left_for_nowhere(joined):
    merge_row, admin = joined
    placing.depart(placement=Placement.objects.get(), day=LATER.date(), by=admin, at=LATER)
    deciding.undo_merge(merge=merge_row, by=admin, at=LATER)
    assert is_undone(merge_row)
