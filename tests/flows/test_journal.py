"""A teacher's day: marking with the keyboard alone, a colleague in the same cell, a lost connection, a phone."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def open_journal(people, story, **how):
    teacher = people.come(story, **how)
    teacher.log_in("teacher@example.com")
    with psycopg.connect(people.world.database_url) as database:
        row = database.execute(
            "SELECT lesson.teaching_group_id FROM timetable_lesson lesson JOIN people_account account"
            " ON account.person_id = lesson.teacher_id JOIN enrolment_placement place ON true"
            " JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id"
            " AND taken.teaching_group_id = lesson.teaching_group_id WHERE lesson.day <= %s::date"
            " AND lesson.day > %s::date - 7 AND account.issuer <> '' AND lesson.teacher_id ="
            " (SELECT person_id FROM people_session WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1)"
            " GROUP BY 1 ORDER BY count(DISTINCT place.student_id) DESC, 1 LIMIT 1",
            [people.world.today, people.world.today],
        ).fetchone()
    assert row
    teacher.open(f"/journal/groups/{row[0]}/")
    teacher.group = row[0]
    return teacher


def focused(teacher):
    return teacher.page.locator("td:focus")


def saved(teacher):
    expect(teacher.page.locator("td.saving")).to_have_count(0)
    expect(teacher.page.locator(".grid-unsaved")).to_be_hidden()


def test_a_day_of_a_teacher_with_the_keyboard_only(people):
    teacher = open_journal(people, "journal")
    grid = teacher.page.get_by_role("grid")
    expect(grid).to_be_visible()
    teacher.is_accessible()
    teacher.picture("page")
    teacher.page.locator("td[tabindex='0']").focus()
    keys = teacher.page.keyboard
    keys.press("Control+Home")
    column = teacher.page.locator("tbody tr:first-child td:not([aria-readonly])").last
    place = int(column.get_attribute("data-place").split()[1])
    for _ in range(place):
        keys.press("ArrowRight")
    keys.press("Delete")
    keys.press("5")
    expect(focused(teacher)).to_have_text("5")
    keys.press("ArrowDown")
    keys.press("y")
    keys.press("Enter")
    keys.type("o10")
    keys.press("ArrowUp")
    expect(focused(teacher)).to_have_text("Н")
    saved(teacher)
    teacher.picture("marked")
    # Who enlarges the page, or turns a tablet, and turns it back goes on where they were.
    size = teacher.page.viewport_size
    teacher.page.set_viewport_size({"width": 400, "height": size["height"]})
    expect(teacher.page.locator("mark-grid li button:focus")).to_be_visible()
    teacher.page.set_viewport_size(size)
    keys.press("4")
    expect(focused(teacher)).to_have_text("4")
    keys.press("Control+z")
    expect(focused(teacher)).to_have_text("Н")
    saved(teacher)
    keys.press("?")
    expect(teacher.page.get_by_role("dialog")).to_contain_text("История")
    expect(teacher.page.get_by_role("dialog")).to_contain_text("4 → Н")
    teacher.is_accessible()
    teacher.picture("history")
    keys.press("Escape")
    # The keys belong to the grid again once the dialog is gone.
    expect(teacher.page.locator("mark-grid dialog")).to_have_count(0)
    keys.press("Control+End")
    expect(focused(teacher)).to_have_attribute(
        "data-place", re.compile(rf"^{teacher.page.locator('tbody tr').count() - 1} ")
    )
    keys.press("End")
    keys.press("ArrowLeft")
    keys.press("Enter")
    expect(teacher.page.get_by_role("dialog")).to_contain_text("Средн")
    teacher.picture("average")
    keys.press("Escape")
    # The keys belong to the grid again once the dialog is gone.
    expect(teacher.page.locator("mark-grid dialog")).to_have_count(0)
    teacher.page.reload()
    expect(teacher.page.locator(f"td[data-place='0 {place}']")).to_have_text("5")
    expect(teacher.page.locator(f"td[data-place='1 {place}']")).to_have_text("Н")
    expect(teacher.page.locator(f"td[data-place='2 {place}']")).to_have_text("О10")


def test_the_second_teacher_in_a_cell_is_asked(people):
    teacher = open_journal(people, "journal-conflict")
    cell = teacher.page.locator("tbody tr:first-child td:not([aria-readonly])").last
    cell.click()
    keys = teacher.page.keyboard
    keys.press("Delete")
    saved(teacher)
    other = teacher.page.context.new_page()
    other.goto(teacher.page.url)
    place = cell.get_attribute("data-place")
    # The first window must not hear of the change before it writes.
    other.locator(f"td[data-place='{place}']").click()
    teacher.page.route("**/data/**", lambda route: route.abort())
    other.keyboard.press("3")
    expect(other.locator("td.saving")).to_have_count(0)
    cell.click()
    keys.press("5")
    dialog = teacher.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Клетку уже изменили")
    expect(dialog).to_contain_text("Седых")
    teacher.is_accessible()
    teacher.picture("conflict")
    dialog.get_by_role("button", name="Поставить").click()
    expect(cell).to_have_text("5")
    saved(teacher)
    other.reload()
    expect(other.locator(f"td[data-place='{place}']")).to_have_text("5")


def test_nothing_is_lost_with_the_connection(people):
    teacher = open_journal(people, "journal-offline")
    cell = teacher.page.locator("tbody tr:nth-child(2) td:not([aria-readonly])").last
    cell.click()
    keys = teacher.page.keyboard
    keys.press("Delete")
    saved(teacher)
    teacher.page.context.set_offline(True)
    keys.press("4")
    expect(teacher.page.locator(".grid-unsaved")).to_contain_text("Не сохранено: 1")
    teacher.picture("offline")
    teacher.page.context.set_offline(False)
    expect(teacher.page.locator(".grid-unsaved")).to_be_hidden()
    saved(teacher)
    teacher.page.reload()
    expect(teacher.page.locator(f"td[data-place='{cell.get_attribute('data-place')}']")).to_have_text("4")


def test_a_phone_shows_lesson_by_lesson(people):
    teacher = open_journal(people, "journal-phone", width=390, height=844)
    first = teacher.page.locator(".lesson-view li").first
    expect(first).to_be_visible()
    teacher.is_accessible()
    first.get_by_role("button", name=re.compile(": 3$")).click()
    expect(first.locator(".who b")).to_have_text("3")
    teacher.picture("marked")
    first.locator(".who").click()
    expect(teacher.page.get_by_role("dialog")).to_contain_text("История")
    teacher.picture("cell")
