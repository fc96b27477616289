"""A parents' evening is booked, a paper signed, a trip agreed to: the school on one screen, the parent on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def ask(head, kind, title, day, options=""):
    head.open("/involvement/")
    head.press("Спросить семьи")
    head.page.get_by_label(kind, exact=True).check()
    head.fill("Название", title)
    head.page.get_by_label("Текст", exact=True).fill("Прочитайте, пожалуйста.")
    head.fill("Варианты ответа", options)
    head.fill("Ответить до", str(day))
    head.page.get_by_label("5А", exact=True).check()
    head.is_accessible()
    head.press("Отправить семьям")
    head.sees("Не ответили")


def test_a_parents_evening_is_booked_and_a_paper_signed(people):
    head = people.come("evening-head")
    head.log_in("admin@example.com")
    day = people.world.today + timedelta(days=2)
    head.open("/involvement/evenings/new/")
    head.fill("Где", "второй этаж")
    head.fill("День", str(day))
    head.fill("Начало", "18:00")
    head.fill("Конец", "19:00")
    head.fill("Минут на встречу", "20")
    head.fill("Записываться можно до", str(day))
    head.page.get_by_label(re.compile("Седых")).check()
    head.is_accessible()
    head.picture("new")
    head.press("Создать и открыть запись")
    head.sees("свободно")
    ask(head, "Ознакомление с документом", "Правила школы", day)
    head.picture("results")
    ask(head, "Согласие на выезд", "Музей", day)
    ask(head, "Опрос", "Обеды", day, "Нравятся\nНе нравятся")
    father = people.come("evening-father", width=390, height=844)
    father.log_in("father@example.com")
    father.open("/involvement/")
    father.sees("Ждут вашего ответа")
    father.is_accessible()
    father.fits()
    father.picture("family")
    # One press books; another time moves the booking.
    father.page.get_by_role("link", name=re.compile("Родительский вечер")).first.click()
    father.page.get_by_role("button", name=re.compile("^18:20")).first.click()
    father.sees("Вы записаны на 18:20")
    father.is_accessible()
    father.fits()
    father.picture("booked")
    father.page.get_by_role("button", name=re.compile("^18:40")).first.click()
    father.sees("Вы записаны на 18:40")
    teacher = people.come("evening-teacher")
    teacher.log_in("teacher@example.com")
    teacher.open("/involvement/")
    teacher.page.get_by_role("link", name=re.compile("Родительский вечер")).first.click()
    row = teacher.page.get_by_role("row", name=re.compile("^18:40"))
    expect(row).to_contain_text("Тихонов")
    teacher.is_accessible()
    teacher.picture("list")
    father.open("/involvement/")
    father.press("Отменить запись")
    teacher.page.reload()
    expect(teacher.page.get_by_role("row", name=re.compile("^18:40"))).to_contain_text("свободно")
    for title, reply in (("Правила школы", "Ознакомлен"), ("Музей", "Согласен"), ("Обеды", "Нравятся")):
        father.open("/involvement/")
        father.page.get_by_role("link", name=re.compile(title)).first.click()
        father.page.get_by_role("button", name=re.compile(f"^{reply}")).click()
        father.sees("Вы ответили")
    father.is_accessible()
    father.picture("answered")
    head.open("/involvement/")
    head.page.get_by_role("link", name=re.compile("Музей")).first.click()
    head.sees("Согласен(на): 1")
    head.press("Напомнить")
    head.press("Напомнить")
    head.sees("Напоминание уже отправлено")
