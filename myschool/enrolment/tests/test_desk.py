"""The administrator's desk: trays, filters, pages and counts; near matches; and the trace that looking leaves."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from myschool.enrolment.actions import asking as asking_actions
from myschool.enrolment.actions import deciding, placing
from myschool.enrolment.models import EnrolmentRequest, Placement, StudentCard
from myschool.enrolment.queries import desk as desk_queries
from myschool.enrolment.queries.desk import DeskFilters
from myschool.enrolment.tests.makers import (
    BORN_10,
    BORN_15,
    described,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.models import AccessRecord, Person
from myschool.people.rules.likeness import Rank
from myschool.people.tests.makers import (
    log_in,
    make_account,
    make_actor,
    make_guardianship,
    make_person,
    make_profile,
    years_ago,
)
from myschool.schools.models import CalendarDay
from myschool.schools.tests.makers import NOON, make_class, make_lasting_school, make_region, make_school, make_year

pytestmark = pytest.mark.django_db
SNILS, TODAY = "11223344595", NOON.date()


@pytest.fixture
def seventh():
    return make_class()


@pytest.fixture
def admin(seventh):
    return make_admin(seventh.school)


def words(response):
    return " ".join(response.content.decode().split())


def desk(actor, today=TODAY, **filters):
    return desk_queries.desk(actor, DeskFilters(**filters), today)


def names(page):
    return [row.name for row in page.rows]


def ids(page):
    return [row.id for row in page.rows]


def counts(page):
    return {tab.title: tab.count for tab in page.tabs}


def after(page):
    """Where the next page begins, or nothing."""
    return parse_qs(urlsplit(page.next_url).query).get("after", [""])[0]


def ask(school_class, last_name="Петрова", **more):
    return make_own_request(school_class, make_student_actor(last_name=last_name, **more))


def heap(school, count, *, at=NOON, **more):
    """Many requests at once, all sent at the same moment."""
    applicant = make_person("Кипина")
    cards = StudentCard.objects.bulk_create(
        StudentCard(
            filed_by=applicant,
            source="typed",
            last_name="Петров",
            first_name="Глеб",
            birth_date=BORN_10,
            name_key=f"петров|глеб {number}|",
        )
        for number in range(count)
    )
    shape = {
        "kind": "guardian",
        "relation": "mother",
        "state": "submitted",
        "level": 7,
        "school": school,
        "school_year": make_year(),
        "submitted_at": at,
        "due_day": at.date(),
        "expires_day": at.date(),
    }
    return EnrolmentRequest.objects.bulk_create(
        EnrolmentRequest(applicant=applicant, card=card, bundle=uuid4(), **(shape | more)) for card in cards
    )


@pytest.mark.parametrize(
    ("state", "tray"),
    [
        ("submitted", "new"),
        ("answered", "new"),
        ("clarify", "waiting"),
        ("approved", "done"),
        ("declined", "done"),
        ("withdrawn", "done"),
        ("expired", "done"),
    ],
)
def test_every_state_lies_in_its_tray_and_in_no_other(seventh, admin, state, tray):
    (request,) = heap(seventh.school, 1, state=state)
    lies_in = [name for name in ("new", "no_class", "waiting", "release", "done") if ids(desk(admin, tray=name))]
    assert (lies_in, ids(desk(admin, tray=tray))) == ([tray], [request.pk])


def test_a_draft_lies_in_no_tray(seventh, admin):
    heap(seventh.school, 1, state="draft")
    for tray in ("new", "no_class", "waiting", "release", "done", "draft"):
        assert ids(desk(admin, tray=tray)) == []


def test_a_request_without_a_class_lies_in_a_tray_of_its_own_too(seventh, admin):
    with_class = ask(seventh)
    without = asking_actions.request_own_place(
        school=seventh.school, level=9, school_class_id=None, by=make_student_actor(), at=NOON
    )
    assert ids(desk(admin, tray="no_class")) == [without.pk]
    assert ids(desk(admin, tray="new")) == [with_class.pk, without.pk]
    assert counts(desk(admin)) == {
        "Ждут решения": "2",
        "Без класса": "1",
        "Ждут ответа заявителя": "",
        "Переводы": "",
        "Решённые": "",
    }


def test_a_transfer_lies_before_both_schools_with_its_term(seventh, admin):
    new_class, student = make_class(), make_student_actor()
    deciding.approve(request=make_own_request(seventh, student), by=admin, at=NOON)
    CalendarDay.objects.create(region=make_region(), day=date(2026, 9, 14), is_working=False)
    new_admin = make_admin(new_class.school)
    moving = make_own_request(new_class, student)
    deciding.approve(request=moving, by=new_admin, at=NOON)
    (row,) = desk(admin, tray="release").rows
    assert (row.id, row.due, row.late) == (moving.pk, "16 сентября 2026", "")
    (row,) = desk(admin, date(2026, 9, 17), tray="release").rows
    assert row.late == "Срок вышел 16 сентября"
    decision_pages = {
        actor: desk_queries.decision_page(request_seen(moving), actor, TODAY) for actor in (admin, new_admin)
    }
    assert [page.can_release for page in decision_pages.values()] == [True, False]
    assert {page.row.due for page in decision_pages.values()} == {"16 сентября 2026"}


def request_seen(request):
    return EnrolmentRequest.objects.select_related("card", "school__organisation").get(pk=request.pk)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["Ёлкина", "Петрова-Сидорова", "Яшина"]),
        ({"kind": "place"}, ["Ёлкина", "Петрова-Сидорова", "Яшина"]),
        ({"kind": "guardian"}, []),
        ({"level": 8}, ["Яшина"]),
        ({"name": "елк"}, ["Ёлкина"]),
        ({"name": "ПЕТРОВА сид"}, ["Петрова-Сидорова"]),
        ({"name": "сидорова"}, ["Петрова-Сидорова"]),
        ({"name": "анна яш"}, ["Яшина"]),
        ({"name": "%"}, []),
        ({"kind": "place", "level": 7, "name": "п"}, ["Петрова-Сидорова"]),
    ],
)
def test_the_desk_is_filtered(seventh, admin, filters, found):
    eighth = make_class(seventh.school, level=8)
    for school_class, last_name in ((seventh, "Ёлкина"), (seventh, "Петрова-Сидорова"), (eighth, "Яшина")):
        ask(school_class, last_name)
    assert [row.name.split()[0] for row in desk(admin, **filters).rows] == found


def test_a_request_is_found_by_the_name_of_who_asks_too(seventh, admin):
    make_family_requests(seventh, make_actor(make_person("Родителева")), described("Ребёнкова"))
    assert len(desk(admin, name="родит").rows) == len(desk(admin, name="ребенк").rows) == 2


def test_filters_stay_while_one_turns_pages_and_changes_trays(seventh, admin):
    heap(seventh.school, 51)
    page = desk(admin, kind="guardian", level=7)
    for url in (page.next_url, page.tabs[2].url):
        params = parse_qs(urlsplit(url).query)
        assert (params["kind"], params["level"]) == (["guardian"], ["7"])


@pytest.mark.parametrize(("tray", "state"), [("new", "submitted"), ("waiting", "clarify"), ("done", "approved")])
def test_turning_pages_shows_every_row_once_and_in_order_even_of_one_moment(seventh, admin, tray, state):
    odd = NOON + timedelta(microseconds=123_457)
    rows = heap(seventh.school, 70, state=state, at=odd)
    rows += heap(seventh.school, 35, state=state, at=odd + timedelta(microseconds=1))
    rows += heap(seventh.school, 3, state=state, at=odd - timedelta(days=1))
    shown_ids, page = [], desk(admin, tray=tray)
    shown_ids += ids(page)
    for _ in range(2):
        page = desk(admin, tray=tray, after=after(page))
        shown_ids += ids(page)
    in_order = sorted(rows, key=lambda row: (row.submitted_at, row.pk), reverse=tray == "done")
    assert shown_ids == [row.pk for row in in_order]
    assert page.next_url == ""


def test_a_page_that_is_just_full_promises_no_next_one(seventh, admin):
    heap(seventh.school, 50)
    assert (len(desk(admin).rows), desk(admin).next_url) == (50, "")


def test_rows_that_come_meanwhile_are_neither_skipped_nor_repeated(seventh, admin):
    rows = heap(seventh.school, 60)
    first = desk(admin)
    heap(seventh.school, 5, at=NOON - timedelta(hours=1))
    EnrolmentRequest.objects.filter(pk__in=ids(first)[:10]).update(state="approved")
    assert ids(desk(admin, after=after(first))) == [row.pk for row in rows[50:]]


@pytest.mark.parametrize(
    "place", ["", "x", "1_", "_1", "nan_1", "inf_1", "1e400_1", "1_1_1", "-1_-1", "99999999999999_1"]
)
def test_a_place_that_is_none_shows_the_beginning_or_nothing(seventh, admin, place):
    heap(seventh.school, 1)
    assert len(desk(admin, after=place).rows) in (0, 1)


@pytest.mark.parametrize(("lie", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (130, "99+")])
def test_trays_are_counted_no_further_than_anybody_reads(seventh, admin, lie, shown):
    heap(seventh.school, lie)
    assert counts(desk(admin))["Ждут решения"] == shown


def test_the_desk_of_another_school_is_empty(seventh):
    heap(seventh.school, 3)
    stranger = make_admin(make_school())
    assert ids(desk(stranger)) == []
    assert set(counts(desk(stranger)).values()) == {""}


@pytest.mark.parametrize("lie", [0, 60])
def test_the_desk_takes_two_statements_whatever_lies_there(seventh, admin, lie, django_assert_num_queries):
    heap(seventh.school, lie)
    with django_assert_num_queries(2):
        desk(admin)


def test_a_request_takes_as_many_statements_with_many_near_matches_as_with_none(seventh, admin):
    request = ask(seventh)
    alone = asked(request, admin)
    for _ in range(20):
        make_placement(make_person(birth_date=BORN_15), seventh)
    assert len(desk_queries.matches(request)) == 10
    assert asked(request, admin) - alone == 1  # the accounts of those found, in one statement


def asked(request, actor):
    with CaptureQueriesContext(connection) as statements:
        desk_queries.decision_page(request_seen(request), actor, TODAY)
    return len(statements)


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "enrolment_request_desk"),
        ({"tray": "done"}, "enrolment_request_desk"),
        ({"after": f"{NOON.timestamp()}_7"}, "enrolment_request_desk"),
        ({"tray": "release"}, "enrolment_request_leaving"),
    ],
)
def test_the_desk_walks_along_its_index_and_sorts_nothing(seventh, admin, filters, index):
    heap(seventh.school, 300)
    heap(make_school(), 300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enrolment_enrolmentrequest")
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as statements:
        desk(admin, **filters)
    (walk,) = [each["sql"] for each in statements if each["sql"].startswith("SELECT") and "LIMIT 51" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {walk}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"using {index} on" in plan or f"Backward using {index}" in plan
    # The fifty that are shown may be sorted once more; the tray may not.
    picked = plan[plan.index("Limit") :]
    assert "Sort" not in picked.replace("Incremental Sort", "Incremental")


def listed(seventh, *named, **more):
    person = make_person(*named, **more)
    make_placement(person, seventh)
    return person


def test_a_near_match_is_shown_field_by_field_and_links_nothing(seventh, admin):
    on_the_list = listed(seventh, "Петрова - Сидорова", "Алена", "Ивановна", birth_date=BORN_15)
    request = ask(seventh, "Петрова-Сидорова", first_name="Алёна")
    (match,) = desk_queries.matches(request)
    assert (match.person_id, match.rank) == (on_the_list.pk, Rank.SAME_NAME_AND_BIRTH_DATE)
    assert match.verdict == "Совпадают имя и дата рождения"
    deciding.approve(request=request, is_new=True, by=admin, at=NOON)
    request.refresh_from_db()
    assert request.card.person_id != on_the_list.pk
    assert Placement.objects.filter(to_date=None).count() == 2


@pytest.mark.parametrize(
    ("on_the_list", "rank", "differs"),
    [
        ({"last_name": "Петрава"}, Rank.SIMILAR, ["фамилия: почти совпадает"]),
        ({"birth_date": date(2011, 5, 3)}, Rank.SIMILAR, ["дата рождения: почти совпадает"]),
        ({"patronymic": ""}, Rank.SIMILAR, ["отчество: неизвестно"]),
        ({"birth_date": None}, Rank.SIMILAR, ["дата рождения: неизвестно"]),
        ({"last_name": "Сидорова", "snils": SNILS}, Rank.SAME_SNILS, ["фамилия: отличается"]),
    ],
    ids=["a slip", "day and month swapped", "no patronymic", "no birth date", "another surname, the same СНИЛС"],
)
def test_what_differs_is_said(seventh, on_the_list, rank, differs):
    listed(seventh, **{"birth_date": BORN_15, **on_the_list})
    asking = make_student_actor(snils=None)
    StudentCard.objects.all().delete()
    request = make_own_request(seventh, asking)
    StudentCard.objects.update(snils=SNILS)
    request.card.refresh_from_db()
    (match,) = desk_queries.matches(request)
    assert match.rank == rank
    assert [line for line in match.differences if not line.startswith("СНИЛС")] == differs


@pytest.mark.parametrize(
    "unlike",
    [
        {"last_name": "Сидорова", "first_name": "Вера"},
        {"first_name": "Алёна", "birth_date": date(2010, 1, 1)},
        {"birth_date": date(2010, 1, 1)},
    ],
)
def test_who_is_unlike_is_not_shown(seventh, unlike):
    listed(seventh, **{"birth_date": BORN_15, **unlike})
    assert desk_queries.matches(ask(seventh)) == []


def test_students_of_other_schools_and_of_the_past_are_not_shown(seventh):
    make_placement(make_person(birth_date=BORN_15), make_class())
    make_placement(make_person(birth_date=BORN_15), seventh, to_date=date(2026, 9, 5))
    assert desk_queries.matches(ask(seventh)) == []


def test_the_likeliest_comes_first_and_whoever_logs_in_is_marked(seventh):
    similar = listed(seventh, "Петрава", birth_date=BORN_15)
    same = listed(seventh, birth_date=BORN_15)
    make_account(similar)
    assert [(match.person_id, match.logs_in) for match in desk_queries.matches(ask(seventh))] == [
        (same.pk, False),
        (similar.pk, True),
    ]


def test_two_namesakes_are_both_shown_and_neither_is_taken_by_itself(seventh, admin):
    twins = [listed(seventh, birth_date=BORN_15) for _ in range(2)]
    request = ask(seventh)
    assert {match.person_id for match in desk_queries.matches(request)} == {twin.pk for twin in twins}
    assert deciding.approve_many(requests=[request], by=admin, at=NOON) == deciding.Bulk(approved=0, left=1)
    assert Person.objects.filter(merged_into__isnull=False).count() == 0


def test_a_typed_namesake_of_a_listed_student_waits_for_a_persons_eyes(seventh, admin):
    listed(seventh, "Петров", "Глеб", "Ильич", birth_date=BORN_10)
    place, link = make_family_requests(seventh)
    bulk = deciding.approve_many(requests=[place, link], by=admin, at=NOON)
    assert (bulk.approved, bulk.left) == (0, 2)
    assert Person.objects.filter(last_name="Петров").count() == 1


def test_the_chosen_namesake_gets_the_guardian_and_the_other_does_not(seventh, admin):
    namesake, other = (listed(seventh, "Петров", "Глеб", "Ильич", birth_date=BORN_10) for _ in range(2))
    place, link = make_family_requests(seventh)
    deciding.approve(request=place, same_as_id=namesake.pk, by=admin, at=NOON)
    deciding.approve(request=link, by=admin, at=NOON)
    assert (namesake.guardians.count(), other.guardians.count()) == (1, 0)
    assert Placement.objects.filter(student=namesake, to_date=None).count() == 1


def test_a_student_listed_twice_by_a_double_click_is_refused_and_a_true_namesake_is_not(seventh, admin):
    def add(snils=""):
        return placing.add_student(
            school_class=seventh,
            last_name="Петрова",
            first_name="Анна",
            patronymic="",
            birth_date=BORN_15,
            gender="",
            snils=snils,
            day=NOON.date(),
            by=admin,
            at=NOON,
        )

    add(SNILS)
    for again in ("", SNILS):
        with pytest.raises(placing.AlreadyListed, match="уже есть в списке школы"):
            add(again)
    assert add("08765430300").pk
    with pytest.raises(placing.AlreadyListed):
        add()


def test_looking_at_a_request_is_written_down_for_the_family(client):
    seventh = make_class(make_lasting_school())
    on_the_list = listed(seventh, birth_date=years_ago(15))
    student = make_student_actor(years_ago(15))
    request = make_own_request(seventh, student, now())
    admin = make_admin(seventh.school)
    log_in(client, admin, now())
    assert client.get(f"/desk/requests/{request.pk}/").status_code == 200
    looked = AccessRecord.objects.order_by("student")
    assert {record.student_id for record in looked} == {student.person_id, on_the_list.pk}
    assert {(record.viewer_id, record.role) for record in looked} == {(admin.person_id, "school_admin")}
    assert {record.section for record in looked} == {"request", "matches"}
    log_in(client, student, now())
    shown = words(client.get(f"/privacy/views/{student.person_id}/"))
    assert ("Администратор школы" in shown, "Запрос на присоединение" in shown) == (True, True)


def test_opening_a_class_is_written_down_for_every_family(client):
    seventh = make_class(make_lasting_school())
    mother, student = make_person("Родителева"), listed(seventh, "Ребёнкова", birth_date=years_ago(10))
    make_guardianship(mother, student)
    listed(seventh)
    log_in(client, make_admin(seventh.school), now())
    client.get(f"/desk/classes/{seventh.pk}/")
    assert AccessRecord.objects.filter(section="card").count() == 2
    make_profile(mother, Role.GUARDIAN)
    log_in(client, make_actor(mother), now())
    assert "Карточка ученика" in words(client.get(f"/privacy/views/{student.pk}/"))


def test_a_refused_look_leaves_a_trace_and_the_family_sees_whose_row_was_tried(client):
    seventh = make_class(make_lasting_school())
    student = make_student_actor(years_ago(15))
    request = make_own_request(seventh, student, now())
    stranger = make_admin(make_lasting_school())
    log_in(client, stranger, now())
    assert client.get(f"/desk/requests/{request.pk}/").status_code == 404
    assert client.get(f"/desk/classes/{seventh.pk}/").status_code == 404
    assert list(AccessRecord.objects.order_by("pk").values_list("student", "viewer", "section", "door", "rows")) == [
        (student.person_id, stranger.person_id, "refused", "decide", str(request.pk)),
        (None, stranger.person_id, "refused", "class", str(seventh.pk)),
    ]
    log_in(client, student, now())
    assert "Попытка не удалась" in words(client.get(f"/privacy/views/{student.person_id}/"))


def test_the_page_shows_no_more_of_a_snils_than_its_end(client):
    seventh = make_class(make_lasting_school())
    request = make_own_request(seventh, make_student_actor(years_ago(15), snils=SNILS), now())
    log_in(client, make_admin(seventh.school), now())
    shown = words(client.get(f"/desk/requests/{request.pk}/"))
    assert "…95" in shown
    assert not [secret for secret in (SNILS, "112-233-445", "445 95") if secret in shown]


def test_what_a_bulk_approval_brought_is_told_once_in_words(client):
    seventh = make_class(make_lasting_school())
    similar = years_ago(15)
    listed(seventh, "Похожева", birth_date=similar)
    sent = [
        make_own_request(seventh, make_student_actor(similar, last_name=name), now())
        for name in ("Похожева", "Ясная", "Чистова")
    ]
    log_in(client, make_admin(seventh.school), now())
    response = client.post("/desk/approve/", {"ids": [request.pk for request in sent]}, follow=True)
    assert "Одобрено: 2 запроса. 1 запрос требует вашего решения" in words(response)
    assert "Похожева" in words(response)


def test_of_two_decisions_at_once_the_second_is_told_the_first(client):
    seventh = make_class(make_lasting_school())
    request = make_own_request(seventh, make_student_actor(years_ago(15)), now())
    log_in(client, make_admin(seventh.school), now())
    client.post(f"/desk/requests/{request.pk}/decline/", {"reason": "duplicate"})
    response = client.post(f"/desk/requests/{request.pk}/approve/", {})
    assert (response.status_code, "Состояние запроса уже изменилось: отклонён" in words(response)) == (409, True)


def test_a_merged_student_with_places_in_two_schools_is_no_lost_race(seventh, admin):
    """The new school has listed a student whom the old school has not let go yet: it must do so first."""
    student = make_student_actor()
    old = make_class()
    deciding.approve(request=make_own_request(old, student), by=make_admin(old.school), at=NOON)
    on_the_list = listed(seventh, birth_date=BORN_15)
    request = make_own_request(seventh, student)
    deciding.approve(request=request, same_as_id=on_the_list.pk, by=admin, at=NOON)
    (released,) = desk(make_admin(old.school), tray="release").rows
    assert released.id == request.pk
    assert Placement.objects.get(student=student.person_id, to_date=None).school_class == old
    assert Person.objects.get(pk=student.person_id).merged_into is None
    deciding.release(request=request, by=make_admin(old.school), at=NOON)
    place = Placement.objects.get(to_date=None)
    assert (place.student, place.school_class) == (on_the_list, seventh)


def test_a_student_placed_anew_and_then_recognised_on_the_list_keeps_one_place(seventh, admin):
    on_the_list = listed(seventh, "Петров", "Глеб", "Ильич", birth_date=BORN_10)
    place, link = make_family_requests(seventh)
    deciding.approve(request=place, is_new=True, by=admin, at=NOON)
    deciding.approve(request=link, same_as_id=on_the_list.pk, by=admin, at=NOON)
    assert Placement.objects.get(to_date=None).student == on_the_list
    assert on_the_list.guardians.count() == 1
