"""The list as its reader sees it, and what operators watch."""

from datetime import timedelta
from typing import Any

import pytest

from myschool.journal.tests.makers import AT, write
from myschool.kernel.actors import Role
from myschool.notices import persons
from myschool.notices.models import Delivery, Notice
from myschool.notices.queries import pages
from myschool.notices.queries.pages import SHOWN
from myschool.notices.tests.makers import follow, make_family_school
from myschool.people.tests.makers import log_in, make_actor, make_guardianship
from myschool.schools.tests.makers import make_organisation, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_clock(settings):
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD


@pytest.fixture
def school(_own_clock):
    return make_family_school()


def fill(person, count, student=None, kind="mark", **more):
    first = Notice.objects.count()
    return Notice.objects.bulk_create(
        Notice(
            recipient=person,
            student=student,
            kind=kind,
            thing=f"x:{n}",
            key=f"x:{n}",
            title=f"Запись {n}",
            path="/",
            zone="Europe/Moscow",
            made_at=AT - timedelta(hours=n),
            **more,
        )
        for n in range(first, first + count)
    )


def listed(page):
    return [row.title for day in page.days for row in day.rows]


def page_of(actor, kind="", student=None, before=None):
    return pages.list_page(actor, AT, kind=kind, student=student, before=before)


def copied(person) -> Any:
    return persons.copy([person.pk])["Уведомления"]


def test_the_list_goes_on_page_by_page(school):
    mother = make_actor(school.mother)
    fill(school.mother, SHOWN + 1)
    first = page_of(mother)
    assert len(listed(first)) == SHOWN
    last = int(first.next.removeprefix("?before="))
    assert listed(page_of(mother, before=last)) == ["Запись 0"]
    assert page_of(mother, before=last).next == ""


def test_the_list_is_narrowed_to_a_kind_and_a_child(school):
    mother, other = make_actor(school.mother), school.students[1]
    make_guardianship(school.mother, other)
    fill(school.mother, 1, school.student)
    fill(school.mother, 1, other, "homework")
    assert listed(page_of(mother, kind="homework")) == ["Запись 1"]
    assert listed(page_of(mother, student=school.student.pk)) == ["Запись 0"]
    assert [name for _, name in page_of(mother).students] == ["Ученик00", "Ученик01"]
    assert listed(page_of(mother, student=school.students[2].pk)) == []


def test_days_are_those_of_the_notice_s_own_zone(school):
    fill(school.mother, 1)
    Notice.objects.update(zone="Asia/Kamchatka", made_at=AT.replace(hour=13))
    (day,) = page_of(make_actor(school.mother)).days
    assert (day.title, day.rows[0].time) == ("11 сентября, пятница", "01:00")


def test_the_bell_counts_up_to_a_hundred(school):
    mother = make_actor(school.mother)
    assert pages.bell_page(mother, AT).words == ""
    fill(school.mother, 3)
    assert pages.bell_page(mother, AT).words == "3"
    fill(school.mother, 100)
    assert pages.bell_page(mother, AT).words == "99+"


def test_what_an_empty_list_says(school, client):
    log_in(client, make_actor(school.mother), AT)
    assert "Уведомлений пока нет" in client.get("/notices/").content.decode()
    assert "Таких уведомлений нет" in client.get("/notices/?kind=mark").content.decode()
    assert client.get("/notices/?kind=strange").status_code == 422
    assert client.get("/notices/?before=abc&student=-1").status_code == 200


def test_an_operator_sees_the_dead_of_their_region_and_nobodys_name(school, client):
    here = make_organisation("authority", school.school.organisation.region)
    operator = make_actor(role=Role.OPERATOR, organisation=here)
    far = make_actor(role=Role.OPERATOR, organisation=make_organisation("authority", make_region("39")))
    (notice,) = fill(school.mother, 1, school.student, school=school.school)
    named = {"recipient": school.mother, "made_at": AT, "ended_at": AT, "due_at": AT}
    Delivery.objects.create(notice=notice, channel="mail", state="dead", last_error="SMTP 550", tries=6, **named)
    page = pages.watch_page(operator, AT + timedelta(minutes=1), before=None)
    assert [(row.channel, row.why, row.tries) for row in page.dead] == [("Почта", "SMTP 550", 6)]
    assert page.reasons == [("SMTP 550", 1)]
    assert page.channels[0].failed_share == 100
    assert pages.watch_page(far, AT, before=None).dead == []
    log_in(client, operator, AT)
    shown = client.get("/operator/deliveries/").content.decode()
    assert "SMTP 550" in shown
    assert school.mother.last_name not in shown


def test_a_backlog_shows_its_age(school):
    operator = make_actor(role=Role.OPERATOR, organisation=make_organisation("authority"))
    notices = fill(school.mother, 3)
    for notice, minutes, tries in zip(notices, (-10, -1, 60), (1, 0, 0), strict=True):
        Delivery.objects.create(
            notice=notice,
            recipient=school.mother,
            channel="mail",
            due_at=AT + timedelta(minutes=minutes),
            made_at=AT,
            tries=tries,
        )
    mail = pages.watch_page(operator, AT, before=None).channels[0]
    assert (mail.waiting, mail.late, mail.retrying) == (2, 1, 1)
    assert mail.oldest == AT - timedelta(minutes=10)


def test_a_copy_of_ones_data_holds_what_one_was_told_of_oneself(school):
    write(school, "4")
    follow()
    (own,) = copied(school.student)
    assert own["Что"] == "Отметка: Алгебра"
    (mothers,) = copied(school.mother)
    assert mothers["О чём"] == "Отметки"
    assert "Что" not in mothers
