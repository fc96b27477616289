"""A merge that was a mistake is undone: both rows are as before."""

from datetime import date, timedelta

import pytest
from django.forms.models import model_to_dict

from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people import actions
from myschool.people.models import Account, Consent, Guardianship, Person, PersonMerge, Profile, Session
from myschool.people.tests.makers import (
    make_account,
    make_actor,
    make_guardianship,
    make_person,
    make_profile,
    make_session,
)
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
DAY = NOON.date()
WATCHED = (Person, Account, Profile, Guardianship, Consent)


@pytest.fixture
def admin():
    return make_actor(make_person("Админова"), role=None)


@pytest.fixture
def rows():
    """A row of the school's papers and one that logs in, with everything that a merge moves or drops."""
    listed = make_person("Петров", "Глеб", "", birth_date=date(2011, 3, 5))
    came = make_person("Сидоров", "Егор", "Ильич", birth_date=date(2010, 1, 2), snils="11223344595")
    make_account(came)
    make_profile(came, Role.STUDENT)
    make_profile(listed, Role.STUDENT, "")
    mother = make_person()
    make_guardianship(mother, listed)
    make_guardianship(mother, came)
    make_guardianship(make_person("Петров"), came)
    Consent.objects.create(subject=came, given_by=came, purpose="terms", wording="x", given_at=NOON)
    return listed, came


def everything():
    return {(model.__name__, row.pk): model_to_dict(row) for model in WATCHED for row in model.objects.all()}


def merge(kept, merged, by):
    return actions.merge_persons(kept_id=kept.pk, merged_id=merged.pk, by=by, at=NOON)


def test_after_undoing_both_rows_are_as_they_were(rows, admin):
    before = everything()
    person_merge = merge(rows[0], rows[1], admin)
    assert everything() != before
    actions.undo_merge(merge=person_merge, by=admin, at=NOON + timedelta(days=29))
    assert everything() == before


def test_who_is_logged_in_goes_on_as_the_person_of_their_account(rows, admin):
    listed, came = rows
    session, _ = make_session(came)
    person_merge = merge(listed, came, admin)
    later, _ = make_session(listed)
    assert later.account.person == listed
    actions.undo_merge(merge=person_merge, by=admin, at=NOON)
    assert set(Session.objects.filter(pk__in=[session.pk, later.pk]).values_list("person", flat=True)) == {came.pk}


def test_what_came_after_the_merge_stays_with_the_row_that_stayed(rows, admin):
    listed, came = rows
    person_merge = merge(listed, came, admin)
    link = make_guardianship(make_person("Новая"), listed)
    actions.undo_merge(merge=person_merge, by=admin, at=NOON)
    link.refresh_from_db()
    assert link.student == listed


def test_after_its_term_a_merge_stands_and_names_no_longer_lie_in_it(rows, admin):
    person_merge = merge(rows[0], rows[1], admin)
    late = NOON + actions.MERGES_UNDONE_WITHIN
    with pytest.raises(actions.MergeStands):
        actions.undo_merge(merge=person_merge, by=admin, at=late)
    actions.drop_leftovers(at=late + timedelta(seconds=1))
    assert PersonMerge.objects.get().changes == []


def test_a_merge_is_undone_once(rows, admin):
    person_merge = merge(rows[0], rows[1], admin)
    actions.undo_merge(merge=person_merge, by=admin, at=NOON)
    with pytest.raises(actions.MergeStands):
        actions.undo_merge(merge=person_merge, by=admin, at=NOON)


def test_of_two_merges_the_later_is_undone_first(rows, admin):
    listed, came = rows
    first = merge(listed, came, admin)
    second = merge(listed, make_person("Петров", "Глеб"), admin)
    with pytest.raises(actions.MergeStands, match="позднее"):
        actions.undo_merge(merge=first, by=admin, at=NOON)
    actions.undo_merge(merge=second, by=admin, at=NOON)
    actions.undo_merge(merge=first, by=admin, at=NOON)
    came.refresh_from_db()
    assert came.merged_into is None


def test_what_cannot_be_put_back_changes_nothing(rows, admin):
    listed, came = rows
    person_merge = merge(listed, came, admin)
    Person.objects.filter(pk=listed.pk).update(snils=None)
    make_person("Чужой", snils="11223344595")
    before = everything()
    with pytest.raises(actions.MergeStands, match="изменились"):
        actions.undo_merge(merge=person_merge, by=admin, at=NOON)
    assert everything() == before


def test_a_parent_does_not_undo_the_merge_of_their_child(rows, admin):
    listed, came = rows
    person_merge = merge(listed, came, admin)
    make_guardianship(Person.objects.get(pk=admin.person_id), listed)
    with pytest.raises(actions.OwnMatter):
        actions.undo_merge(merge=person_merge, by=admin, at=NOON)


def test_an_unconfirmed_accounts_names_do_not_replace_those_of_the_schools_papers(admin):
    listed = make_person("Петров", "Глеб", "Ильич", birth_date=date(2011, 3, 5))
    came = make_person("Сидоров", "Егор", "Ильич", birth_date=date(2008, 1, 2))
    make_account(came, level="P", trusted=False)
    merge(listed, came, admin)
    listed.refresh_from_db()
    assert (listed.last_name, listed.birth_date) == ("Петров", date(2011, 3, 5))


def test_undoing_is_in_the_chronicle_by_ids_alone(rows, admin):
    listed, came = rows
    actions.undo_merge(merge=merge(listed, came, admin), by=admin, at=NOON)
    assert Entry.objects.get(kind="people.persons_split").payload == {"kept_id": listed.pk, "merged_id": came.pk}
