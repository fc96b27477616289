"""A material's way: publisher, programs, experts, catalogue, a lesson, a student's result, a mark in the journal."""

import re
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

from myschool.library.tests.makers import cmi5_package, epub_book, h5p_package, html_package, packed, scorm_package

pytestmark = pytest.mark.browser
EXPERTS = ("expert1@example.com", "expert2@example.com")


def asked(people, statement, *given):
    with psycopg.connect(people.world.database_url) as database:
        row = database.execute(statement, given).fetchone()
    assert row, statement
    return row


def test_from_the_publisher_to_a_mark(people):
    publisher = people.come("material")
    publisher.log_in("publisher@example.com")
    publisher.open("/library/own/new/")
    publisher.fill("Название", "Тест по дробям")
    publisher.fill("О чём материал", "Проверьте, как вы складываете дроби.")
    publisher.page.get_by_label("Предмет").select_option(label="Математика")
    publisher.page.get_by_label("Классы: с").select_option("5")
    publisher.page.get_by_label("по", exact=True).select_option("6")
    publisher.fill("Тема программы", "Сложение дробей")
    publisher.page.get_by_label("Файл или пакет").set_input_files(
        {"name": "тест.zip", "mimeType": "application/zip", "buffer": scorm_package("2004 3rd Edition")}
    )
    publisher.is_accessible()
    publisher.picture("describe")
    publisher.press("Сохранить")
    publisher.page.wait_for_load_state()
    publisher.picture("draft")
    publisher.sees("Версия 1")
    publisher.press("Отправить на проверку")
    address = publisher.page.url
    expect(publisher.page.locator("body")).to_contain_text("Техническая проверка")
    publisher.wait_until("На экспертизе")
    publisher.sees("SCORM 2004")
    publisher.sees("Решение — не позднее")
    publisher.is_accessible()
    publisher.picture("in-review")

    for number, login in enumerate(EXPERTS):
        expert = people.come(f"expert-{number}")
        expert.log_in(login)
        expert.open("/library/reviews/")
        expert.press("Тест по дробям")
        assert "Азбука знаний" not in expert.page.content()
        for row in expert.page.locator("fieldset").all()[:6]:
            row.get_by_label("3", exact=True).check()
        expert.page.get_by_label("Принять").check()
        expert.is_accessible()
        expert.picture("review")
        expert.press("Дать заключение")
        expert.sees("Дано заключений")

    publisher.page.goto(address)
    publisher.sees("Опубликован")
    publisher.picture("published")

    teacher = people.come("teacher-takes")
    teacher.log_in("teacher@example.com")
    teacher.open("/library/?q=" + "сложение дробей тест")
    teacher.is_accessible()
    teacher.picture("found")
    teacher.press("Тест по дробям")
    teacher.is_accessible()
    teacher.picture("material")
    teacher.press("Взять на урок")
    student_id = asked(
        people,
        "SELECT person.id FROM people_person person JOIN enrolment_placement place ON place.student_id = person.id"
        " WHERE last_name = 'Тихонова' AND first_name = 'Вера' AND place.to_date IS NULL",
    )[0]
    lesson_id = _lesson_of(people, student_id)
    teacher.page.get_by_label("Урок").select_option(str(lesson_id))
    teacher.press("Взять на урок")
    teacher.sees("из библиотеки")

    student = people.come("student-plays", width=390, height=844)
    student.log_in("vera")
    student.open(f"/diary/students/{student_id}/lessons/{lesson_id}/")
    student.picture("lesson")
    student.press("Тест по дробям")
    content = student.page.frame_locator("iframe.content-frame").frame_locator("iframe")
    expect(content.get_by_text("Место:")).to_be_visible()
    content.get_by_role("button", name="Ответить верно").click()
    expect(content.get_by_text("Сохранено")).to_be_visible()
    student.fits()
    student.picture("played")
    student.wait_until("Пройден до конца")
    # What the package keeps for itself is there again, and our cookies are nowhere near it.
    expect(content.get_by_text("Место: 7")).to_be_visible()
    frame = next(frame for frame in student.page.frames if "sco.html" in frame.url)
    assert frame.evaluate("document.cookie") == ""
    assert not frame.url.startswith(student.site)

    teacher.open(f"/journal/lessons/{lesson_id}/")
    teacher.press("Результаты")
    row = teacher.page.get_by_role("row", name=re.compile("Тихонова Вера"))
    expect(row).to_contain_text("80 %")
    teacher.is_accessible()
    teacher.picture("results")
    row.get_by_role("textbox").fill("4")
    teacher.press("Поставить отметки в журнал")
    expect(teacher.page.get_by_role("row", name=re.compile("Тихонова Вера"))).to_contain_text("4")
    assert asked(
        people, "SELECT origin FROM journal_mark WHERE lesson_id = %s AND student_id = %s", lesson_id, student_id
    ) == ("4",)
    teacher.picture("marked")
    publisher.page.goto(address)
    publisher.wait_until("Взяли на урок")


def _lesson_of(people, student_id):
    """The latest mathematics lesson of the teacher's that the student has no mark for."""
    today = people.world.today
    return asked(
        people,
        "SELECT lesson.id FROM timetable_student_lessons(ARRAY[%s::bigint], %s, %s) own"
        " JOIN timetable_lesson lesson ON lesson.id = own.lesson_id"
        " JOIN people_person teacher ON teacher.id = lesson.teacher_id AND teacher.last_name = 'Седых'"
        " WHERE lesson.state = 'held' AND NOT EXISTS"
        "  (SELECT FROM journal_mark WHERE lesson_id = lesson.id AND student_id = %s)"
        " ORDER BY lesson.day DESC LIMIT 1",
        student_id,
        today - timedelta(days=2),
        today + timedelta(days=1),
        student_id,
    )[0]


MOVIE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  const until = performance.now() + 1200;
  await new Promise((done) => {
    const draw = () => {
      paint.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
      paint.fillRect(0, 0, 160, 90);
      if (performance.now() < until) requestAnimationFrame(draw);
      else done();
    };
    draw();
  });
  recorder.stop();
  await stopped;
  return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
}"""
SUBTITLES = "WEBVTT\n\n00:00.000 --> 00:05.000\nЦвета радуги\n"


def _sheets(people):
    printer = people.come("printer")
    printer.page.set_content("<html lang='ru'><h1>Сложение дробей</h1><p style='break-before: page'>Ответы</p>")
    return printer.page.pdf()


def _movie(people):
    camera = people.come("camera")
    camera.open("/")
    return packed({"радуга.webm": bytes(camera.page.evaluate(MOVIE)), "радуга.vtt": SUBTITLES})


def _look(publisher, title, name, content):
    """Describe a material, hand it in, and open what the check has passed."""
    publisher.open("/library/own/new/")
    publisher.fill("Название", title)
    publisher.page.get_by_label("Предмет").select_option(label="Биология")
    publisher.page.get_by_label("Классы: с").select_option("5")
    publisher.page.get_by_label("по", exact=True).select_option("6")
    publisher.page.get_by_label("Файл или пакет").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    publisher.press("Сохранить")
    publisher.sees("Версия 1")
    publisher.press("Отправить на проверку")
    publisher.wait_until("На экспертизе")
    publisher.press("Открыть версию 1")
    return publisher.page.frame_locator("iframe.content-frame")


def test_every_kind_of_content_really_runs(people):
    publisher = people.come("kinds")
    publisher.log_in("publisher@example.com")

    sheets = _look(publisher, "Листы с ответами", "листы.pdf", _sheets(people))
    expect(sheets.locator("section").nth(0).locator("canvas")).to_be_visible()
    expect(sheets.get_by_text("Сложение дробей")).to_have_count(1)
    publisher.picture("pdf")

    book = _look(publisher, "Ботаника", "ботаника.epub", epub_book())
    expect(book.frame_locator("iframe").get_by_role("heading", name="Строение листа")).to_be_visible()
    publisher.picture("epub")

    movie = _look(publisher, "Радуга", "радуга.zip", _movie(people))
    video = movie.locator("video")
    expect(video).to_be_visible()
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")
    expect(video).to_have_js_property("ended", True)
    assert video.evaluate("(video) => video.textTracks[0].cues[0].text") == "Цвета радуги"
    publisher.wait_until("Пройден до конца")
    publisher.picture("video")

    page = _look(publisher, "Страница", "страница.zip", html_package())
    expect(page.frame_locator("iframe").get_by_text("Дроби")).to_be_visible()
    publisher.picture("html")

    question = _look(publisher, "Вопрос", "вопрос.h5p", h5p_package())
    inside = question.frame_locator("iframe")
    expect(inside.get_by_text("Сколько будет три плюс один?")).to_be_visible()
    inside.get_by_role("button", name="Ответить верно").click()
    publisher.wait_until("Пройден до конца")
    publisher.sees("75 %")
    publisher.picture("h5p")

    course = _look(publisher, "Курс", "курс.zip", cmi5_package(parts=("a", "b"), move_on="Passed"))
    for part in ("Раздел a", "Раздел b"):
        course.get_by_label("Раздел").select_option(label=part)
        inside = course.frame_locator("iframe")
        # The part before is there till this one has come.
        expect(inside.get_by_role("heading", name=part)).to_be_visible()
        expect(inside.get_by_text("Порог: 0.7")).to_be_visible()
        inside.get_by_role("button", name="Ответить верно").click()
        expect(inside.get_by_text("Сохранено")).to_be_visible()
    publisher.wait_until("Пройден до конца")
    publisher.sees("90 %")
    publisher.picture("cmi5")
    verbs = asked(
        people,
        "SELECT count(*) FILTER (WHERE statement->'verb'->>'id' LIKE '%%/satisfied'), count(*) FROM records_record"
        " WHERE statement->'actor'->'account'->>'name' = (SELECT statement->'actor'->'account'->>'name'"
        "  FROM records_record ORDER BY id DESC LIMIT 1)",
    )
    assert verbs[0] == 1
    assert verbs[1] >= 11
