"""One cell: all that decides whether it may be written, what it holds, and how it came to hold that."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from myschool.journal import access
from myschool.journal.models import JournalRules
from myschool.journal.queries.declared import Declared
from myschool.journal.queries.pieces import MARK_TEXT, TERM, TOLD
from myschool.journal.rules import attendance, cells, marks, scales, windows
from myschool.kernel.actors import Actor, Role
from myschool.kernel.prepared import Prepared
from myschool.kernel.statements import Statement
from myschool.kernel.text import moment_in_words
from myschool.people.models import Person
from myschool.people.rules.names import short_name
from myschool.timetable.models import Lesson


def _markable(lesson_id: int, person_id: int, school_id: int) -> QuerySet[Any, Any]:
    actor = Actor(person_id=person_id, session_id=0, role=Role.TEACHER, organisation_id=school_id)
    return access.lessons_to_mark(actor).filter(pk=lesson_id).values("pk")


MARKABLE = Prepared(_markable, lesson=int, person=int, school=int)


@dataclass(frozen=True)
class Live:
    """A row of the cell that counts: what is held in one part of it."""

    id: int
    part: int
    held: marks.MarkValue | marks.Debt | marks.NoMark
    comment: str


@dataclass(frozen=True)
class Paper:
    """An accepted paper about the student's absence on the lesson's day, and what it says of it."""

    id: int
    meaning: attendance.Meaning


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A cell as it stands, with all that its writing is judged by.

    `seen` names this very state of the cell. `other_day` says that the student is in the group, but on other days.
    """

    lesson_id: int
    student_id: int
    position: int
    day: date
    today: date
    group_id: int
    school_id: int
    subject_id: int
    term_id: int | None
    term_from: date
    term_to: date
    term_closed: bool
    is_member: bool
    other_day: bool
    scale: scales.Scale
    codes: dict[str, attendance.Meaning]
    code_ids: dict[str, int]
    window_days: int | None
    marks_when_absent: bool
    unlocked_to: date | None
    unlock_reason: str
    next_lesson: date | None
    has_work: bool
    live: tuple[Live, ...]
    attendance_id: int | None
    code: str
    minutes: int
    version: int
    paper: Paper | None

    @property
    def cell(self) -> cells.Cell:
        """What the cell holds."""
        return cells.Cell(self.code, self.minutes, tuple(row.held for row in self.live))

    @property
    def seen(self) -> str:
        """The state's name: the newest rows it is made of."""
        return seen_of([row.id for row in self.live], self.attendance_id)

    @property
    def closed_because(self) -> windows.Closed | None:
        """Why the cell cannot be changed today; None while it can."""
        return windows.closed_because(
            self.day,
            self.today,
            window_days=self.window_days,
            term_closed=self.term_closed,
            unlocked_to_date=self.unlocked_to,
        )

    @property
    def comment(self) -> str:
        """What the teacher has written beside the mark."""
        return max((row.comment for row in self.live), default="")


def seen_of(mark_ids: list[int], attendance_id: int | None) -> str:
    """A state of a cell by its rows' ids; the page's document names it the same way."""
    if not mark_ids and attendance_id is None:
        return ""
    return f"{max(mark_ids, default=0)}" + ("" if attendance_id is None else f".{attendance_id}")


def _of_this(piece: str) -> str:
    """A piece of the page's statement, about the group and the term of this lesson."""
    for name, value in {
        "%(group)s": "(SELECT teaching_group_id FROM this)",
        "%(term_day)s": "(SELECT day FROM this)",
        "%(day)s": "(SELECT today FROM this)",
        "%(term)s": "NULL",
    }.items():
        piece = piece.replace(name, value)
    return piece.replace("{", "{{").replace("}", "}}")


STANDING = f"""
WITH this AS MATERIALIZED (
    SELECT lesson.lesson_id AS id, lesson.day, lesson.teaching_group_id,
           (%(now)s::timestamptz AT TIME ZONE school.time_zone)::date AS today
    FROM timetable_lessons lesson JOIN schools_schools school ON school.school_id = lesson.school_id
    WHERE lesson.lesson_id IN ({{allowed}})
), {_of_this(TOLD)}, {_of_this(TERM)}
SELECT this.day, this.today, told.id AS group_id, told.school_id, told.subject_id, span.term_id, span.from_date, span.to_date,
       span.closed,
       EXISTS (SELECT 1 FROM timetable_members(told.id, this.day, this.day + 1) WHERE student_id = %(student)s) AS is_member,
       EXISTS (SELECT 1 FROM timetable_members(told.id, told.year_from, told.year_to)
               WHERE student_id = %(student)s) AS other_day,
       told.scale, told.lowest, told.five, told.four, told.three, told.window_days, told.marks_when_absent,
       (SELECT json_agg(json_build_array(code, meaning, id) ORDER BY position) FROM journal_attendancecode
        WHERE region_id = told.region_id) AS codes,
       unlocked.to_date AS unlocked_to, unlocked.reason AS unlock_reason,
       (SELECT min(day) FROM timetable_lessons later WHERE later.teaching_group_id = told.id AND later.state = 'held'
          AND later.day > greatest(this.day, this.today)) AS next_lesson,
       %(position)s = 1 OR EXISTS (SELECT 1 FROM journal_work WHERE lesson_id = this.id AND position = %(position)s)
           AS has_work,
       (SELECT json_agg(json_build_array(mark.id, mark.part, mark.state, mark.origin, mark.five, mark.due, mark.comment)
                        ORDER BY mark.part)
        FROM journal_mark mark WHERE mark.lesson_id = this.id AND mark.day = this.day AND mark.student_id = %(student)s
          AND mark.position = %(position)s AND mark.ended_at IS NULL) AS live,
       noted.id AS attendance_id, code.code, noted.minutes, coalesce(told.version, 0) AS version, paper.id AS paper_id,
       paper.meaning AS paper_meaning
FROM this CROSS JOIN told CROSS JOIN span
LEFT JOIN LATERAL (SELECT to_date, reason FROM journal_unlockrequest WHERE lesson_id = this.id AND state = 'granted'
                   ORDER BY to_date DESC LIMIT 1) unlocked ON true
LEFT JOIN journal_attendance noted ON %(position)s = 1 AND noted.lesson_id = this.id AND noted.day = this.day
     AND noted.student_id = %(student)s AND noted.ended_at IS NULL
LEFT JOIN journal_attendancecode code ON code.id = noted.code_id
LEFT JOIN LATERAL (SELECT id, meaning FROM journal_absencenote
                   WHERE student_id = %(student)s AND school_id = told.school_id AND state = 'accepted'
                     AND kernel_lasts(from_date, to_date, this.day)
                   ORDER BY decided_at DESC LIMIT 1) paper ON %(position)s = 1
"""  # noqa: S608 - made of constants
CELL = Statement(lambda: STANDING.format(allowed=MARKABLE.statement))
LAST = Statement("""
SELECT person.last_name, person.first_name, person.patronymic, written.at FROM (
    SELECT coalesce(ended_by_id, given_by_id) AS by_id, coalesce(ended_at, given_at) AS at FROM journal_mark
    WHERE lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s AND position = %(position)s
    UNION ALL
    SELECT given_by_id, given_at FROM journal_mark
    WHERE lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s AND position = %(position)s
    UNION ALL
    SELECT coalesce(ended_by_id, given_by_id), coalesce(ended_at, given_at) FROM journal_attendance
    WHERE %(position)s = 1 AND lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s
    UNION ALL
    SELECT given_by_id, given_at FROM journal_attendance
    WHERE %(position)s = 1 AND lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s) written
JOIN people_names person ON person.person_id = written.by_id ORDER BY written.at DESC LIMIT 1
""")
# Every moment at which something of the cell began or ended, with what it held from then on.
HISTORY = Statement(f"""
WITH mark AS (
    SELECT * FROM journal_mark
    WHERE lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s AND position = %(position)s
), noted AS (
    SELECT attendance.*, code.code || coalesce(nullif(attendance.minutes, 0)::text, '') AS text
    FROM journal_attendance attendance JOIN journal_attendancecode code ON code.id = attendance.code_id
    WHERE %(position)s = 1 AND lesson_id = %(lesson)s AND day = %(day)s AND student_id = %(student)s
), moment AS (
    SELECT at, max(by_id) AS by_id, max(reason) AS reason FROM (
        SELECT given_at AS at, given_by_id AS by_id, '' AS reason FROM mark
        UNION ALL SELECT ended_at, ended_by_id, end_reason FROM mark WHERE ended_at IS NOT NULL
        UNION ALL SELECT given_at, given_by_id, '' FROM noted
        UNION ALL SELECT ended_at, ended_by_id, '' FROM noted WHERE ended_at IS NOT NULL) turns
    GROUP BY at
)
SELECT moment.at, person.last_name, person.first_name, person.patronymic,
       concat_ws(' ',
           (SELECT max(noted.text) FROM noted WHERE noted.given_at <= moment.at
              AND (noted.ended_at IS NULL OR noted.ended_at > moment.at)),
           (SELECT string_agg({MARK_TEXT}, '/' ORDER BY mark.part) FROM mark WHERE mark.given_at <= moment.at
              AND (mark.ended_at IS NULL OR mark.ended_at > moment.at))) AS text,
       moment.reason
FROM moment JOIN people_names person ON person.person_id = moment.by_id ORDER BY moment.at
""")  # noqa: S608 - made of constants


def standing(actor: Actor, lesson_id: int, student_id: int, position: int, at: datetime) -> Standing | None:
    """The cell of a lesson the actor may mark; None where they may not, or where there is no such student in the group."""
    if actor.role != Role.TEACHER or actor.school_id is None:
        return None
    row = CELL.row(
        {
            **MARKABLE.arguments(lesson=lesson_id, person=actor.person_id, school=actor.school_id),
            "student": student_id,
            "position": position,
            "now": at,
        }
    )
    cell_state = _read(row, lesson_id, student_id, position) if row else None
    return cell_state if cell_state and (cell_state.is_member or cell_state.other_day) else None


def _read(row: Any, lesson_id: int, student_id: int, position: int) -> Standing:
    own = JournalRules(scale=row.scale, lowest_mark=row.lowest, five=row.five, four=row.four, three=row.three)
    return Standing(
        lesson_id=lesson_id,
        student_id=student_id,
        position=position,
        day=row.day,
        today=row.today,
        group_id=row.group_id,
        school_id=row.school_id,
        subject_id=row.subject_id,
        term_id=row.term_id,
        term_from=row.from_date,
        term_to=row.to_date,
        term_closed=row.closed,
        is_member=row.is_member,
        other_day=row.other_day,
        scale=Declared(own, ()).scale(),
        codes={code: attendance.Meaning(meaning) for code, meaning, _ in row.codes or ()},
        code_ids={code: code_id for code, _, code_id in row.codes or ()},
        window_days=row.window_days,
        marks_when_absent=row.marks_when_absent,
        unlocked_to=row.unlocked_to,
        unlock_reason=row.unlock_reason or "",
        next_lesson=row.next_lesson,
        has_work=row.has_work,
        live=tuple(_live(part) for part in row.live or ()),
        attendance_id=row.attendance_id,
        code=row.code or "",
        minutes=row.minutes or 0,
        paper=Paper(row.paper_id, attendance.Meaning(row.paper_meaning)) if row.paper_id else None,
        version=row.version,
    )


def _live(part: list[Any]) -> Live:
    row_id, number, state, origin, five, due, comment = part
    mark: marks.MarkValue | marks.Debt | marks.NoMark
    match state:
        case "marked":
            mark = marks.MarkValue(origin, five)
        case "debt":
            mark = marks.Debt(date.fromisoformat(due))
        case _:
            mark = marks.NoMark(state)
    return Live(row_id, number, mark, comment)


@dataclass(frozen=True)
class LastHand:
    """Who wrote a cell last, and when by the school's clocks."""

    name: str
    time: str


def last_hand(of: Standing, zone: str) -> LastHand | None:
    """Whose the present state of a cell is; None if nobody has ever written it."""
    row = LAST.row({"lesson": of.lesson_id, "day": of.day, "student": of.student_id, "position": of.position})
    if row is None:
        return None
    name = short_name(row.last_name, row.first_name, row.patronymic)
    return LastHand(name, f"{row.at.astimezone(ZoneInfo(zone)):%H:%M}")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of a cell: what it came to hold, or that it was cleared."""

    text: str
    was: str
    name: str
    moment: str
    reason: str


@dataclass(frozen=True)
class CellHistory:
    """How a cell came to hold what it holds, the newest first."""

    steps: list[Step]


def cell_history(lesson: Lesson, student: Person, position: int) -> CellHistory:
    """Every change of a cell, of attendance too, by whom and when; from rows that are never overwritten."""
    zone = ZoneInfo(lesson.school.time_zone)
    steps, was = [], ""
    for row in HISTORY.rows({"lesson": lesson.pk, "day": lesson.day, "student": student.pk, "position": position}):
        steps.append(
            Step(
                text=row.text or "",
                was=was,
                name=short_name(row.last_name, row.first_name, row.patronymic),
                moment=moment_in_words(row.at, zone),
                reason=row.reason or "",
            )
        )
        was = row.text or ""
    return CellHistory(steps[::-1])
