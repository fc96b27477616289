"""A family is told: by the bell, by a push that a service worker shows, by mail; and as they chose."""

import json
import re
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

from myschool.notices.tests.servers import mail_server, push_service

pytestmark = pytest.mark.browser
PATIENCE = 60
# No browser without a network has a push service of its own: what it would say of itself is put in its mouth.
SUBSCRIBED = "PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({}) }});"
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag }) => ({ title, body, tag }))"""
# A press that no hand makes may open no window: what the worker would open is kept instead.
PRESS = """async () => {
  let opened = "";
  self.clients.openWindow = (address) => { opened = address; return Promise.resolve(null); };
  const [notification] = await self.registration.getNotifications();
  const press = new NotificationEvent("notificationclick", { notification });
  press.waitUntil = () => undefined;
  self.dispatchEvent(press);
  return opened;
}"""


def asked(people, statement, *given):
    with psycopg.connect(people.world.database_url) as database:
        rows = database.execute(statement, given).fetchall()
    assert rows, statement
    return rows


def lessons_ahead(people):
    """Lessons of Vera's class in mathematics on days ahead, whatever the clock shows."""
    return asked(
        people,
        "SELECT lesson.id, lesson.day FROM people_person person"
        " JOIN enrolment_placement place ON place.student_id = person.id AND place.to_date IS NULL"
        " JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id"
        " JOIN timetable_teachinggroup taught ON taught.id = taken.teaching_group_id"
        " JOIN schools_subject subject ON subject.id = taught.subject_id AND subject.code = 'mathematics'"
        " JOIN timetable_lesson lesson ON lesson.teaching_group_id = taught.id AND lesson.state = 'held'"
        " WHERE person.last_name = 'Тихонова' AND person.first_name = 'Вера' AND lesson.day > %s ORDER BY lesson.day",
        people.world.today + timedelta(days=2),
    )


def cancel(head, lesson_id, day):
    """The deputy head cancels a lesson on the page of the day's substitutions."""
    head.open(f"/substitutions/?day={day}")
    head.page.request.post(
        f"{head.site}/substitutions/lessons/{lesson_id}/cancel/",
        form={
            "reason": "Карантин",
            "csrfmiddlewaretoken": head.page.locator("meta[name=csrf-token]").get_attribute("content"),
        },
    )


def without_quiet_hours(reader):
    reader.open("/notices/settings/")
    reader.fill("Не беспокоить с", "00:00")
    reader.fill("Не беспокоить до", "00:00")


@pytest.fixture
def father(people):
    reader = people.come("notices-father")
    reader.log_in("father@example.com")
    return reader


@pytest.fixture
def head(people):
    keeper = people.come("notices-head")
    keeper.log_in("admin@example.com")
    return keeper


def test_a_cancelled_lesson_reaches_the_telephone(people, father, head):
    (lesson_id, day), *_ = lessons_ahead(people)
    without_quiet_hours(father)
    father.press("Сохранить")
    expect(father.page.get_by_label("Не беспокоить с")).to_have_value("00:00")
    father.page.context.grant_permissions(["notifications"], origin=people.world.site)
    with push_service() as service:
        told = {"endpoint": service.address + "/father", "keys": service.keys}
        father.page.add_init_script(SUBSCRIBED.format(json.dumps(told)))
        father.page.reload()
        father.press("Получать уведомления на этом устройстве")
        father.sees("Это устройство получает уведомления.")
        father.page.reload()
        father.sees("этот вход")
        father.is_accessible()
        father.picture("settings")
        cancel(head, lesson_id, day)
        push = service.came.get(timeout=PATIENCE)
    assert push["title"].startswith("Вера: Урок отменён: Математика")
    assert push["text"] == "Причина: Карантин."
    browser = father.page.context.new_cdp_session(father.page)
    registrations = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    browser.send("ServiceWorker.enable")
    expect(father.page.locator("main")).to_be_visible()
    told = {"origin": people.world.site, "registrationId": registrations[0]["registrationId"], "data": json.dumps(push)}
    browser.send("ServiceWorker.deliverPushMessage", told)
    # What came twice is shown once.
    browser.send("ServiceWorker.deliverPushMessage", told)
    father.page.wait_for_function(f"async () => (await ({SHOWN})()).length === 1")
    (shown,) = father.page.evaluate(SHOWN)
    assert (shown["title"], shown["body"]) == (push["title"], push["text"])
    (worker,) = father.page.context.service_workers
    address = worker.evaluate(PRESS)
    assert address == people.world.site + push["path"]
    father.page.goto(address)
    father.sees("Дневник: Тихонова Вера")
    expect(father.page.locator(f"#d{day} li.cancelled", has_text="Математика").first).to_be_visible()
    father.picture("diary")


def test_the_bell_counts_in_every_window_and_the_list_is_read(people, father, head):
    _, (lesson_id, day), *_ = lessons_ahead(people)
    other = father.page.context.new_page()
    other.goto(people.world.site + "/diary/")
    father.open("/notices/")
    count = other.locator(".bell .count")
    before = int(re.sub(r"\D", "", count.inner_text())) if count.count() else 0
    cancel(head, lesson_id, day)
    expect(count).to_contain_text(str(before + 1))
    father.sees("Урок отменён: Математика")
    expect(father.page.locator("li.new").first).to_contain_text("Карантин")
    father.is_accessible()
    father.fits()
    father.picture("list")
    father.page.reload()
    father.press("Прочитать все")
    expect(father.page.locator("li.new")).to_have_count(0)
    expect(count).to_have_count(0)
    small = people.come("notices-small", width=390, height=844)
    small.log_in("father@example.com")
    for path, name in (("/notices/", "list"), ("/notices/settings/", "settings")):
        small.open(path)
        small.is_accessible()
        small.fits()
        small.picture(name)


def test_letters_come_to_an_address_that_was_confirmed_until_they_are_stopped(people, head):
    *_, (lesson_id, day) = lessons_ahead(people)
    # Letters need no scripts.
    mother = people.come("notices-mother", scripts=False)
    mother.log_in("father@example.com")
    with mail_server(people.world.mail_port) as (box, _):
        without_quiet_hours(mother)
        mother.press("Сохранить")
        mother.fill("Адрес почты", "papa@example.com")
        mother.press("Сохранить адрес")
        mother.sees("Не подтверждён")
        question = box.came.get(timeout=PATIENCE)
        assert question["To"] == "papa@example.com"
        (link,) = re.findall(r"http\S+/notices/confirm/\S+", question.get_content())
        visitor = people.come("notices-visitor")
        visitor.page.goto(link)
        visitor.is_accessible()
        visitor.press("Подтвердить адрес")
        visitor.sees("Адрес подтверждён")
        visitor.picture("confirmed")
        mother.page.reload()
        mother.sees("Письма приходят на papa@example.com")
        mother.picture("address")
        cancel(head, lesson_id, day)
        letter = box.came.get(timeout=PATIENCE)
        assert "Урок отменён: Математика" in letter["Subject"]
        visitor.page.goto(letter["List-Unsubscribe"].strip("<>"))
        visitor.press("Больше не присылать")
        visitor.sees("Письма «Замены, переносы и отмены уроков» больше не придут")
        visitor.picture("stopped")
    mother.page.reload()
    expect(mother.page.get_by_label("Замены, переносы и отмены уроков: письмо")).to_have_value("off")


def test_an_operator_watches_deliveries(people):
    operator = people.come("notices-operator")
    operator.log_in("operator77@example.com")
    operator.open("/operator/deliveries/")
    operator.sees("Очередь и последний час")
    operator.is_accessible()
    operator.fits()
    operator.picture("deliveries")
