"""A calendar link ends: by itself, with the right of whose it is, and with all other logins."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from myschool.enrolment.tests.makers import make_placement
from myschool.exchange import actions, queries, rules
from myschool.exchange.models import CalendarFeed
from myschool.involvement import actions as involvement
from myschool.involvement.tests import makers as families_of
from myschool.kernel import text
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people import actions as people
from myschool.people.models import Guardianship, Person, Post
from myschool.people.tests.makers import log_in, make_actor, make_guardianship, make_person, make_session, years_ago
from myschool.schools.tests.makers import make_class, make_school

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def status(token):
    return Client().get(f"/calendar/feed/{token}.ics").status_code


@pytest.fixture
def guardian():
    actor = make_actor(make_person(), Role.GUARDIAN)
    make_guardianship(Person.objects.get(pk=actor.person_id), make_person(birth_date=years_ago(10)))
    return actor


def test_a_link_ends_a_year_after_it_was_made_or_renewed(guardian):
    token = actions.make_feed(by=guardian, at=now() - rules.LASTS + DAY)
    assert status(token) == 200
    CalendarFeed.objects.update(made_at=now() - rules.LASTS)
    assert status(token) == 404
    CalendarFeed.objects.update(made_at=now() - rules.LASTS + DAY)
    actions.renew_feed(by=guardian, at=now())
    CalendarFeed.objects.update(made_at=now() - rules.LASTS)
    assert status(token) == 200
    assert Entry.objects.filter(kind="exchange.feed_renewed").count() == 1


def test_a_link_that_has_ended_is_not_renewed_and_a_new_one_can_be_made(guardian):
    token = actions.make_feed(by=guardian, at=now() - 2 * rules.LASTS)
    actions.renew_feed(by=guardian, at=now())
    assert status(token) == 404
    assert status(actions.make_feed(by=guardian, at=now())) == 200


def test_the_page_says_until_when_and_renews(client, guardian):
    log_in(client, guardian, now())
    actions.make_feed(by=guardian, at=datetime(now().year - 1, 12, 15, tzinfo=UTC))
    CalendarFeed.objects.update(made_at=now() - rules.LASTS + DAY)
    before = read(client.get("/calendar/"))
    assert "Ссылка действует до" in before
    assert client.post("/calendar/renew/").url == "/calendar/"
    assert CalendarFeed.objects.filter(renewed_at__gt=now() - DAY).count() == 1
    assert read(client.get("/calendar/")) != before


ADDRESS = re.compile(r"/calendar/feed/([\w-]{43})\.ics")


def test_a_new_link_is_shown_on_its_page_however_often_it_is_opened_for_ten_minutes(client, guardian, monkeypatch):
    log_in(client, guardian, now())
    response = client.post("/calendar/make/")
    assert response.url == "/calendar/"
    cookie = response.cookies["calendar-link"]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == ("/calendar/", True, 600)
    page = read(client.get("/calendar/"))
    (token,) = set(ADDRESS.findall(page))
    assert (status(token), "Ссылка создана." in page) == (200, True)
    assert token in read(client.get("/calendar/"))
    assert token not in cookie.value
    later = now() + timedelta(minutes=11)
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: later)
    assert "Показать её ещё раз нельзя" in read(client.get("/calendar/"))


def test_a_link_just_made_is_shown_to_no_other_login_and_not_after_its_end(client, guardian):
    log_in(client, guardian, now())
    client.post("/calendar/make/")
    cookie = client.cookies["calendar-link"].value
    for other in (guardian, make_actor(make_person(), Role.GUARDIAN)):
        browser = Client()
        log_in(browser, other, now())
        browser.cookies["calendar-link"] = cookie
        assert not ADDRESS.search(read(browser.get("/calendar/")))
    client.post("/calendar/revoke/")
    assert not ADDRESS.search(read(client.get("/calendar/")))
    client.cookies["calendar-link"] = "ÿ"
    assert client.get("/calendar/").status_code == 200


def test_a_link_made_twice_at_once_is_shown_as_it_works(client, guardian):
    log_in(client, guardian, now())
    for _ in range(2):
        client.post("/calendar/make/", {"csrfmiddlewaretoken": "a"})
    (token,) = set(ADDRESS.findall(read(client.get("/calendar/"))))
    assert status(token) == 200


def test_what_was_done_to_a_link_is_said_and_what_will_die_is_said_before(client, guardian):
    log_in(client, guardian, now())
    actions.make_feed(by=guardian, at=now() - DAY)
    before = read(client.get("/calendar/"))
    assert "Прежняя ссылка сразу перестанет работать" in before
    assert "Да, отозвать" in before
    until = text.day_month_year((now() + rules.LASTS).astimezone(text.MOSCOW))
    client.post("/calendar/renew/")
    assert f"Ссылка действует до {until}." in alerts(client.get("/calendar/"))
    client.post("/calendar/revoke/")
    assert "Ссылка отозвана" in alerts(client.get("/calendar/"))
    client.post("/calendar/renew/")
    assert "Продлевать нечего" in alerts(client.get("/calendar/"))


def alerts(answered):
    """What a page says in its lines at the top."""
    return " ".join(re.findall(r'<div class="alert.*?</div>', read(answered), re.DOTALL))


def read(answered):
    """A page as a browser reads it: wherever its template breaks a line, there is a space."""
    return " ".join(answered.content.decode().split())


def test_a_link_ends_with_all_other_logins_at_once(client, guardian):
    log_in(client, guardian, now())
    make_session(Person.objects.get(pk=guardian.person_id), Role.GUARDIAN, at=now())
    token = actions.make_feed(by=guardian, at=now() - DAY)
    assert "перестанет работать ссылка на календарь" in read(client.get("/sessions/"))
    client.post("/sessions/end-others/")
    assert status(token) == 404
    page = read(client.get("/calendar/"))
    assert ("Создать ссылку" in page, "вы завершили вход на всех других устройствах" in page) == (True, True)
    assert status(actions.make_feed(by=guardian, at=now())) == 200


def test_whoever_ended_all_logins_before_a_merge_has_ended_them_after_it(guardian):
    survivor = make_person()
    people.log_out_elsewhere(by=guardian, at=now())
    people.merge_persons(kept_id=survivor.pk, merged_id=guardian.person_id, by=guardian, at=now())
    survivor.refresh_from_db()
    assert survivor.others_ended_at


def test_a_guardians_link_ends_with_the_guardianship(guardian):
    token = actions.make_feed(by=guardian, at=now() - DAY)
    Guardianship.objects.update(to_date=now().date() - DAY)
    assert status(token) == 404


def test_a_guardians_link_ends_when_the_student_is_of_age(guardian):
    token = actions.make_feed(by=guardian, at=now() - DAY)
    Person.objects.filter(guardians__isnull=False).update(birth_date=years_ago(18) - DAY)
    assert status(token) == 404


def test_a_teachers_link_ends_with_the_post():
    teacher = make_actor(make_person(), Role.TEACHER, make_school().organisation)
    token = actions.make_feed(by=teacher, at=now() - DAY)
    assert status(token) == 200
    Post.objects.update(to_date=now().date() - DAY)
    assert status(token) == 404


def test_a_students_link_ends_with_the_place():
    student = make_actor(make_person(birth_date=years_ago(15)), Role.STUDENT)
    placement = make_placement(Person.objects.get(pk=student.person_id), make_class(make_school()))
    token = actions.make_feed(by=student, at=now() - DAY)
    assert status(token) == 200
    placement.to_date = now().date() - DAY
    placement.save()
    assert status(token) == 404


def test_a_teacher_who_left_reads_no_meetings_of_the_school():
    families = families_of.make_families()
    day = families_of.AT.date()
    evening = involvement.make_evening(
        school=families.school,
        title="Вечер",
        place="",
        day=day,
        begins=time(18),
        ends=time(19),
        minutes=20,
        pause=0,
        book_until=day,
        teacher_ids=[families.teacher.person_id],
        by=families.head,
        at=families_of.AT,
    )
    student = Person.objects.get(pk=families.students[0].person_id)
    slot = evening.slots.order_by("starts")[0]
    involvement.book(slot=slot, student=student, today=day, by=families.mothers[0], at=families_of.AT)

    def reads():
        return b"meeting-" in queries.calendar_of(families.teacher.person_id, families_of.AT)

    assert reads()
    Post.objects.filter(person=families.teacher.person_id).update(to_date=day)
    assert not reads()
