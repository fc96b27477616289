"""Marks are saved while the server is killed and the database restarted: each acknowledged one is there, none twice."""

import pytest

from myschool.config.demo import journals
from myschool.config.demo.growth import Grown
from myschool.config.demo.registry import year_start
from tests.faults.writers import Save, written_while
from tests.load.place import GROWN
from tests.school_day import SCHOOL_DAY

pytestmark = [pytest.mark.alone]
SAVES, KILLS = 10_000, 3
VALUES = ("5", "4", "3", "2")


def cells(count):
    """Marks for empty cells of lessons that are over, each once."""
    start = year_start(SCHOOL_DAY)
    school = Grown(index=0, region="01", time_zone="Europe/Moscow", year_id=0, start=start)
    found = [
        ((one.lesson_id(number), student), one.teacher_id)
        for number in range(journals.LESSONS)
        for one in journals.groups(school)
        for student in one.students
        if student not in one.marked(number) and student not in one.absent(number)
    ]
    return [
        Save(
            key=(lesson, student),
            text=(text := VALUES[place % len(VALUES)]),
            person=teacher,
            path=f"/journal/lessons/{lesson}/students/{student}/cells/1/",
            fields={"text": text, "seen": ""},
        )
        for place, ((lesson, student), teacher) in enumerate(found[:count])
    ]


def check(ground, wanted, told):
    """Every acknowledged mark is there, none twice, and each with one fact."""
    assert len(told.acknowledged) == len(wanted)
    lessons = sorted({one.key[0] for one in wanted})
    rows = ground.ask(
        "SELECT lesson_id, student_id, array_agg(origin) FROM journal_mark"
        " WHERE id < %s AND lesson_id = ANY(%s) AND ended_at IS NULL GROUP BY 1, 2",
        GROWN,
        lessons,
    )
    there = {(lesson, student): values for lesson, student, values in rows}
    assert {cell: there.get(cell) for cell in told.acknowledged} == {
        cell: [text] for cell, text in told.acknowledged.items()
    }
    facts = ground.ask(
        "SELECT count(*), count(DISTINCT (payload->>'lesson_id', payload->>'student_id')) FROM kernel_entry"
        " WHERE kind = 'journal.mark_given' AND (payload->>'lesson_id')::bigint = ANY(%s)",
        lessons,
    )
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

    told = written_while(ground, wanted, ground.restart_database)
    assert told.answers.get(503)
    assert told.messages == {"База данных перезапускается"}
    assert set(told.answers) == {200, 503}
    check(ground, wanted, told)
