"""A teacher's files: sent in parts, shown by pages, shared with a class; the same on a phone and without scripts."""

import pytest
from playwright.sync_api import expect

from myschool.files import previewing
from myschool.files.tests.makers import docx_of

pytestmark = pytest.mark.browser
LETTER = {"name": "план.docx", "mimeType": "application/octet-stream", "buffer": docx_of("Добрый день")}
NOTE = {"name": "заметка.txt", "mimeType": "text/plain", "buffer": "Принести атлас".encode()}


def test_files_are_sent_shown_and_shared(people):
    teacher = people.come("files", width=375, height=800)
    teacher.log_in("teacher@example.com")
    teacher.open("/files/")
    teacher.is_accessible()
    sent = []
    teacher.page.on("request", lambda request: sent.append((request.method, request.url)))
    teacher.page.get_by_label("Файлы").set_input_files([LETTER, NOTE])
    teacher.press("Загрузить")
    # While they are on their way their names are told too, but lead nowhere.
    for name in ("план.docx", "заметка.txt"):
        expect(teacher.page.get_by_role("link", name=name)).to_be_visible()
    assert sum(method == "PATCH" and "/files/uploads/" in url for method, url in sent) == 2
    teacher.fits()
    teacher.is_accessible()
    teacher.picture("list")
    teacher.press("план.docx")
    if not previewing.missing():
        expect(teacher.page.get_by_alt_text("Страница 1")).to_be_visible(timeout=60_000)
    teacher.page.get_by_label("Класс").select_option(index=1)
    teacher.press("Открыть доступ")
    teacher.sees("Закрыть доступ")
    teacher.fits()
    teacher.is_accessible()
    teacher.picture("document")
    teacher.press("Получить ссылку")
    teacher.sees("Вернуться к файлу")
    teacher.is_accessible()
    teacher.picture("link")


def test_all_of_it_works_without_scripts(people):
    teacher = people.come("files-plain", scripts=False)
    teacher.log_in("teacher@example.com")
    teacher.open("/files/")
    teacher.fill("Название", "Без скриптов")
    teacher.press("Создать папку")
    teacher.page.get_by_label("Файлы").set_input_files([NOTE])
    teacher.press("Загрузить")
    teacher.press("заметка.txt")
    teacher.sees("Принести атлас")
    teacher.press("В корзину")
    teacher.press("Корзина")
    teacher.press("Вернуть")
    teacher.sees("Корзина пуста")
    teacher.picture("trash")
