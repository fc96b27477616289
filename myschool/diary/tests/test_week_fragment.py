"""The days of a week as they are written out: what people typed is escaped, and homework says how it stands."""

from datetime import UTC, date, datetime, time

import pytest
from jinja2 import UndefinedError

from myschool.diary.queries.week import DiaryDay, DiaryLesson, WeekPage, Written
from myschool.homework.queries import DueHomework
from myschool.kernel.jinja import rendered
from myschool.timetable.queries.week import LessonOnView

DAY = date(2026, 9, 1)
TYPED = "<b>'\"&"
ESCAPED = "&lt;b&gt;&#39;&#34;&amp;"


def lesson(*, is_cancelled: bool = False) -> DiaryLesson:
    view_of_lesson = LessonOnView(
        student_id=4,
        id=1234567,
        day=DAY,
        number=1,
        starts=time(9),
        ends=time(9, 45),
        is_cancelled=is_cancelled,
        group_id=1,
        taught=TYPED,
        subject=TYPED,
        teacher="",
        teacher_id=None,
        room="",
        changes=(TYPED,),
        reason="",
        planned_teacher="",
        planned_teacher_id=None,
        planned_room="",
    )
    return DiaryLesson(
        lesson=view_of_lesson, topic="", written=[Written(TYPED, TYPED, "mark")], when="1. 09:00–09:45", about=TYPED
    )


def due(state: str = "", *, minutes: int | None = None, is_ticked: bool = False, needed: bool = False) -> DueHomework:
    return DueHomework(
        student_id=4,
        id=7654321,
        due_day=DAY,
        due_lesson_id=None,
        subject=TYPED,
        text=TYPED,
        minutes=minutes,
        needs_hand_in=needed,
        posted_at=datetime(2026, 9, 1, tzinfo=UTC),
        was_late=False,
        changed_at=None,
        is_ticked=is_ticked,
        hand_in_state=state,
        files=(),
    )


def written(*homework: DueHomework, lessons: tuple[DiaryLesson, ...] = ()) -> str:
    day = DiaryDay(
        anchor="2026-09-01", title="Вторник, 1 сентября", is_today=False, lessons=[*lessons], homework=[*homework]
    )
    page = WeekPage(
        title="Дневник",
        student_id=1234,
        school="",
        week="",
        monday=DAY,
        previous="",
        following="",
        days=[day],
        empty="",
        is_acknowledged=False,
        may_acknowledge=False,
    )
    return rendered("diary/_days.jinja.html", page=page)


def test_what_people_typed_is_escaped_wherever_it_stands() -> None:
    shown = written(due(), lessons=(lesson(),))
    assert TYPED not in shown
    # The subject twice, the mark with its words, a change, what is said of the lesson, the homework's text.
    assert shown.count(ESCAPED) == 7


def test_ids_are_written_as_numbers_are_in_addresses() -> None:
    shown = written(due(), lessons=(lesson(),))
    assert 'href="lessons/1234567/"' in shown
    assert 'href="/homework/7654321/students/1234/"' in shown


def test_a_cancelled_lesson_says_so_and_no_other() -> None:
    shown = written(lessons=(lesson(), lesson(is_cancelled=True)))
    assert (shown.count("<li>"), shown.count('<li class="cancelled">')) == (1, 1)
    assert "Задано" not in shown


@pytest.mark.parametrize(
    ("homework", "words"),
    [
        (due(), []),
        (due(minutes=20), ["около 20 мин"]),
        (due(is_ticked=True), ["сделано"]),
        (due(needed=True), ["нужно сдать"]),
        (due("submitted", needed=True), ["сдано"]),
        (due("returned", needed=True), ["на доработке"]),
        (due("accepted", is_ticked=True, needed=True), ["сделано", "принято"]),
    ],
)
def test_homework_says_how_it_stands(homework: DueHomework, words: list[str]) -> None:
    shown = written(homework)
    states = ["сделано", "принято", "на доработке", ">сдано", "нужно сдать", "около 20 мин"]
    assert [state.strip(">") for state in states if state in shown] == words


def test_a_name_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(UndefinedError):
        rendered("diary/_days.jinja.html")
