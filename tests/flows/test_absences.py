"""A teacher falls ill: asks on the phone, the head approves and substitutes, and a weight is corrected on the way."""

import psycopg
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NEXT_LESSON = """
SELECT lesson.day FROM timetable_lesson lesson JOIN people_person person ON person.id = lesson.teacher_id
WHERE person.last_name = 'Седых' AND lesson.day > %s AND lesson.state = 'held' ORDER BY lesson.day LIMIT 1
"""


def test_who_is_away_is_asked_approved_substituted_and_told(people):
    with psycopg.connect(people.world.database_url) as database:
        row = database.execute(NEXT_LESSON, [people.world.today]).fetchone()
    assert row
    (day,) = row
    teacher = people.come("absence-teacher", width=390, height=844)
    teacher.log_in("teacher@example.com")
    teacher.open("/timetable/")
    teacher.press("Моё отсутствие")
    teacher.picture("empty")
    teacher.fill("Первый день", str(day))
    teacher.fill("Последний день", str(day))
    teacher.page.get_by_label("Причина").first.select_option("illness")
    teacher.press("Отправить")
    teacher.sees("Ждёт решения")
    teacher.is_accessible()
    teacher.fits()
    teacher.picture("asked")
    head = people.come("absence-head")
    head.log_in("admin@example.com")
    head.open("/substitutions/")
    head.sees("Отсутствие учителей: 1 просьба ждёт решения")
    head.press("Рассмотреть")
    head.sees("Седых")
    head.is_accessible()
    head.picture("list")
    head.press("Рассмотреть")
    head.is_accessible()
    head.picture("decide")
    head.press("Согласовать")
    head.sees("Отсутствуют")
    # Nobody else of the demo school teaches mathematics: whoever is free may be chosen.
    head.sees("Свободного учителя предмета нет")
    head.is_accessible()
    head.picture("substitutions")
    away = head.page.locator("details.card", has=head.page.get_by_text("отсутствует", exact=True)).first
    away.locator("select[name^=teacher_]").first.select_option(index=1)
    away.get_by_role("button", name="Заменить выбранные уроки").click()
    head.sees("замена: по плану Седых А. Л.")
    head.picture("substituted")
    head.page.set_viewport_size({"width": 390, "height": 844})
    for path, name in (
        (f"/substitutions/?day={day}", "substitutions"),
        ("/substitutions/absences/", "list"),
        ("/substitutions/absences/add/", "add"),
        ("/journal/rules/", "rules"),
    ):
        head.open(path)
        head.is_accessible()
        head.fits()
        head.picture(f"phone-{name}")
    head.press("Изменить вес")
    head.is_accessible()
    head.fits()
    head.picture("phone-weight")
    head.page.set_viewport_size({"width": 1280, "height": 900})
    head.picture("weight")
    head.fill("Новый вес", "2,5")
    head.press("Сохранить")
    expect(head.page.locator("td", has_text="Изменить вес").first).to_contain_text("2,5")
    head.picture("rules")
    head.open("/substitutions/absences/")
    head.press("Выходит раньше")
    head.is_accessible()
    head.picture("end")
    teacher.open("/timetable/absences/")
    teacher.sees("Согласовано")
    teacher.picture("approved")
