"""What must not frighten anybody: lost sessions, wrong numbers, refusals, no scripts, small screens, keyboards."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_what_was_typed_survives_a_session_that_ended(people):
    parent = people.come("session-ended")
    parent.log_in("father@example.com")
    # A page that is told of its session's end covers itself; here nobody tells it before the form is sent.
    parent.page.route(re.compile("/live/"), lambda route: route.fulfill(status=204))
    parent.open("/cabinet/children/add/")
    for label, value in {"Фамилия": "Тихонов", "Имя": "Лев", "Отчество": "Павлович"}.items():
        parent.page.get_by_label(label, exact=False).first.fill(value)
    parent.page.get_by_label("Дата рождения").fill("2017-05-06")
    with psycopg.connect(people.world.database_url, autocommit=True) as database:
        database.execute("UPDATE people_session SET seen_at = seen_at - interval '3 hours' WHERE ended_at IS NULL")
    parent.press("Сохранить")
    parent.sees("Нужно войти ещё раз")
    parent.is_accessible()
    parent.picture("ended")
    parent.page.get_by_role("link", name=re.compile("Войти")).first.click()
    parent.allow()
    parent.sees("Сохранённая форма")
    parent.picture("kept")
    parent.page.get_by_role("main").get_by_role("button").first.click()
    # The form lacks a school, so it comes back, with everything that was typed.
    expect(parent.page.get_by_label("Имя", exact=False).first).to_have_value("Лев")
    parent.picture("given-back")


def test_a_refusal_at_gosuslugi_is_explained(people):
    visitor = people.come("refused")
    visitor.open("/")
    visitor.press("Войти через Госуслуги")
    visitor.page.locator("input[name=login]").fill("persona01@example.com")
    visitor.page.locator("input[name=password]").fill("Пароль1")
    visitor.press("Войти")
    visitor.sees("Предоставление прав доступа")
    visitor.press("Отказать")
    visitor.sees("Код ошибки: 007004")
    visitor.is_accessible()
    visitor.picture("explained")


def test_a_typo_an_unknown_number_and_a_school_not_connected_are_told_apart(people):
    parent = people.come("inn")
    parent.log_in("father@example.com")
    parent.open("/cabinet/children/add/")
    field = parent.page.get_by_label("ИНН школы")
    field.press_sequentially("9725127019", delay=10)
    parent.sees("опечатка")
    parent.sees("9725127018")
    parent.picture("typo")
    field.fill("7707083893")
    parent.sees("такой школы в реестре нет")
    field.fill(people.world.inn_of("«Заря»"))
    parent.sees("ещё не подключена")
    parent.picture("not-connected")


def test_the_letter_of_a_draft_is_put_back_when_its_list_arrives(people):
    parent = people.come("draft-letter", width=390, height=844)
    parent.log_in("father@example.com")
    parent.open("/cabinet/children/add/")
    field, letter = parent.page.get_by_label("ИНН школы"), parent.page.locator("select[name=school_class]")
    field.fill("9725127018")
    expect(parent.page.locator("input[name=school]")).to_have_count(1)
    parent.page.locator("select[name=level]").select_option("3")
    letter.select_option(label="3А")
    chosen = letter.input_value()
    assert chosen
    # The list goes and comes again with the school, and what was chosen in it stays chosen.
    field.fill("972512")
    expect(letter).to_have_count(0)
    field.fill("9725127018")
    expect(letter).to_have_value(chosen)
    parent.open("/notices/")
    parent.open("/cabinet/children/add/")
    parent.sees("вернули на место")
    expect(letter).to_have_value(chosen)
    parent.picture("put-back")
    # Of another level it is another list, which has no such class.
    parent.page.locator("select[name=level]").select_option("5")
    expect(letter.locator("option", has_text="5А")).to_have_count(1)
    expect(letter).to_have_value("")


def test_without_scripts_a_place_can_be_asked_for(people):
    parent = people.come("no-scripts", scripts=False)
    parent.log_in("father@example.com")
    parent.open("/cabinet/children/add/")
    values = {"last_name": "Тихонов", "first_name": "Марк", "birth_date": "2016-04-02", "inn": "9725127018"}
    for name, value in values.items():
        parent.page.locator(f"[name={name}]").fill(value)
    parent.page.locator("[name=relation]").select_option("father")
    parent.page.locator("select[name=level]").select_option("3")
    parent.press("Показать школу и классы")
    parent.picture("school-shown")
    parent.page.locator("select[name=school_class]").select_option(label="3А")
    parent.press("Сохранить")
    parent.sees("На рассмотрении")


def test_the_keyboard_alone_reaches_the_main_button(people):
    visitor = people.come("keyboard")
    visitor.open("/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="К содержанию")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Войти через Госуслуги")).to_be_focused()


@pytest.mark.parametrize(("width", "look"), [(320, ""), (360, "contrast=on"), (1280, "theme=dark")])
def test_pages_fit_narrow_screens_and_other_looks(people, width, look):
    admin = people.come(f"looks-{width}", width=width, height=800)
    admin.open(f"/look/?{look}" if look else "/")
    admin.log_in("admin@example.com")
    for name, path in {
        "cabinet": "/",
        "desk": "/desk/",
        "classes": "/desk/classes/",
        "staff": "/desk/staff/",
        "privacy": "/privacy/",
        "mine": "/privacy/mine/",
        "sessions": "/sessions/",
        "roles": "/role/",
        "help": "/help/login/",
        "terms": "/terms/",
    }.items():
        admin.open(path)
        admin.fits()
        admin.is_accessible()
        admin.picture(name)


def test_nothing_is_fetched_from_another_host(people):
    visitor = people.come("own-host")
    hosts = set()
    visitor.page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    visitor.open("/")
    visitor.open("/privacy/")
    visitor.page.wait_for_load_state("networkidle")
    assert hosts == {people.world.site.split("/")[2]}
