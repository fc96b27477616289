"""Access that was ended does not come back: neither when rows are joined, nor when that is undone."""

from datetime import date, timedelta

import pytest

from myschool.kernel.actors import Role
from myschool.people import access, actions
from myschool.people.models import GuardianRestriction, Guardianship, Person, Post
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post
from myschool.schools.tests.makers import NOON, make_school

pytestmark = pytest.mark.django_db
DAY, LATER = NOON.date(), NOON + timedelta(days=1)
K, G = GuardianRestriction.Kind, GuardianRestriction.Ground


@pytest.fixture
def admin():
    return make_actor(make_person("Админова"), Role.SCHOOL_ADMIN, make_school().organisation)


@pytest.fixture
def rows():
    return tuple(make_person("Петров", "Глеб", "Ильич", birth_date=date(2016, 2, 3)) for _ in range(2))


@pytest.fixture
def father():
    return make_person("Петров", "Илья")


def merge(kept, merged, by):
    return actions.merge_persons(kept_id=kept.pk, merged_id=merged.pk, by=by, at=NOON)


def restrict(link, by):
    return actions.restrict_guardian(
        guardianship=link,
        kind=K.ENDED,
        ground=G.COURT,
        document="Решение суда",
        document_number="1",
        document_day=DAY,
        until=None,
        day=DAY,
        by=by,
        at=NOON,
    )


def seen_by(guardian):
    return set(access.guardianships_on(DAY).filter(guardian=guardian).values_list("student", flat=True))


def test_a_restriction_made_after_a_merge_holds_for_both_rows_when_it_is_undone(rows, father, admin):
    primary, merged = rows
    link = make_guardianship(father, merged)
    person_merge = merge(primary, merged, admin)
    restrict(Guardianship.objects.get(pk=link.pk), admin)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert Guardianship.objects.get().student == merged
    assert seen_by(father) == set()
    assert set(GuardianRestriction.objects.values_list("student", flat=True)) == {primary.pk, merged.pk}


def test_a_restriction_of_a_guardian_who_was_merged_holds_for_both_rows_too(rows, admin):
    pupil, (primary, merged) = rows[0], (make_person("Петров", "Илья"), make_person("Петров", "Илья"))
    link = make_guardianship(merged, pupil)
    person_merge = merge(primary, merged, admin)
    restrict(Guardianship.objects.get(pk=link.pk), admin)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert seen_by(merged) == seen_by(primary) == set()


def test_a_restriction_that_was_lifted_again_comes_to_nobody(rows, father, admin):
    primary, merged = rows
    link = make_guardianship(father, merged)
    person_merge = merge(primary, merged, admin)
    restriction = restrict(Guardianship.objects.get(pk=link.pk), admin)
    assert actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert seen_by(father) == {merged.pk}


def test_a_link_ended_after_a_merge_stays_ended_for_both_rows(rows, father, admin):
    primary, merged = rows
    link, double = make_guardianship(father, primary), make_guardianship(father, merged)
    person_merge = merge(primary, merged, admin)
    actions.unlink_guardian(guardianship=link, day=DAY, by=admin, at=NOON)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert seen_by(father) == set()
    double.refresh_from_db()
    assert (double.student, double.to_date) == (merged, DAY)
    assert (double.ended_by_id, double.ended_at) == (admin.person_id, NOON)


def test_a_post_ended_after_a_merge_stays_ended_for_both_rows(admin):
    primary, merged = make_person("Учителева"), make_person("Учителева")
    place = make_school().organisation
    post, _ = make_post(primary, place), make_post(merged, place)
    person_merge = merge(primary, merged, admin)
    actions.leave_post(post=post, day=DAY, by=admin, at=NOON)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert set(Post.objects.filter(organisation=place).values_list("person", "to_date")) == {
        (primary.pk, DAY),
        (merged.pk, DAY),
    }


def test_logins_ended_after_a_merge_stay_ended_for_both_rows(rows, admin):
    primary, merged = rows
    person_merge = merge(primary, merged, admin)
    Person.objects.filter(pk=primary.pk).update(others_ended_at=NOON)
    actions.undo_merge(merge=person_merge, by=admin, at=LATER)
    assert set(Person.objects.filter(pk__in=[primary.pk, merged.pk]).values_list("others_ended_at")) == {(NOON,)}
