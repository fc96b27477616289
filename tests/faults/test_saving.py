"""Marks are saved while the server is killed and the database restarts: each acknowledged one is there, none twice."""

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from django.conf import settings

from myschool.config.demo import journals
from myschool.config.demo.growth import Grown
from myschool.config.demo.registry import year_start
from myschool.people.actors import COOKIE
from tests.load.place import GROWN, token_of

pytestmark = [pytest.mark.alone]
SAVES, WRITERS, KILLS = 10_000, 8, 3
VALUES = ("5", "4", "3", "2")
CSRF = secrets.token_hex(16)
LONGEST = timedelta(minutes=5)


@dataclass
class Written:
    """What the writers have been told."""

    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    messages: set[str] = field(default_factory=set)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, status: int, message: str = "") -> None:
        """An answer has come."""
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            if message:
                self.messages.add(message)


def cells(count):
    """Empty cells of lessons that are over, each once: lesson, student, teacher."""
    today = datetime.now(UTC).date()
    start: date = year_start(today)
    school = Grown(0, "01", "Europe/Moscow", 0, start)
    found = [
        (one.lesson_id(number), student, one.teacher_id)
        for number in range(journals.LESSONS)
        if journals.day_of(start, number) < today
        for one in journals.groups(school)
        for student in one.students
        if student not in one.marked(number) and student not in one.absent(number)
    ]
    assert len(found) >= count, "the school year has only begun"
    return found[:count]


def write(ground, share: Sequence[tuple[int, int, int]], told: Written) -> None:
    """Save the cells one after another; what was not acknowledged is sent again, as a browser does."""
    until = datetime.now(UTC) + LONGEST
    with httpx.Client(base_url=ground.address, timeout=10) as client:
        for place, (lesson, student, teacher) in enumerate(share):
            text = VALUES[place % len(VALUES)]
            while datetime.now(UTC) < until:
                try:
                    answer = client.post(
                        f"/journal/lessons/{lesson}/students/{student}/cells/1/",
                        data={"text": text, "seen": "", "csrfmiddlewaretoken": CSRF},
                        headers={
                            "Accept": "application/json",
                            "Cookie": f"{COOKIE}={token_of(teacher)}; {settings.CSRF_COOKIE_NAME}={CSRF}",
                        },
                    )
                except httpx.TransportError:
                    with told.lock:
                        told.broken += 1
                    time.sleep(0.05)
                    continue
                if answer.status_code == 200:
                    told.heard(200)
                    told.acknowledged[lesson, student] = text
                    break
                told.heard(answer.status_code, answer.json().get("title", ""))
                time.sleep(0.1)


def written_while(ground, wanted, *mischief):
    """Let writers share the cells, and do mischief at even distances of the way."""
    told = Written()
    writers = [
        threading.Thread(target=write, args=(ground, wanted[place::WRITERS], told))
        for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for number, deed in enumerate(mischief, start=1):
        while len(told.acknowledged) < number * len(wanted) // (len(mischief) + 1):
            assert any(writer.is_alive() for writer in writers)
            time.sleep(0.01)
        deed()
    for writer in writers:
        writer.join()
    return told


def check(ground, wanted, told):
    """Every acknowledged mark is there, none twice, and each with one fact."""
    assert len(told.acknowledged) == len(wanted)
    lessons = sorted({lesson for lesson, _, _ in wanted})
    rows = ground.ask(
        "SELECT lesson_id, student_id, array_agg(origin) FROM journal_mark"
        " WHERE id < %s AND lesson_id = ANY(%s) AND ended_at IS NULL GROUP BY 1, 2", GROWN, lessons,
    )  # fmt: skip
    there = {(lesson, student): values for lesson, student, values in rows}
    assert {cell: there.get(cell) for cell in told.acknowledged} == {
        cell: [text] for cell, text in told.acknowledged.items()
    }
    facts = ground.ask(
        "SELECT count(*), count(DISTINCT (payload->>'lesson_id', payload->>'student_id')) FROM kernel_entry"
        " WHERE kind = 'journal.mark_given' AND (payload->>'lesson_id')::bigint = ANY(%s)", lessons,
    )  # fmt: skip
    assert facts == [(len(there), len(there))]


def test_a_killed_server_loses_no_acknowledged_mark_and_writes_none_twice(ground):
    wanted = cells(SAVES)

    def kill():
        ground.kill()
        ground.start()

    told = written_while(ground, wanted, *[kill] * KILLS)
    assert told.broken >= KILLS
    assert set(told.answers) <= {200, 503}
    check(ground, wanted, told)


def test_a_restarted_database_is_explained_and_loses_nothing(ground):
    wanted = cells(SAVES + 2_000)[SAVES:]

    def restart():
        ground.command("myschool.config.embedded", "stop")
        time.sleep(1)
        ground.command("myschool.config.embedded")

    told = written_while(ground, wanted, restart)
    assert told.answers.get(503)
    assert told.messages == {"База данных перезапускается"}
    assert set(told.answers) == {200, 503}
    check(ground, wanted, told)
