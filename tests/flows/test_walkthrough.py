"""The mission's instruction, step by step: a student of 15, and a parent with two children under 14."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
INN, SCHOOL = "9725127018", "ВШУО"


def type_inn(screen, inn):
    """Digit by digit, as a person would."""
    screen.page.get_by_label("ИНН школы").press_sequentially(inn, delay=10)


def choose_class(screen, level, title):
    """The digit, then the class among those the school has created."""
    screen.page.get_by_label("Класс", exact=True).select_option(str(level))
    letters = screen.page.locator("select[name=school_class]")
    expect(letters).to_be_visible()
    letters.select_option(label=title)
    screen.picture(f"class-{title}")


def register(screen, profile):
    """Choose a profile, accept the terms."""
    screen.page.get_by_label(profile).check()
    screen.page.get_by_label("Я принимаю условия использования").check()
    screen.is_accessible()
    screen.picture("profile")
    screen.press("Зарегистрироваться")
    screen.sees("Личный кабинет")
    screen.is_accessible()
    screen.picture("cabinet")


def open_request_of(admin, surname, kind):
    """Find a person's request of this kind on the desk, and open it."""
    admin.open("/desk/")
    admin.page.get_by_label("Фамилия").fill(surname)
    admin.page.get_by_label("Фамилия").press("Enter")
    admin.page.wait_for_url("**/desk/search/")
    row = admin.page.get_by_role("row").filter(has_text=kind).filter(has=admin.page.get_by_role("link"))
    row.get_by_role("link").first.click()
    admin.page.wait_for_url("**/desk/requests/*/")


def test_a_student_of_15_joins_a_class(people):
    student = people.come("student-15")
    student.open("/")
    student.is_accessible()
    student.picture("welcome")
    student.log_in("student15@example.com")
    register(student, "Профиль обучающегося")
    student.press("Изменить")
    type_inn(student, INN)
    student.sees(SCHOOL)
    student.picture("school-found")
    choose_class(student, 9, "9А")
    student.is_accessible()
    student.press("Сохранить")
    student.sees("На рассмотрении")
    student.is_accessible()
    student.picture("request")
    student.open("/")

    admin = people.come("student-15-admin")
    admin.log_in("admin@example.com")
    admin.press("Запросы")
    admin.is_accessible()
    admin.picture("desk")
    open_request_of(admin, "Новиков", "Место ученика")
    # The school's own list has him: who it is, the administrator says.
    admin.sees("Совпадают имя и дата рождения")
    admin.is_accessible()
    admin.picture("near-match")
    admin.page.get_by_role("radio", name="Новиков").first.check()
    # His account is not confirmed: he has shown his passport at school.
    admin.sees("Учётная запись заявителя не подтверждена")
    admin.page.get_by_label("личность проверена по документу").check()
    admin.press("Одобрить")
    admin.sees("Одобрен")
    admin.picture("approved")

    # The open cabinet has refreshed itself: nobody touched this browser.
    expect(student.page.get_by_text("9А класс").first).to_be_visible()
    student.sees("Одобрен")
    student.picture("cabinet-refreshed")


def add_from_gosuslugi(mother, name, inn, branch, level, title):
    """«Добавить»: the child's card, then the school and class."""
    mother.open("/cabinet/children/add/")
    mother.page.get_by_role("link", name=name).click()
    mother.page.get_by_label("Кто вы ребёнку").select_option(label="Мать")
    type_inn(mother, inn)
    if branch:
        mother.page.get_by_role("radio", name=branch).check()
    choose_class(mother, level, title)
    mother.is_accessible()
    mother.press("Сохранить")
    mother.sees("На рассмотрении")


def test_a_parent_of_two_sends_four_requests_and_each_is_decided_by_itself(people):
    mother = people.come("parent-of-two", width=390, height=844)
    mother.log_in("mother@example.com")
    register(mother, "Профиль законного представителя")
    mother.press("Добавить")
    mother.picture("add")
    mother.press("Взять из Госуслуг")
    mother.allow()
    mother.sees("Добавить ребёнка")
    mother.is_accessible()
    mother.picture("cards")
    add_from_gosuslugi(mother, "Семён", INN, "", 3, "3А")
    # Two schools stand behind one ИНН: they are told apart by КПП and address.
    junior = people.world.inn_of("«Родник», начальная школа")
    add_from_gosuslugi(mother, "София", junior, "начальная школа", 1, "1Б")
    mother.open("/")
    expect(mother.page.get_by_text("На рассмотрении")).to_have_count(4)
    mother.picture("four-requests")

    admin = people.come("parent-of-two-admin")
    admin.log_in("admin@example.com")
    open_request_of(admin, "Ковалёв", "Место ученика")
    admin.page.get_by_role("radio", name="Ковалёв").first.check()
    admin.press("Одобрить")
    admin.sees("Одобрен")
    open_request_of(admin, "Ковалёв", "Связь представителя")
    admin.picture("link")
    admin.page.get_by_text("Отклонить", exact=True).first.click()
    admin.page.get_by_label("Причина", exact=True).select_option(label="Не подтверждено, что вы законный представитель")
    admin.press("Отклонить запрос")
    admin.sees("Отклонён")
    admin.picture("declined")

    mother.open("/")
    expect(mother.page.get_by_text("На рассмотрении")).to_have_count(2)
    expect(mother.page.get_by_text("Одобрен", exact=True)).to_have_count(1)
    semyon = mother.page.locator("section").filter(has_text="Семён")
    semyon.get_by_role("link", name="Связь представителя").click()
    mother.sees("Не подтверждено, что вы законный представитель")
    mother.is_accessible()
    mother.picture("why-declined")
    mother.press("Исправить и отправить снова")
    expect(mother.page.get_by_label("Имя", exact=True)).to_have_value("Семён")
    mother.picture("again")


def test_a_child_under_14_logs_in_with_its_own_account_after_approval(people):
    child = people.come("under-14")
    child.log_in("vera")
    child.sees("Личный кабинет")
    child.sees("5А класс")
    child.is_accessible()
    child.picture("cabinet")
