"""A court's or a school's restriction of a guardian's rights: whom it binds, how long, and who takes it away."""

from datetime import date, timedelta

import pytest
from django.db import connection

from myschool.kernel.actors import Role, nobody
from myschool.kernel.models import Entry
from myschool.people import access, actions, queries
from myschool.people.models import GuardianRestriction, Guardianship
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import NOON, make_school

pytestmark = pytest.mark.django_db
DAY, TOMORROW = NOON.date(), NOON.date() + timedelta(days=1)
Kind = GuardianRestriction.Kind


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def admin(school):
    return make_actor(make_person("Админова"), Role.SCHOOL_ADMIN, school.organisation)


@pytest.fixture
def link():
    return make_guardianship(make_person("Петров"), make_person(birth_date=date(2015, 1, 1)))


def restrict(link, by, kind=Kind.LIMITED, **more):
    return actions.restrict_guardian(
        guardianship=link,
        kind=kind,
        by=by,
        at=NOON,
        **{
            "ground": "court",
            "document": "Решение районного суда",
            "document_number": "2-17/2026",
            "document_day": DAY,
            "until": None,
            "day": DAY,
            **more,
        },
    )


def by_sql(word, day):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT guardianship_id FROM {word}(%s)",  # noqa: S608 - one of our two words
            [day],
        )
        return {row[0] for row in cursor.fetchall()}


def who_sees(day=DAY):
    visible = set(access.guardianships_on(day).values_list("pk", flat=True))
    assert by_sql("people_guardians_on", day) == visible
    return visible


def who_acts(day=DAY):
    may_act = set(access.guardianships_to_act_on(day).values_list("pk", flat=True))
    assert by_sql("people_guardians_to_act_on", day) == may_act
    return may_act


def test_without_a_restriction_a_guardian_sees_and_decides(link):
    assert who_sees() == who_acts() == {link.pk}


def test_a_limited_guardian_sees_and_decides_nothing(link, admin):
    restrict(link, admin)
    assert (who_sees(), who_acts()) == ({link.pk}, set())


def test_a_guardian_whose_access_was_ended_neither_sees_nor_decides(link, admin):
    restrict(link, admin, Kind.ENDED)
    assert (who_sees(), who_acts()) == (set(), set())


def test_the_other_guardian_and_the_other_child_are_not_touched(link, admin):
    other_guardian = make_guardianship(make_person(), link.student)
    other_student = make_guardianship(link.guardian, make_person(birth_date=date(2014, 1, 1)))
    restrict(link, admin, Kind.ENDED)
    assert who_sees() == who_acts() == {other_guardian.pk, other_student.pk}


def test_a_restriction_holds_from_its_day_until_its_last(link, admin):
    restrict(link, admin, Kind.ENDED, day=TOMORROW, until=TOMORROW + timedelta(days=2))
    assert [bool(who_sees(DAY + timedelta(days=days))) for days in range(5)] == [True, False, False, False, True]


@pytest.mark.parametrize("lifted", [None, 0, 1, 2, 3], ids=str)
def test_a_restriction_is_seen_and_can_be_lifted_on_every_day_on_which_it_binds(link, admin, lifted):
    until = DAY + timedelta(days=2)
    restriction = restrict(link, admin, Kind.ENDED, until=until)
    if lifted is not None:
        day = DAY + timedelta(days=lifted)
        actions.lift_restriction(restriction=restriction, day=day, by=admin, at=NOON)
    days = [DAY + timedelta(days=days) for days in range(-1, 6)]
    binds = [not who_sees(day) for day in days if day >= link.from_date]
    assert [access.restrictions_on(day).exists() for day in days] == binds
    assert [bool(queries.warnings_about(link.guardian_id, [link.student_id], day)) for day in days] == binds
    assert sum(binds) == (3 if lifted is None else min(lifted, 3))


def test_of_two_restrictions_the_stronger_holds_and_each_is_lifted_by_itself(link, admin):
    limited, ended = restrict(link, admin), restrict(link, admin, Kind.ENDED)
    assert not who_sees()
    actions.lift_restriction(restriction=ended, day=DAY, by=admin, at=NOON)
    assert (who_sees(), who_acts()) == ({link.pk}, set())
    actions.lift_restriction(restriction=limited, day=DAY, by=admin, at=NOON)
    assert who_acts() == {link.pk}


@pytest.mark.parametrize("kind", Kind)
def test_while_a_restriction_lives_no_school_links_the_guardian(link, admin, kind):
    restrict(link, admin, kind)
    actions.unlink_guardian(guardianship=link, day=DAY, by=admin, at=NOON)
    with pytest.raises(actions.RightsRestricted):
        actions.link_guardian(
            guardian_id=link.guardian_id,
            student_id=link.student_id,
            relation="father",
            from_date=TOMORROW,
            stamp=nobody(NOON),
        )
    assert Guardianship.objects.get().to_date == DAY


def test_where_the_school_has_two_leaders_one_asks_and_the_other_lifts(link, admin, school):
    head = make_actor(make_person("Директорова"), Role.HEAD, school.organisation)
    restriction = restrict(link, admin, Kind.ENDED)
    assert not actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    assert not actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    assert not who_sees()
    assert Entry.objects.filter(kind="people.lifting_asked").count() == 1
    assert actions.lift_restriction(restriction=restriction, day=DAY, by=head, at=NOON)
    assert who_sees() == {link.pk}


def test_who_has_asked_takes_it_back_and_then_nobody_lifts_alone(link, admin, school):
    head = make_actor(make_person("Директорова"), Role.HEAD, school.organisation)
    restriction = restrict(link, admin, Kind.ENDED)
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    assert not actions.take_lifting_back(restriction=restriction, by=head, at=NOON)
    assert actions.take_lifting_back(restriction=restriction, by=admin, at=NOON)
    assert not actions.take_lifting_back(restriction=restriction, by=admin, at=NOON)
    assert Entry.objects.filter(kind="people.lifting_taken_back").count() == 1
    assert not actions.lift_restriction(restriction=restriction, day=DAY, by=head, at=NOON)
    assert not who_sees()


def test_what_another_leader_has_lifted_is_taken_back_no_more(link, admin, school):
    head = make_actor(make_person("Директорова"), Role.HEAD, school.organisation)
    restriction = restrict(link, admin, Kind.ENDED)
    for leader in (admin, head):
        actions.lift_restriction(restriction=restriction, day=DAY, by=leader, at=NOON)
    assert not actions.take_lifting_back(restriction=restriction, by=admin, at=NOON)
    assert who_sees() == {link.pk}


def test_a_lifted_restriction_stays_to_be_seen(link, admin):
    restriction = restrict(link, admin, Kind.ENDED)
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    restriction.refresh_from_db()
    assert (restriction.lifted_by_id, restriction.to_date) == (admin.person_id, DAY)


@pytest.mark.parametrize("whose", ["guardian", "student"])
def test_nobody_restricts_lifts_or_unlinks_for_themselves_or_their_child(link, school, whose):
    concerned = link.guardian if whose == "guardian" else make_person("Петрова")
    if whose == "student":
        make_guardianship(concerned, link.student)
    leader = make_actor(concerned, Role.SCHOOL_ADMIN, school.organisation)
    by_another = restrict(link, make_actor(make_person("Чужова"), Role.HEAD, school.organisation))
    with pytest.raises(actions.OwnMatter):
        restrict(link, leader)
    with pytest.raises(actions.OwnMatter):
        actions.lift_restriction(restriction=by_another, day=DAY, by=leader, at=NOON)
    with pytest.raises(actions.OwnMatter):
        actions.unlink_guardian(guardianship=link, day=DAY, by=leader, at=NOON)


def test_a_link_ended_on_its_first_day_keeps_its_row_and_who_ended_it(admin):
    link = make_guardianship(make_person(), make_person(birth_date=date(2015, 1, 1)), from_date=DAY)
    actions.unlink_guardian(guardianship=link, day=DAY, by=admin, at=NOON)
    link.refresh_from_db()
    assert (link.from_date, link.to_date) == (DAY, DAY)
    assert (link.ended_by_id, link.ended_in_id, link.ended_at) == (admin.person_id, admin.organisation_id, NOON)
    assert not who_sees()
    actions.link_guardian(
        guardian_id=link.guardian_id, student_id=link.student_id, relation="mother", from_date=DAY, stamp=nobody(NOON)
    )
    assert len(who_sees()) == 1


def test_restrictions_are_in_the_chronicle_by_ids_alone(link, admin):
    restriction = restrict(link, admin)
    actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
    ids = {"guardian_id": link.guardian_id, "student_id": link.student_id, "restriction_id": restriction.pk}
    kinds = ["people.guardian_restricted", "people.restriction_lifted"]
    assert list(Entry.objects.filter(kind__in=kinds).order_by("pk").values_list("payload", flat=True)) == [ids, ids]


def test_the_same_restriction_is_written_down_once(link, admin):
    restrict(link, admin)
    with pytest.raises(actions.AlreadyRestricted):
        restrict(link, admin)
    restrict(link, admin, Kind.ENDED)
    assert GuardianRestriction.objects.count() == 2


def test_what_was_lifted_can_be_written_down_anew(link, admin):
    actions.lift_restriction(restriction=restrict(link, admin), day=DAY, by=admin, at=NOON)
    restrict(link, admin)
    assert who_acts() == set()


def test_a_document_is_not_of_a_day_that_has_not_come(link, admin):
    with pytest.raises(actions.DocumentNotYet):
        restrict(link, admin, document_day=TOMORROW)
    assert not GuardianRestriction.objects.exists()


def test_a_restriction_that_has_run_out_is_not_made_longer_by_lifting_it(link, admin):
    restriction = restrict(link, admin, until=TOMORROW)
    assert actions.lift_restriction(restriction=restriction, day=TOMORROW + timedelta(days=9), by=admin, at=NOON)
    restriction.refresh_from_db()
    assert restriction.to_date == TOMORROW


def test_a_leader_whose_own_matter_it_is_is_no_second_person(link, admin, school):
    make_actor(link.guardian, Role.HEAD, school.organisation)
    restriction = restrict(link, admin, Kind.ENDED)
    assert actions.lift_restriction(restriction=restriction, day=DAY, by=admin, at=NOON)
