"""A school's day as families meet it: the parent's evening, a substitution, a term that closes and a late change."""

import re
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def asked(people, statement, *given):
    with psycopg.connect(people.world.database_url) as database:
        row = database.execute(statement, given).fetchone()
    assert row, statement
    return row


def daughter(people):
    """Vera of the 5А: her id, and the mathematics group she is in with its teacher's account here."""
    return asked(
        people,
        "SELECT person.id, taken.teaching_group_id FROM people_person person"
        " JOIN enrolment_placement place ON place.student_id = person.id AND place.to_date IS NULL"
        " JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id"
        " JOIN timetable_teachinggroup taught ON taught.id = taken.teaching_group_id"
        " JOIN schools_subject subject ON subject.id = taught.subject_id AND subject.code = 'mathematics'"
        " WHERE person.last_name = 'Тихонова' AND person.first_name = 'Вера'",
    )


def column_of(teacher, lesson_id):
    """Which child of a row the lesson's cell is."""
    return teacher.page.locator(f"thead th:has(a[href$='/lessons/{lesson_id}/'])").evaluate(
        "(head) => [...head.parentElement.children].indexOf(head) + 1"
    )


def test_a_parents_evening_with_two_children_in_two_schools(people):
    father = people.come("evening", width=390, height=844)
    father.log_in("father@example.com")
    father.open("/diary/")
    father.sees("Илья Тихонов")
    father.sees("Вера Тихонова")
    father.sees("«Родник»")
    father.sees("Что нового")
    father.is_accessible()
    father.fits()
    father.picture("feed")
    father.page.get_by_role("link", name="Илья Тихонов").click()
    father.sees("Дневник: Тихонов Илья")
    father.page.get_by_role("link", name="Раньше").click()
    father.is_accessible()
    father.picture("week")
    father.press("Ознакомлен с неделей")
    father.sees("Вы ознакомились с этой неделей")
    father.page.locator(".diary-day ul a").first.click()
    father.is_accessible()
    father.picture("homework")
    father.page.go_back()
    father.page.get_by_role("link", name="Отметки").click()
    summary = father.page.locator("summary", has_text="что нужно для лучшей отметки").first
    summary.click()
    expect(father.page.locator("details[open]").first).to_contain_text("Средний балл")
    father.is_accessible()
    father.picture("marks")
    father.page.get_by_role("link", name="Пропуски").click()
    tomorrow = people.world.today + timedelta(days=1)
    father.fill("Первый день", str(tomorrow))
    father.fill("Последний день", str(tomorrow))
    father.press("Отправить классному руководителю")
    father.sees("Справки и сообщения")
    father.picture("absence")
    father.open("/calendar/")
    father.press("Создать ссылку")
    address = father.page.get_by_label("Ссылка").input_value()
    calendar = father.page.request.get(address)
    assert calendar.ok
    assert "SUMMARY:Вера: " in calendar.text()
    assert "SUMMARY:Илья: " in calendar.text()
    father.picture("calendar")


def test_a_substitution_reaches_an_open_diary(people):
    vera, group_id = daughter(people)
    lesson_id, day = asked(
        people,
        "SELECT id, day FROM timetable_lesson WHERE teaching_group_id = %s AND day >= %s AND state = 'held'"
        " ORDER BY day LIMIT 1",
        group_id,
        people.world.today,
    )
    father = people.come("substitution-father")
    father.log_in("father@example.com")
    father.open(f"/diary/students/{vera}/?week={day - timedelta(days=day.weekday())}")
    lesson = father.page.locator(f"#d{day} li", has_text="Математика").first
    expect(lesson).to_be_visible()
    expect(lesson).not_to_contain_text("замена")
    head = people.come("substitution-head")
    head.log_in("admin@example.com")
    head.open(f"/substitutions/?day={day}")
    head.page.locator("summary", has_text="Седых").click()
    choice = head.page.locator(f"select[name='teacher_{lesson_id}']")
    choice.select_option(index=1)
    head.is_accessible()
    head.picture("choice")
    form = head.page.locator("form", has=choice)
    form.get_by_label("Причина").fill("курсы")
    form.get_by_role("button", name="Заменить выбранные уроки").click()
    head.sees("замена: по плану Седых А. Л.")
    head.picture("substituted")
    # The open page hears of it: nobody reloads anything.
    expect(lesson).to_contain_text("замена: по плану Седых А. Л.")
    expect(lesson).to_contain_text("курсы")
    father.picture("told")
    head.page.get_by_role("button", name=re.compile("Отменить: замена", re.IGNORECASE)).first.click()
    expect(lesson).not_to_contain_text("замена")


def test_a_late_change_by_request_and_a_term_that_closes(people):
    vera, group_id = daughter(people)
    lesson_id, day = asked(
        people,
        "SELECT lesson.id, lesson.day FROM timetable_lesson lesson WHERE teaching_group_id = %s AND state = 'held'"
        " AND day < %s::date - 15 ORDER BY day DESC LIMIT 1",
        group_id,
        people.world.today,
    )
    teacher = people.come("term-teacher")
    teacher.log_in("teacher@example.com")
    teacher.open(f"/journal/lessons/{lesson_id}/")
    teacher.sees("Запросить изменение")
    teacher.picture("closed-lesson")
    teacher.fill("Что и почему нужно исправить", "Не проверена работа Веры")
    teacher.press("Запросить изменение")
    head = people.come("term-head")
    head.log_in("admin@example.com")
    head.open("/journal/unlocks/")
    head.sees("Не проверена работа Веры")
    head.is_accessible()
    head.picture("request")
    head.press("Разрешить")
    teacher.open(f"/journal/groups/{group_id}/?day={day}")
    cell = teacher.page.get_by_role("row", name=re.compile("Тихонова Вера")).locator(
        f"td:nth-child({column_of(teacher, lesson_id)})"
    )
    cell.click()
    before = cell.inner_text()
    keys = teacher.page.keyboard
    keys.press("3" if before != "3" else "5")
    expect(teacher.page.locator("td.saving")).to_have_count(0)
    expect(teacher.page.locator(".grid-unsaved")).to_be_hidden()
    keys.press("4")
    expect(teacher.page.locator("td.saving")).to_have_count(0)
    father = people.come("term-father")
    father.log_in("father@example.com")
    father.open(f"/diary/students/{vera}/changes/")
    father.sees(f"{'3' if before != '3' else '5'} → 4")
    father.sees("Не проверена работа Веры")
    father.is_accessible()
    father.picture("changes")
    teacher.open(f"/journal/groups/{group_id}/finals/")
    teacher.is_accessible()
    for field in teacher.page.locator("input[name^=mark_]:visible").all():
        field.fill("5")
    for field in teacher.page.locator("input[name^=reason_]:visible").all():
        field.fill("по итогам зачёта")
    teacher.press("Сохранить отметки")
    teacher.picture("finals")
    head.open(f"/journal/groups/{group_id}/finals/")
    head.press("Закрыть период")
    head.sees("Период закрыт")
    head.picture("term-closed")
    teacher.open(f"/journal/lessons/{lesson_id}/")
    teacher.sees("закрыт")
    expect(teacher.page.get_by_role("button", name="Запросить изменение")).to_have_count(0)
    head.fill("Зачем открываете", "апелляция")
    head.press("Открыть период")
    expect(head.page.get_by_role("button", name="Закрыть период")).to_be_visible()
    father.open(f"/diary/students/{vera}/marks/")
    father.sees("итоговая 5")
