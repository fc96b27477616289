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
    candidates = [
        ((journal.lesson_id(number), student), journal.teacher_id)
        for number in range(journals.LESSONS)
        for journal in journals.groups(school)
        for student in journal.students
        if student not in journal.marked(number) and student not in journal.absent(number)
    ]
    return [
        Save(
            key=(lesson, student),
            text=(text := VALUES[place % len(VALUES)]),
            person=teacher,
            path=f"/journal/lessons/{lesson}/students/{student}/cells/1/",
            fields={"text": text, "seen": ""},
        )
        for place, ((lesson, student), teacher) in enumerate(candidates[:count])
    ]


def check(ground, wanted, told):
    """Every acknowledged mark is there, none twice, and each with one fact."""
    assert len(told.acknowledged) == len(wanted)
    lessons = sorted({save.key[0] for save in wanted})
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

    outcome = written_while(ground, wanted, *[kill] * KILLS)
    assert outcome.broken >= KILLS
    assert set(outcome.answers) <= {200, 503}
    check(ground, wanted, outcome)


def test_a_restarted_database_is_explained_and_loses_nothing(ground):
    wanted = cells(SAVES + 2_000)[SAVES:]

    outcome = written_while(ground, wanted, ground.restart_database)
    assert outcome.answers.get(503)
    assert outcome.messages == {"База данных перезапускается"}
    assert set(outcome.answers) == {200, 503}
    check(ground, wanted, outcome)
