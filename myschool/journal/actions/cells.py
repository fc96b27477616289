"""Writing the journal's cells: marks, debts, releases and attendance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NoReturn

from django.db import IntegrityError

from myschool.journal import facts
from myschool.journal.queries.averages import average_shown
from myschool.journal.queries.cells import Live, Standing, last_hand, seen_of
from myschool.journal.queries.cells import standing as cell_standing
from myschool.journal.rules import attendance, cells, marks, scales
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.statements import Statement

A_WEEK = timedelta(days=7)
A_YEAR = timedelta(days=366)


class CellUnfit(Refusal):
    """What was typed is no content of a cell, or this cell cannot hold it."""

    status = 422


class NotInGroupThatDay(Refusal):
    """The student was not in the group on the lesson's day."""

    status = 422


class CellIsClosed(Refusal):
    """The lesson's window is over, its term is closed, or it has not been held yet."""

    status = 423


class CellChanged(Refusal):
    """Somebody else has written the cell since it was shown; both values are in the details."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class SavedCell:
    """The cell as it stands after saving, with the student's average of the term as it is shown and what comes of it.

    `version` is the page's.
    """

    seen: str
    text: str
    due: date | None
    comment: str
    average: str
    proposed: str
    version: int


@dataclass(frozen=True)
class _Part:
    """One part of the cell to be written."""

    part: int
    held: marks.MarkValue | marks.Debt | marks.NoMark
    comment: str

    @property
    def origin(self) -> str:
        return self.held.origin if isinstance(self.held, marks.MarkValue) else ""

    @property
    def five(self) -> int | None:
        return self.held.five if isinstance(self.held, marks.MarkValue) else None

    @property
    def due(self) -> date | None:
        return self.held.due if isinstance(self.held, marks.Debt) else None


def save_cell(
    *,
    standing: Standing,
    text: str,
    seen: str,
    due: date | None,
    comment: str | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> SavedCell:
    """Make the text the whole content of a cell that the teacher saw in the state `seen`; empty text clears it.

    `due` is the day of a debt, by default the group's next lesson; `comment` None leaves the words beside the mark.
    What is there already is not written again, so a request that comes twice changes nothing. The rows and the facts
    are one statement, which is its own transaction; the average is read after it, by the one reading.

    Raises:
        CellUnfit: no such mark, code or work; or a mark where the school allows none.
        NotInGroupThatDay: the student was elsewhere on the lesson's day.
        CellIsClosed: the window is over, the term closed, the lesson not held yet.
        CellChanged: the cell is not in the state `seen`.
    """
    _check_open(standing)
    wanted = _wanted(standing, text, due)
    words = standing.comment if comment is None else comment
    parts = [
        _Part(part, mark, words if part == 1 else "")
        for part, mark in enumerate(wanted.works, start=1)
        if mark is not None
    ]
    there = {(row.part, row.held, row.comment) for row in standing.live}
    new_parts = [row for row in parts if (row.part, row.held, row.comment) not in there]
    stays = {(row.part, row.held, row.comment) for row in parts}
    ended = [row for row in standing.live if (row.part, row.held, row.comment) not in stays]
    notes = (wanted.code, wanted.minutes) != (standing.code, standing.minutes)
    if not new_parts and not ended and not notes:
        return _unchanged(standing)
    if seen != standing.seen:
        _refuse(standing, wanted.text, by)
    try:
        return _written(standing, wanted, new_parts, ended, notes, reason or standing.unlock_reason, by, at)
    except IntegrityError:
        # A race was lost: what is there now is not what was read a moment ago.
        now = cell_standing(by, standing.lesson_id, standing.student_id, standing.position, at)
        _refuse(now or standing, wanted.text, by)


def _check_open(standing: Standing) -> None:
    if not standing.is_member:
        raise NotInGroupThatDay("В день урока этот ученик не был в группе.")
    if closed := standing.closed_because:
        raise CellIsClosed(closed.words, details={"unlock": closed.may_be_asked})
    if not standing.has_work:
        raise CellUnfit("Такой работы на этом уроке нет. Обновите страницу.")


def _wanted(standing: Standing, text: str, due: date | None) -> cells.Cell:
    if due is not None and not standing.day <= due <= standing.day + A_YEAR:
        raise CellUnfit("Срок долга — от дня урока и не дальше года.")
    owed = next((row.held.due for row in standing.live if isinstance(row.held, marks.Debt)), None)
    due = due or owed or standing.next_lesson or max(standing.day, standing.today) + A_WEEK
    codes = standing.codes if standing.position == 1 else {}
    try:
        wanted = cells.parsed_cell(text, standing.scale, codes, due)
    except scales.UnfitMark as unfit:
        raise CellUnfit(str(unfit)) from None
    meaning = codes.get(wanted.code)
    if standing.paper and meaning in attendance.EXPLAINABLE:
        # The family has said why before the teacher saw the empty seat.
        wanted = replace(wanted, code=_code_of(standing.paper.meaning, codes, wanted.code))
        meaning = codes[wanted.code]
    if fault := marks.absence_fault(wanted.works, meaning, marks_when_absent=standing.marks_when_absent):
        raise CellUnfit(fault)
    return wanted


def _code_of(meaning: attendance.Meaning, codes: Mapping[str, attendance.Meaning], otherwise: str) -> str:
    """The region's first code of this meaning."""
    return next((code for code, each in codes.items() if each == meaning), otherwise)


def _refuse(standing: Standing, mine: str, by: Actor) -> NoReturn:
    hand = last_hand(standing, by.time_zone)
    theirs = standing.cell.text
    who = f"{hand.name} в {hand.time}" if hand else "Кто-то"
    raise CellChanged(
        f"Пока вы писали, клетку изменили ({who}): теперь там «{theirs}», а у вас «{mine}»."
        if theirs
        else f"Пока вы писали, клетку очистили ({who}), а у вас «{mine}».",
        details={
            "theirs": theirs,
            "mine": mine,
            "by": hand.name if hand else "",
            "at": hand.time if hand else "",
            "seen": standing.seen,
        },
    )


# The page's row is locked first: two writers of one page take turns, and a closed term lets nobody write. Whoever
# comes second finds rows ended that they meant to end, and everything they wrote is undone.
SAVE = f"""
WITH page AS (
    INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
    VALUES (%(group)s, 1, '{{}}')
    ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1
    WHERE NOT coalesce(%(term)s::bigint = ANY(page.closed_terms), false)
    RETURNING version
),
ended AS (
    UPDATE journal_mark SET ended_at = %(at)s, ended_by_id = %(by)s, end_reason = %(reason)s
    WHERE day = %(day)s AND id = ANY(%(ended)s::bigint[]) AND ended_at IS NULL AND EXISTS (SELECT 1 FROM page)
    RETURNING id
),
unnoted AS (
    UPDATE journal_attendance SET ended_at = %(at)s, ended_by_id = %(by)s
    WHERE day = %(day)s AND id = ANY(%(unnoted)s::bigint[]) AND ended_at IS NULL AND EXISTS (SELECT 1 FROM page)
    RETURNING id
),
gate AS (
    SELECT journal_all_ended((SELECT count(*) FROM ended) = cardinality(%(ended)s::bigint[])
                         AND (SELECT count(*) FROM unnoted) = cardinality(%(unnoted)s::bigint[])) AS open FROM page
),
given AS (
    INSERT INTO journal_mark (day, teaching_group_id, lesson_id, student_id, position, part, state, origin, five, due,
                              comment, given_by_id, given_at, end_reason)
    SELECT %(day)s, %(group)s, %(lesson)s, %(student)s, %(position)s, part, state, origin, five, due, comment, %(by)s,
           %(at)s, ''
    FROM unnest(%(parts)s::smallint[], %(states)s::text[], %(origins)s::text[], %(fives)s::smallint[],
                %(dues)s::date[], %(comments)s::text[]) AS row (part, state, origin, five, due, comment), gate
    WHERE gate.open
    RETURNING id
),
noted AS (
    INSERT INTO journal_attendance (day, teaching_group_id, lesson_id, student_id, code_id, minutes, note_id, given_by_id,
                                    given_at)
    SELECT %(day)s, %(group)s, %(lesson)s, %(student)s, code, %(minutes)s, %(paper)s, %(by)s, %(at)s
    FROM unnest(%(codes)s::bigint[]) AS code, gate WHERE gate.open
    RETURNING id
),
entry AS ({chronicle.ENTRIES} WHERE (SELECT open FROM gate))
SELECT page.version, (SELECT max(id) FROM given), (SELECT id FROM noted) FROM page, gate WHERE gate.open
"""  # noqa: S608 - made of constants
SAVED = Statement(SAVE)


def _unchanged(standing: Standing) -> SavedCell:
    return _saved(standing, standing.cell, standing.comment, standing.seen, standing.version)


def _written(
    standing: Standing,
    wanted: cells.Cell,
    given: list[_Part],
    ended: list[Live],
    notes: bool,  # noqa: FBT001 - told by its name at the only call
    reason: str,
    by: Actor,
    at: datetime,
) -> SavedCell:
    unnoted = [standing.attendance_id] if notes and standing.attendance_id is not None else []
    new_facts = _facts(standing, wanted, given, ended, notes, by, at)
    row = SAVED.row(
        {
            **chronicle.entries(new_facts),
            "group": standing.group_id,
            "term": standing.term_id,
            "lesson": standing.lesson_id,
            "student": standing.student_id,
            "position": standing.position,
            "day": standing.day,
            "by": by.person_id,
            "at": at,
            "reason": reason,
            "ended": [row.id for row in ended],
            "unnoted": unnoted,
            "parts": [row.part for row in given],
            "states": [marks.state_of(row.held).value for row in given],
            "origins": [row.origin for row in given],
            "fives": [row.five for row in given],
            "dues": [row.due for row in given],
            "comments": [row.comment for row in given],
            "codes": [standing.code_ids[wanted.code]] if notes and wanted.code else [],
            "minutes": wanted.minutes,
            "paper": _paper_id(standing, wanted.code),
        }
    )
    if row is None:
        raise CellIsClosed("Период только что закрыли, отметки в нём не меняются.", details={"unlock": False})
    version, mark_id, attendance_id = row
    stays = [row.id for row in standing.live if row not in ended] + ([mark_id] if mark_id else [])
    state = seen_of(stays, attendance_id if notes else standing.attendance_id)
    words = next((row.comment for row in given if row.part == 1), standing.comment if wanted.works else "")
    return _saved(standing, wanted, words, state, version)


def _paper_id(standing: Standing, code: str) -> int | None:
    """The paper that explains the absence, where the code is what the paper says."""
    paper = standing.paper
    return paper.id if paper and standing.codes.get(code) == paper.meaning else None


def _saved(standing: Standing, cell: cells.Cell, comment: str, seen: str, version: int) -> SavedCell:
    due = next((mark.due for mark in cell.works if isinstance(mark, marks.Debt)), None)
    average, proposed = average_shown(
        standing.student_id, standing.subject_id, standing.term_from, standing.term_to, standing.today
    )
    return SavedCell(
        seen=seen, text=cell.text, due=due, comment=comment, average=average, proposed=proposed, version=version
    )


def _facts(
    standing: Standing,
    wanted: cells.Cell,
    given: list[_Part],
    ended: list[Live],
    notes: bool,  # noqa: FBT001 - told by its name at the only call
    by: Actor,
    at: datetime,
) -> list[chronicle.Fact]:
    stamp, new_facts = by.stamp(at), list[chronicle.Fact]()
    if given or ended:
        old, new = cells.Cell(works=standing.cell.works).text, cells.Cell(works=wanted.works).text
        kind = facts.MarkGiven if not old else facts.MarkChanged if new else facts.MarkWithdrawn
        new_facts.append(
            kind(
                teaching_group_id=standing.group_id,
                lesson_id=standing.lesson_id,
                student_id=standing.student_id,
                position=standing.position,
                old=old,
                new=new,
                **stamp,
            )
        )
    if notes:
        new_facts.append(
            facts.AttendanceNoted(
                teaching_group_id=standing.group_id,
                lesson_id=standing.lesson_id,
                student_id=standing.student_id,
                old=cells.Cell(standing.code, standing.minutes).text,
                new=cells.Cell(wanted.code, wanted.minutes).text,
                **stamp,
            )
        )
    return new_facts
