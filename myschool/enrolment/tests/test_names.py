"""Finding by name: what fits, kept right in whichever transaction changes a name, a place or a tray."""

import re
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from myschool.enrolment.actions import asking, deciding
from myschool.enrolment.actions.deciding import merge
from myschool.enrolment.models import EnrolmentRequest, Placement, SearchName, StudentCard
from myschool.enrolment.queries import desk
from myschool.enrolment.queries.names import LEAVING, named, query_of
from myschool.enrolment.tests.makers import (
    described,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.people.models import Person, Post
from myschool.people.rules import names
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools.tests.makers import NOON, make_class, make_school

pytestmark = pytest.mark.django_db
NAMES = [
    ("Ёлкина", "Алёна", "Ивановна"),
    ("Иванов", "Пётр", "Ильич"),
    ("Мамин-Сибиряк", "Дмитрий", ""),
    ("Петрова", "Анна-Мария", "Ивановна"),
    ("Coleman", "Ann", ""),
    ("Сова", "Коля", "Кызы Али"),
    ("О’Хара", "Скарлетт", ""),
    ("О", "И", ""),
    ("Алиев", "Ильгар", "Надир оглы"),
]
TYPED = [
    ("елк", {"Ёлкина"}),
    ("Ёлкина Але", {"Ёлкина"}),
    ("алена ёлк", {"Ёлкина"}),
    ("ALЕНА", set()),
    ("иван", {"Иванов"}),
    ("ивановна", set()),
    ("анна ивановна", {"Петрова"}),
    ("Мария П", {"Петрова"}),
    ("сибиряк", {"Мамин-Сибиряк"}),
    ("мамин–сиб дм", {"Мамин-Сибиряк"}),
    ("Co", {"Coleman", "Сова"}),
    ("COBA", {"Сова"}),
    ("coleman", {"Coleman"}),
    ("col", {"Coleman"}),
    ("охара", {"О’Хара"}),
    ("О'Хар", {"О’Хара"}),
    ("о и", {"О"}),
    ("алиев надир оглы", {"Алиев"}),
    ("алиев оглы", {"Алиев"}),
    ("оглы", set()),
    ("%", set()),
    ("' | '", set()),
    ("_", set()),
    ("а:* | и", {"Ёлкина", "Петрова", "Алиев"}),
    ("\\", set()),
    ("елкина анна", set()),
]


def found(kind, organisation, text, shelf=None):
    """Subjects found, read past all rights."""
    model = {"request": EnrolmentRequest, "student": Placement, "staff": Post}[kind]
    rows = model._default_manager.filter(named(query_of(organisation.pk, shelf or kind, text))).values_list(
        "pk", flat=True
    )
    return set(rows)


@pytest.fixture
def school():
    return make_school()


@pytest.mark.parametrize(("typed", "surnames"), TYPED)
def test_whatever_order_alphabet_and_spelling_a_name_is_found(school, typed, surnames):
    places = {make_placement(make_person(*name), school=school).pk: name for name in NAMES}
    assert {places[pk][0] for pk in found("student", school, typed)} == surnames


@pytest.mark.parametrize("typed", [typed for typed, _ in TYPED])
def test_the_index_and_the_patterns_are_one_definition(typed):
    school = make_school()
    places = {make_placement(make_person(*name), school=school).pk: names.name_key(*name) for name in NAMES}
    patterns = names.sought_patterns(typed)
    fitting = {pk for pk, key in places.items() if all(re.search(pattern, key) for pattern in patterns)}
    # What has no letters fits everybody, and is not looked for.
    assert found("student", school, typed) == (fitting if patterns else set())
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_id FROM enrolment_searchname WHERE name_key ~ ALL (%s)", [patterns])
        assert {pk for (pk,) in cursor.fetchall()} == fitting


def test_nothing_is_found_in_another_school_or_on_another_shelf(school):
    place = make_placement(make_person("Редкова"), school=school)
    assert found("student", school, "редк") == {place.pk}
    assert found("student", make_school(), "редк") == set()
    assert found("student", school, "редк", "staff") == set()


def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(school):
    person = make_person("Старова")
    place, post = make_placement(person, school=school), make_post(person, school.organisation)
    Person.objects.filter(pk=person.pk).update(name_key=names.name_key("Новова", "Анна", ""))
    assert (found("student", school, "нов"), found("staff", school, "нов")) == ({place.pk}, {post.pk})
    assert found("student", school, "стар") == found("staff", school, "стар") == set()


def test_a_new_name_of_an_applicant_and_of_a_card_is_found():
    school_class = make_class()
    place, link = make_family_requests(school_class, make_actor(make_person("Родителева")), described("Ребёнкова"))
    Person.objects.filter(pk=place.applicant_id).update(name_key=names.name_key("Новова", "Анна", ""))
    StudentCard.objects.filter(pk=place.card_id).update(name_key=names.name_key("Исправленов", "Глеб", ""))
    for typed, expected in (
        ("новова", {place.pk, link.pk}),
        ("исправ", {place.pk, link.pk}),
        ("родит", set()),
        ("ребен", set()),
    ):
        assert found("request", school_class.school, typed, "new") == expected


def test_a_request_is_found_where_it_lies():
    school_class = make_class()
    request = make_own_request(school_class, make_student_actor(last_name="Редкова"))
    for state, shelf in (
        ("clarify", "waiting"),
        ("answered", "new"),
        ("declined", "done"),
        ("submitted", "new"),
        ("draft", ""),
        ("release", "release"),
    ):
        EnrolmentRequest.objects.filter(pk=request.pk).update(state=state)
        lies = {
            tray
            for tray in ("new", "waiting", "release", "done", "draft")
            if found("request", school_class.school, "редк", tray)
        }
        assert lies == ({shelf} if shelf else set())


def test_a_school_finds_who_would_leave_it_until_that_is_decided():
    home, school_class = make_school(), make_class()
    request = make_own_request(school_class, make_student_actor(last_name="Редкова"))
    EnrolmentRequest.objects.filter(pk=request.pk).update(from_school=home)
    assert found("request", home, "редк", LEAVING) == {request.pk}
    for state, is_there in (("clarify", True), ("release", True), ("approved", False), ("submitted", True)):
        EnrolmentRequest.objects.filter(pk=request.pk).update(state=state)
        assert bool(found("request", home, "редк", LEAVING)) is is_there
    assert found("request", school_class.school, "редк", LEAVING) == set()


def test_what_is_deleted_is_found_no_longer(school):
    place, post = make_placement(make_person(), school=school), make_post(make_person(), school.organisation)
    request = make_own_request()
    Placement.objects.filter(pk=place.pk).delete()
    Post.objects.filter(pk=post.pk).delete()
    request.steps.all().delete()
    request.delete()
    assert not SearchName.objects.filter(kind="student", subject_id=place.pk).exists()
    assert not SearchName.objects.filter(kind="staff", subject_id=post.pk).exists()
    assert not SearchName.objects.filter(kind="request", subject_id=request.pk).exists()


def test_a_merge_takes_names_along_and_its_undoing_brings_them_back():
    home = make_class()
    other = make_student_actor(last_name="Двойникова")
    request, survivor = make_own_request(home, other), make_person("Остаева")
    place = make_placement(survivor, home)
    merge_row = merge(kept_id=survivor.pk, merged_id=other.person_id, by=make_admin(home.school), at=NOON)
    # The merged one's account is checked, so its name is the name that both have now.
    assert sorted(SearchName.objects.filter(person_id=survivor.pk).values_list("shelf", "name_key")) == [
        ("new", "двойникова|анна|ивановна"),
        ("student", "двойникова|анна|ивановна"),
    ]
    assert not SearchName.objects.filter(person_id=other.person_id).exists()
    deciding.undo_merge(merge=merge_row, by=make_admin(home.school), at=NOON)
    assert (found("student", home.school, "двойн"), found("student", home.school, "остаева")) == (set(), {place.pk})
    assert SearchName.objects.get(person_id=other.person_id).subject_id == request.pk


def test_the_rows_are_what_they_would_be_if_written_anew(school):
    """Whatever has happened, the triggers have left what the writers make of the tables."""
    home = make_class()
    admin = make_admin(home.school)
    place, link = make_family_requests(home)
    deciding.approve(request=place, by=admin, at=NOON)
    deciding.decline(request=link, reason="not_guardian", text="", by=admin, at=NOON)
    student = make_student_actor()
    asking.withdraw(request=make_own_request(home, student), by=student, at=NOON)
    fields = ("kind", "subject_id", "organisation_id", "shelf", "person_id", "card_id", "name_key")
    before = sorted(SearchName.objects.values_list(*fields), key=str)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE enrolment_searchname")
        cursor.execute("SELECT enrolment_name_requests(ARRAY(SELECT id FROM enrolment_enrolmentrequest))")
        cursor.execute("SELECT enrolment_name_places(ARRAY(SELECT id FROM enrolment_placement))")
        cursor.execute("SELECT enrolment_name_posts(ARRAY(SELECT id FROM people_post))")
    assert sorted(SearchName.objects.values_list(*fields), key=str) == before
    assert before


def test_a_search_of_a_long_desk_asks_the_index_of_names_first():
    school_class = make_class()
    request, admin = (
        make_own_request(school_class, make_student_actor(last_name="Редкова")),
        make_admin(school_class.school),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enrolment_searchname (kind, subject_id, organisation_id, shelf, name_key)"
            " SELECT 'request', -n, %s + n %% 3, 'new', 'фамилия' || n || '|имя|' FROM generate_series(1, 30000) n",
            [school_class.school_id],
        )
        cursor.execute("ANALYZE enrolment_searchname, enrolment_enrolmentrequest")
    with CaptureQueriesContext(connection) as queries:
        page = desk.desk(admin, desk.DeskFilters(name="редк"), NOON.date())
    (search,) = [each["sql"] for each in queries if "enrolment_found_by" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {search}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert [row.id for row in page.rows] == [request.pk]
    assert "Bitmap Index Scan on enrolment_name_words" in plan
    assert "Seq Scan on enrolment_searchname" not in plan
    # The names are found once, not for each request.
    assert "InitPlan" in plan


@pytest.mark.django_db(transaction=True)
def test_a_place_given_while_its_student_is_being_renamed_has_the_new_name(school):
    person = make_person("Старова")

    def give() -> None:
        make_placement(person, school=school)
        connection.close()

    other = Thread(target=give)
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(name_key=names.name_key("Новова", "Анна", ""))
        other.start()
        waits = False
        while other.is_alive() and not waits:
            with connection.cursor() as cursor:
                cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                (waits,) = cursor.fetchone()
    other.join()
    assert len(found("student", school, "новова")) == 1
    assert found("student", school, "старова") == set()
