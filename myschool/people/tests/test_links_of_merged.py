"""Of the links of two rows that were joined only doubles go: no living one, and nothing of what was ended."""

from datetime import date

import pytest

from myschool.people import access, actions
from myschool.people.models import Guardianship
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
DAY = NOON.date()


@pytest.fixture
def rows():
    return tuple(make_person("Петров", "Глеб", "Ильич", birth_date=date(2016, 2, 3)) for _ in range(2))


def merge(rows):
    primary, merged = rows
    return actions.merge_persons(kept_id=primary.pk, merged_id=merged.pk, by=make_actor(), at=NOON)


def periods(guardian, student):
    links = Guardianship.objects.filter(guardian=guardian, student=student)
    return sorted(links.values_list("from_date", "to_date"), key=str)


@pytest.mark.parametrize("ended_on", [date(2026, 9, 3), date(2026, 9, 8)])
def test_an_ended_link_does_not_swallow_a_living_one(rows, ended_on):
    father = make_person("Петров", "Илья")
    make_guardianship(father, rows[0], to_date=ended_on)
    make_guardianship(father, rows[1], from_date=date(2026, 9, 5))
    merge(rows)
    assert periods(father, rows[0]) == [(date(2026, 9, 1), ended_on), (max(ended_on, date(2026, 9, 5)), None)]
    assert access.guardianships_on(DAY).filter(guardian=father).exists()


def test_that_a_link_was_ended_stays_to_be_seen_beside_a_living_one(rows):
    mother = make_person()
    make_guardianship(mother, rows[0])
    admin = make_actor(make_person("Админова"))
    ended = make_guardianship(mother, rows[1])
    actions.unlink_guardian(guardianship=ended, day=DAY, by=admin, at=NOON)
    merge(rows)
    ended.refresh_from_db()
    assert (ended.student, ended.to_date, ended.ended_by_id) == (rows[0], DAY, admin.person_id)
    assert access.guardianships_on(DAY).filter(guardian=mother).count() == 1


def test_a_guardian_who_was_two_rows_keeps_every_link_that_lives(rows):
    pupil, (primary, merged) = rows[0], (make_person(), make_person())
    make_guardianship(primary, pupil, to_date=date(2026, 9, 3))
    make_guardianship(merged, pupil)
    merge((primary, merged))
    assert periods(primary, pupil) == [(date(2026, 9, 1), date(2026, 9, 3)), (date(2026, 9, 3), None)]


def test_a_link_that_made_room_is_as_it_was_when_the_merge_is_undone(rows):
    father = make_person("Петров", "Илья")
    make_guardianship(father, rows[0], to_date=date(2026, 9, 8))
    make_guardianship(father, rows[1], from_date=date(2026, 9, 5))
    actions.undo_merge(merge=merge(rows), by=make_actor(), at=NOON)
    assert periods(father, rows[0]) == [(date(2026, 9, 1), date(2026, 9, 8))]
    assert periods(father, rows[1]) == [(date(2026, 9, 5), None)]
