"""The mission's instruction, step by step: a student of 15, and a parent with two children under 14."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
INN = "9725127018"
SCHOOL = "ВШУО"


def choose_school_and_class(screen, level, letter):
    """ИНН → the school's name appears → the digit → the list of letters."""
    screen.page.get_by_label("ИНН школы").press_sequentially(INN, delay=20)
    screen.sees(SCHOOL)
    screen.picture("school-found")
    screen.page.get_by_label("Класс", exact=True).select_option(str(level))
    letters = screen.page.locator("select[name=school_class]")
    expect(letters).to_be_visible()
    letters.select_option(label=letter)
    screen.picture("class-chosen")


def register(screen, profile):
    """Choose a profile, accept the terms."""
    screen.page.get_by_label(profile).check()
    screen.page.get_by_label("Я принимаю условия использования").check()
    screen.picture("profile")
    screen.press("Зарегистрироваться")
    screen.sees("Личный кабинет")
    screen.picture("cabinet")


def test_a_student_of_15_joins_a_class(people):
    student = people.come("student-15")
    student.open("/")
    student.picture("welcome")
    student.log_in("student15@example.com")
    register(student, "Профиль обучающегося")
    student.press("Изменить")
    choose_school_and_class(student, 9, "А")
    student.press("Сохранить")
    student.sees("На рассмотрении")
    student.picture("request")
    name = student.page.locator("header .who b").inner_text().split()[0]

    admin = people.come("student-15-admin")
    admin.log_in("admin@example.com")
    admin.press("Запросы")
    admin.page.get_by_label("Фамилия").fill(name)
    admin.page.get_by_label("Фамилия").press("Enter")
    admin.picture("desk")
    admin.page.get_by_role("link", name=name).first.click()
    admin.picture("decision")
    admin.press("Одобрить")
    admin.sees("Одобрен")
    admin.picture("approved")

    student.open("/")
    student.sees("9А")
    student.picture("cabinet-with-place")


def test_a_parent_adds_two_children_and_each_part_is_decided_by_itself(people):
    mother = people.come("parent-of-two", width=390, height=800)
    mother.log_in("mother@example.com")
    register(mother, "Профиль законного представителя")
    mother.press("Добавить")
    mother.picture("add")
    mother.press("Взять из Госуслуг")
    mother.allow()
    mother.sees("Добавить ребёнка")
    mother.picture("cards")
