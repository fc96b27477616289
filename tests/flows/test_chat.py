"""Conversations in two and three browsers: a class talks, a connection is lost, a message is reported and judged."""

import re
from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
GUARDIANS = "5А: родители"


def talk_of(screen, title):
    """Open a conversation by the words of its title."""
    screen.open("/chat/")
    screen.page.get_by_role("link", name=re.compile(title)).first.click()
    expect(screen.page.locator("chat-talk:defined")).to_be_visible()


def lead(head, school_class, teacher):
    """Give a class its homeroom teacher."""
    head.open("/plan/bells/")
    choice = head.page.get_by_label(f"{school_class}: классный руководитель")
    name = choice.locator("option", has_text=teacher).first.text_content()
    choice.select_option(label=name)
    choice.locator("xpath=ancestor::form").get_by_role("button").click()
    head.page.wait_for_load_state()


def say(screen, text):
    screen.page.get_by_label("Сообщение", exact=True).fill(text)
    screen.page.get_by_label("Сообщение", exact=True).press("Enter")


def messages(screen):
    return screen.page.locator(".msg[data-number] .msg-text")


def act(screen, text, deed):
    """Do something with the message that says this."""
    screen.page.locator(".msg", has_text=text).get_by_label(re.compile("Действия с сообщением")).last.click()
    dialog = screen.page.get_by_role("dialog")
    control = dialog.get_by_role("button", name=deed).or_(dialog.get_by_role("link", name=deed))
    control.first.click()


def test_a_class_talks_in_three_windows_and_goes_on_after_a_lost_connection(people):
    teacher, father, head = (
        people.come("chat-teacher"),
        people.come("chat-father", width=390, height=844),
        people.come("chat-head"),
    )
    head.log_in("admin@example.com")
    lead(head, "5А", "Седых")
    teacher.log_in("teacher@example.com")
    father.log_in("father@example.com")
    # The roster has changed, and so has who is in the conversation.
    teacher.open("/chat/")
    teacher.wait_until(GUARDIANS)
    teacher.is_accessible()
    teacher.picture("list")
    talk_of(teacher, GUARDIANS)
    talk_of(father, GUARDIANS)
    say(teacher, "Собрание в **четверг** в 18:00 https://example.com/зал")
    expect(messages(father).last).to_contain_text("Собрание в четверг")
    expect(father.page.locator(".msg-text strong").last).to_have_text("четверг")
    say(father, "Спасибо! <script>alert(1)</script>")
    expect(messages(teacher).last).to_have_text("Спасибо! <script>alert(1)</script>")
    teacher.is_accessible()
    teacher.picture("talk")
    father.is_accessible()
    father.fits()
    father.picture("talk")
    # A sign, an edit and a deletion come by themselves, too.
    act(father, "Собрание", "👍")
    expect(teacher.page.locator(".sign").last).to_have_text("👍 1")
    act(teacher, "Собрание", "Изменить")
    expect(teacher.page.get_by_label("Сообщение", exact=True)).to_have_value(re.compile(r"\*\*четверг\*\*"))
    say(teacher, "Собрание в **пятницу** в 18:00")
    expect(messages(father).nth(-2)).to_contain_text("пятницу")
    act(father, "Спасибо!", "Удалить")
    expect(teacher.page.locator(".msg-gone")).to_contain_text("Сообщение удалено")
    # The connection goes: both write, nothing is lost and nothing comes twice.
    before = father.page.locator(".msg[data-number]").count()
    father.page.context.set_offline(True)
    say(father, "Первое из тоннеля")
    say(father, "Второе из тоннеля")
    expect(father.page.locator(".msg-unsent")).to_have_count(2)
    expect(father.page.get_by_text("Отправим, как только она появится")).to_be_visible()
    for number in range(3):
        say(teacher, f"Без отца {number}")
        expect(messages(teacher).last).to_have_text(f"Без отца {number}")
    father.page.context.set_offline(False)
    expect(father.page.locator(".msg-unsent")).to_have_count(0)
    expect(father.page.locator(".msg[data-number]")).to_have_count(before + 5)
    numbers = father.page.locator(".msg[data-number]").evaluate_all(
        "(all) => all.map((one) => Number(one.dataset.number))"
    )
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    expect(messages(teacher).filter(has_text="из тоннеля")).to_have_count(2)
    father.page.reload()
    expect(messages(father).filter(has_text="из тоннеля")).to_have_count(2)
    # A reported message is judged; its author and everybody else see what came of it.
    act(father, "Без отца 1", "Пожаловаться")
    father.is_accessible()
    father.page.get_by_label("Другое").check()
    father.press("Отправить жалобу")
    father.sees("Школа рассмотрит до")
    father.picture("complaint")
    head.open("/desk/complaints/")
    head.is_accessible()
    head.page.get_by_role("link", name=re.compile("Другое")).first.click()
    head.sees("на это жалоба")
    head.is_accessible()
    head.picture("complaint")
    head.page.get_by_label("Сообщение удалено").check()
    head.fill("Ответ тому, кто пожаловался", "Разобрались, сообщение убрано.")
    head.press("Решить")
    head.sees("Разобрались")
    expect(teacher.page.locator(".msg-gone")).to_have_count(2)
    father.page.reload()
    father.sees("Разобрались, сообщение убрано.")
    talk_of(father, GUARDIANS)
    father.page.locator("details.talk-about summary").click()
    father.sees("Администрация открывала этот чат")
    father.page.get_by_role("link", name="Все чаты").click()
    father.fill("Поиск в сообщениях", "собрания")
    father.press("Найти")
    father.sees("пятницу")
    head.open("/desk/chat-rules/")
    head.is_accessible()
    head.picture("rules")


def test_a_class_talks_over_two_server_processes_and_one_of_them_dies(people, second):
    head, teacher = people.come("chat-two-head"), people.come("chat-two-teacher")
    head.log_in("admin@example.com")
    teacher.log_in("teacher@example.com")
    # The session is the same; the pages and the stream are another machine's.
    teacher.site = second.site
    talk_of(head, "Учительская")
    talk_of(teacher, "Учительская")
    say(head, "С первой машины")
    expect(messages(teacher).last).to_have_text("С первой машины")
    say(teacher, "Со второй машины")
    expect(messages(head).last).to_have_text("Со второй машины")
    second.kill("live")
    expect(teacher.page.get_by_text("Связь прервалась")).to_be_visible()
    say(head, "Пока её нет")
    say(teacher, "Я ещё пишу")
    second.start("live")
    # What is written meanwhile is sent at once or when the stream is back, and once.
    expect(messages(head).filter(has_text="Я ещё пишу")).to_have_count(1)
    expect(messages(teacher).filter(has_text="Пока её нет")).to_have_count(1)
    expect(messages(teacher).filter(has_text="Я ещё пишу")).to_have_count(1)
    numbers = [
        visitor.page.locator(".msg[data-number]").evaluate_all("(all) => all.map((one) => Number(one.dataset.number))")
        for visitor in (head, teacher)
    ]
    assert sorted(numbers[0]) == sorted(numbers[1]) == list(range(min(numbers[0]), min(numbers[0]) + len(numbers[0])))


def test_a_message_waits_in_the_browser_while_the_keyboard_alone_is_used(people):
    teacher = people.come("chat-keyboard")
    teacher.log_in("teacher@example.com")
    talk_of(teacher, "Учительская")
    say(teacher, "С клавиатуры")
    expect(messages(teacher).last).to_have_text("С клавиатуры")
    more = teacher.page.locator(".msg").last.get_by_label(re.compile("Действия с сообщением"))
    more.focus()
    teacher.page.keyboard.press("Enter")
    expect(teacher.page.get_by_role("dialog")).to_be_visible()
    teacher.page.keyboard.press("Escape")
    expect(teacher.page.get_by_role("dialog")).to_be_hidden()
    expect(more).to_be_focused()


def set_end(people, title, moment):
    """Everybody's place in a conversation ends at a moment, or lasts; no page hears of it."""
    with psycopg.connect(people.world.database_url) as database:
        database.execute(
            "UPDATE chat_membership SET to_at = %s FROM chat_conversation talk WHERE talk.id = conversation_id"
            " AND talk.title = %s",
            [moment, title],
        )


def test_whose_place_ends_reads_why_they_write_no_more_and_keeps_their_words(people):
    teacher, phone = (people.come("chat-over"), people.come("chat-over-phone", width=390, height=844, touch=True))
    for screen in (teacher, phone):
        screen.log_in("teacher@example.com")
        talk_of(screen, "Учительская")
    box = teacher.page.get_by_label("Сообщение", exact=True)
    # A finger's Enter makes a new line, and nobody is told otherwise.
    expect(teacher.page.locator("#talk-hint")).to_have_text(re.compile("Enter — отправить"))
    expect(teacher.page.locator(".talk-keys")).to_be_visible()
    expect(phone.page.locator(".talk-keys")).to_be_hidden()
    expect(phone.page.locator("#talk-hint")).to_be_visible()
    phone.page.get_by_label("Сообщение", exact=True).fill("Недописанное")
    set_end(people, "Учительская", datetime.now(UTC))
    say(teacher, "Уже после конца")
    closed = teacher.page.locator(".talk-closed")
    expect(closed).to_have_text("Вы больше не участник этого чата. Сообщение не отправлено.")
    expect(box).to_have_count(0)
    expect(teacher.page.locator(".msg-unsent")).to_contain_text("не отправлено")
    teacher.is_accessible()
    teacher.picture("over")
    phone.page.evaluate("document.dispatchEvent(new CustomEvent('live:refused'))")
    expect(phone.page.locator(".talk-closed")).to_have_text("Вы больше не участник этого чата.")
    expect(phone.page.get_by_role("button", name="Отправить")).to_have_count(0)
    kept = phone.page.locator("chat-talk textarea")
    expect(kept).to_have_value("Недописанное")
    assert kept.get_attribute("readonly") is not None
    phone.fits()
    phone.is_accessible()
    phone.picture("over")
    set_end(people, "Учительская", None)
