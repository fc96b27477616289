"""A supplier's own tool by LTI 1.3: connected, content chosen in it, checked, opened by a student, a score come back."""

import psycopg
import pytest
from playwright.sync_api import expect

from tests.flows.tool import Tool

pytestmark = pytest.mark.browser


@pytest.fixture
def tool(people):
    running = Tool(people.world.site)
    yield running
    running.stop()


def test_a_tool_is_connected_and_its_score_comes_back(people, tool):
    publisher = people.come("tool")
    publisher.log_in("publisher@example.com")
    publisher.open("/library/own/")
    publisher.press("Учебные записи")
    publisher.fill("Для какой программы", "Тренажёр на сайте")
    publisher.press("Создать ключ")
    publisher.sees("Ключ создан")
    publisher.is_accessible()
    publisher.picture("key")
    publisher.open("/library/own/import/")
    publisher.is_accessible()
    publisher.picture("import")
    publisher.open("/library/own/")
    publisher.press("Тренажёры")
    publisher.is_accessible()
    publisher.press("Подключить тренажёр")
    publisher.fill("Название", "Тренажёр дробей")
    publisher.fill("Адрес начала входа", f"{tool.address}/login")
    publisher.fill("Адрес выбора содержания", f"{tool.address}/choose")
    publisher.fill("Куда возвращать вход", f"{tool.address}/choose\n{tool.address}/launch")
    publisher.fill("Открытый ключ тренажёра", tool.public)
    publisher.is_accessible()
    publisher.picture("connect")
    publisher.press("Подключить")
    publisher.page.wait_for_url("**/library/tools/")
    publisher.is_accessible()
    publisher.picture("connected")
    with psycopg.connect(people.world.database_url) as database:
        row = database.execute("SELECT client_id FROM library_ltitool ORDER BY id DESC LIMIT 1").fetchone()
    assert row
    tool.connect(row[0])

    publisher.press("Выбрать содержание")
    publisher.sees("Что взять?")
    publisher.press("Дроби, 5 класс")
    publisher.sees("Выбранное содержание")
    publisher.sees("Дроби, 5 класс")
    publisher.is_accessible()
    publisher.picture("chosen")
    publisher.press("Сделать черновики")
    publisher.press("Дроби, 5 класс")
    publisher.press("Отправить на проверку")
    expect(publisher.page.locator("body")).to_contain_text("Техническая проверка")
    publisher.wait_until("На экспертизе")
    publisher.picture("in-review")

    # Whoever opens it comes to the tool as a number; the score finds its way back to the play.
    publisher.press("Открыть версию 1")
    publisher.is_accessible()
    publisher.fits()
    publisher.picture("play")
    with publisher.page.expect_popup() as opened:
        publisher.press("Открыть тренажёр")
    page = opened.value
    expect(page.get_by_role("heading")).to_have_text("5 класс: сколько будет ½ + ¼?")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading")).to_have_text("Верно, результат отправлен")
    publisher.page.reload()
    publisher.sees("Пройден до конца, 75 %")
    publisher.picture("scored")
