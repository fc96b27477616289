"""Who represents whom on a day: the permission, the published SQL word and the rule of ages say the same."""

from datetime import date, timedelta

import pytest
from django.db import connection

from myschool.kernel.actors import Role
from myschool.people.access import guardianships_on, posts_ever, posts_on, posts_since
from myschool.people.models import Post
from myschool.people.rules import ages
from myschool.people.tests.makers import make_guardianship, make_person
from myschool.schools.tests.makers import make_school

pytestmark = pytest.mark.django_db


def by_sql(day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT guardianship_id FROM people_guardians_on(%s)", [day])
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("born", [date(2008, 2, 29), date(2010, 2, 28), date(2010, 3, 1), date(2010, 12, 31)])
def test_a_link_lives_from_its_first_day_to_the_18th_birthday(born):
    guardian, student = make_person(), make_person(birth_date=born)
    link = make_guardianship(guardian, student, from_date=date(2026, 1, 10))
    days = [date(2026, 1, 9), date(2026, 1, 10)]
    days += [born.replace(year=born.year + 18, day=28) + timedelta(days=shift) for shift in range(-2, 5)]
    for day in days:
        lives = day >= link.from_date and not ages.is_of_full_age(born, day)
        assert by_sql(day) == ({link.pk} if lives else set()), day
        assert set(guardianships_on(day).values_list("pk", flat=True)) == by_sql(day)


def test_an_ended_link_and_one_with_somebody_of_unknown_age_do_not_live():
    guardian = make_person()
    make_guardianship(
        guardian, make_person(birth_date=date(2015, 1, 1)), from_date=date(2026, 1, 1), to_date=date(2026, 2, 1)
    )
    make_guardianship(guardian, make_person(birth_date=None), from_date=date(2026, 1, 1))
    assert by_sql(date(2026, 2, 1)) == set()
    assert not guardianships_on(date(2026, 2, 1)).exists()
    assert len(by_sql(date(2026, 1, 31))) == 1


def test_a_post_is_held_from_its_first_day_to_the_day_before_its_end():
    school, teacher = make_school(), make_person()
    post = Post.objects.create(
        person=teacher,
        organisation_id=school.pk,
        role=Role.TEACHER,
        from_date=date(2026, 9, 1),
        to_date=date(2026, 10, 1),
    )
    for day, holds in (("08-31", False), ("09-01", True), ("09-30", True), ("10-01", False)):
        queried_day = date.fromisoformat(f"2026-{day}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT post_id FROM people_staff_on(%s)", [queried_day])
            post_ids = [row[0] for row in cursor.fetchall()]
        assert post_ids == ([post.pk] if holds else []), day
        assert [entry.pk for entry in posts_on(queried_day)] == post_ids, day
    assert not posts_since(date(2026, 10, 1)).exists()
    assert [*posts_since(date(2026, 9, 30))] == [*posts_since(date(2026, 8, 1))] == [post]
    assert [*posts_ever()] == [post]


FOR_EACH = """
EXPLAIN SELECT bond.guardian_id FROM (VALUES (1::bigint, %s::date)) place (student_id, day)
CROSS JOIN LATERAL {}(place.day) bond WHERE bond.student_id = place.student_id
"""


@pytest.mark.parametrize("word", ["people_guardians_on", "people_guardians_to_act_on"])
def test_who_represents_a_student_of_a_list_is_found_by_the_student(word):
    """Not among all bonds of the country, once for each student of a roster."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(FOR_EACH.format(word), [date(2026, 11, 30)])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "people_guardianship bond" in plan
    assert "Index Cond: (student_id = " in plan, plan
    assert "Subquery Scan" not in plan
