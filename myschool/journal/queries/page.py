"""The journal's page: one JSON document that PostgreSQL builds and nobody touches on its way to the browser."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from myschool.journal import access
from myschool.journal.queries.declared import term_on
from myschool.journal.queries.lists import TermLink
from myschool.journal.queries.pieces import MARK_TEXT, SCALE, SCHEME, TERM, TOLD
from myschool.kernel.actors import Actor, Role
from myschool.kernel.prepared import Prepared
from myschool.kernel.statements import Statement
from myschool.schools.rules.terms import term_title


@dataclass(frozen=True, kw_only=True)
class Head:
    """What decides about a page before it is read: whose it is, whether the actor marks there, and its version.

    With a `lesson_id` the page is of that lesson only, as a substitute sees it.
    """

    group_id: int
    is_taught: bool
    is_led: bool
    version: int
    lesson_id: int | None = None

    def tag(self, day: date, term_id: int | None) -> str:
        """The ETag: it changes with this page, with the day and with the actor's rights, and with nothing else."""
        right = "m" if self.is_taught else "r"
        return f'"{self.group_id}.{self.lesson_id or 0}.{self.version}.{day:%y%m%d}.{term_id or 0}.{right}"'


def _actor(role: Role, person_id: int, school_id: int) -> Actor:
    return Actor(person_id=person_id, session_id=0, role=role, organisation_id=school_id)


def _heads(role: Role) -> Prepared:
    def build(group_id: int, person_id: int, school_id: int, day: date) -> QuerySet[Any, Any]:
        actor, this = _actor(role, person_id, school_id), OuterRef("pk")
        # What a teacher reads is what they mark or follow: two flags tell it, and the page needs them anyway.
        groups = access.groups_of_school(actor) if role == Role.TEACHER else access.groups_to_read(actor, day)
        return groups.filter(pk=group_id).values_list(
            "journalpage__version",
            Exists(access.groups_to_mark(actor, day).filter(pk=this)),
            Exists(access.groups_to_follow(actor, day).filter(pk=this)),
        )

    return Prepared(build, taught=int, person=int, school=int, day=date)


def _lesson_heads(lesson_id: int, person_id: int, school_id: int) -> QuerySet[Any, Any]:
    lessons = access.lessons_to_mark(_actor(Role.TEACHER, person_id, school_id))
    return lessons.filter(pk=lesson_id).values_list("teaching_group", "teaching_group__journalpage__version")


# Leaders and deputy heads read by the same rule, whichever of them is named here.
GOVERNING, TEACHING = _heads(Role.DEPUTY_HEAD), _heads(Role.TEACHER)
LESSON = Prepared(_lesson_heads, lesson=int, person=int, school=int)


def page_head(actor: Actor, group_id: int, day: date) -> Head | None:
    """The head of a group's page, if the actor may read it."""
    if actor.school_id is None:
        return None
    heads = TEACHING if actor.role == Role.TEACHER else GOVERNING
    rows = heads.rows(taught=group_id, person=actor.person_id, school=actor.school_id, day=day)
    head = (
        Head(group_id=group_id, is_taught=bool(rows[0][1]), is_led=bool(rows[0][2]), version=rows[0][0] or 0)
        if rows
        else None
    )
    if head and actor.role == Role.TEACHER and not (head.is_taught or head.is_led):
        return None
    return head


SHELL = f"""
SELECT head.marks, head.follows, taught.title AS group_title, subject.title AS subject_title,
       term.term_id AS id, term.number AS number, term.from_date AS from_date, scheme.kind AS kind
FROM ({{heads}}) head (version, marks, follows)
JOIN timetable_groups taught ON taught.teaching_group_id = %(group)s
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
LEFT JOIN schools_terms term ON term.term_scheme_id = ({SCHEME})
LEFT JOIN schools_term_schemes scheme ON scheme.term_scheme_id = term.term_scheme_id
ORDER BY term.number
"""  # noqa: S608 - made of constants


def _shells(heads: Prepared) -> Statement:
    return Statement(lambda: SHELL.format(heads=heads.statement))


GOVERNED_SHELL, TAUGHT_SHELL = _shells(GOVERNING), _shells(TEACHING)


class StudyTerm(NamedTuple):
    """A term as the shell has it."""

    id: int
    number: int
    from_date: date
    kind: str


@dataclass(frozen=True, kw_only=True)
class JournalShell:
    """What surrounds the grid: which group, which term, and where its data is.

    `group_text` is the id as text and `term` as addresses end in it, «?term=7»: a template takes long to write a number.
    """

    title: str
    group_id: int
    group_text: str
    terms: tuple[TermLink, ...]
    term: str


def journal_shell(actor: Actor, group_id: int, term_id: int | None, day: date) -> JournalShell | None:
    """The shell of a group's page, if the actor may read it: one statement, by the right that `page_head` asks."""
    if actor.school_id is None:
        return None
    is_teacher = actor.role == Role.TEACHER
    heads, statement = (TEACHING, TAUGHT_SHELL) if is_teacher else (GOVERNING, GOVERNED_SHELL)
    rows = statement.rows(
        {**heads.arguments(taught=group_id, person=actor.person_id, school=actor.school_id, day=day), "group": group_id}
    )
    if not rows or (is_teacher and not (rows[0].marks or rows[0].follows)):
        return None
    terms = [StudyTerm(row.id, row.number, row.from_date, row.kind) for row in rows if row.id is not None]
    current = next((term for term in terms if term.id == term_id), None) or term_on(terms, day)
    return JournalShell(
        title=f"{rows[0].subject_title}: {rows[0].group_title}",
        group_id=group_id,
        group_text=str(group_id),
        terms=tuple(TermLink(term.id, term_title(term.kind, term.number), term == current) for term in terms),
        term=f"?term={current.id}" if current else "",
    )


def lesson_head(actor: Actor, lesson_id: int) -> Head | None:
    """The head of the page of one lesson, if the actor may mark it."""
    if actor.role != Role.TEACHER or actor.school_id is None:
        return None
    rows = LESSON.rows(lesson=lesson_id, person=actor.person_id, school=actor.school_id)
    return (
        Head(group_id=rows[0][0], is_taught=True, is_led=False, version=rows[0][1] or 0, lesson_id=lesson_id)
        if rows
        else None
    )


DOCUMENT = f"""
WITH {TOLD}, {TERM},
lesson AS MATERIALIZED (
    SELECT lesson.lesson_id AS id, lesson.day, lesson.number, lesson.state, topic.text AS topic,
           CASE WHEN NOT %(marks)s OR span.closed OR lesson.state <> 'held' OR lesson.day > %(day)s THEN 0
                WHEN told.window_days IS NULL OR %(day)s <= lesson.day + told.window_days
                  OR EXISTS (SELECT 1 FROM journal_unlockrequest unlocked WHERE unlocked.lesson_id = lesson.lesson_id
                             AND unlocked.state = 'granted' AND unlocked.to_date > %(day)s) THEN 1
                ELSE 2 END AS open,
           (SELECT json_agg(json_build_array(work.position, kind.short, work.weight::float8, coalesce(nullif(work.title, ''),
                                             kind.title), kind.is_control::int) ORDER BY work.position)
            FROM journal_work work JOIN journal_workkind kind ON kind.id = work.kind_id
            WHERE work.lesson_id = lesson.lesson_id) AS works
    FROM timetable_lessons lesson CROSS JOIN span CROSS JOIN told
    LEFT JOIN journal_lessontopic topic ON topic.lesson_id = lesson.lesson_id
    WHERE lesson.teaching_group_id = %(group)s AND lesson.state <> 'dropped'
      AND lesson.day >= span.from_date AND lesson.day < span.to_date
      AND (%(lesson)s::bigint IS NULL OR lesson.lesson_id = %(lesson)s)
),
member AS MATERIALIZED (
    SELECT person.person_id AS id, person.last_name || ' ' || person.first_name AS name, person.sort_key,
           listed.from_date, listed.to_date
    FROM timetable_members(%(group)s, (SELECT from_date FROM span), (SELECT to_date FROM span)) listed
    -- Nobody knows how many members there will be: without the fence every person of the country is read for thirty.
    CROSS JOIN LATERAL (SELECT * FROM people_names WHERE person_id = listed.student_id OFFSET 0) person
),
noted AS MATERIALIZED (
    SELECT attendance.id, attendance.lesson_id, attendance.student_id, 1::smallint AS position,
           code.code || coalesce(nullif(attendance.minutes, 0)::text, '') AS text
    FROM journal_attendance attendance JOIN journal_attendancecode code ON code.id = attendance.code_id
    WHERE attendance.teaching_group_id = %(group)s AND attendance.ended_at IS NULL
      AND attendance.day >= (SELECT from_date FROM span) AND attendance.day < (SELECT to_date FROM span)
      AND (%(lesson)s::bigint IS NULL OR attendance.lesson_id = %(lesson)s)
),
cell AS (
    SELECT mark.student_id, mark.lesson_id, mark.position, max(mark.id) AS id,
           string_agg({MARK_TEXT}, '/' ORDER BY mark.part) AS text, max(mark.due) AS due, max(mark.comment) AS comment
    FROM journal_mark mark
    WHERE mark.teaching_group_id = %(group)s AND mark.ended_at IS NULL
      AND mark.day >= (SELECT from_date FROM span) AND mark.day < (SELECT to_date FROM span)
      AND (%(lesson)s::bigint IS NULL OR mark.lesson_id = %(lesson)s)
    GROUP BY mark.student_id, mark.lesson_id, mark.position
),
standing AS (
    SELECT average.student_id, average.average, average.proposed, average.elsewhere
    FROM told CROSS JOIN span CROSS JOIN (SELECT array_agg(id) AS ids FROM member) listed
    CROSS JOIN LATERAL journal_averages(listed.ids, told.subject_id, span.from_date, span.to_date, %(day)s, told.id) average
    WHERE %(lesson)s::bigint IS NULL
)
SELECT json_build_object(
    'version', coalesce(told.version, 0), 'day', %(day)s::date,
    'group', json_build_object('id', told.id, 'title', told.title, 'subject', told.subject),
    'term', json_build_object('id', span.term_id, 'number', span.number, 'kind', span.kind, 'from', span.from_date,
                              'last', span.to_date - 1, 'closed', span.closed),
    'scale', {SCALE},
    'codes', (SELECT coalesce(json_agg(json_build_array(code, meaning, title) ORDER BY position), '[]')
              FROM journal_attendancecode WHERE region_id = told.region_id),
    'bounds', (SELECT bounds::text[] FROM journal_final_rule(told.school_id, least(%(day)s, span.to_date - 1))),
    'work', (SELECT json_build_array(kind.short, kind.weight::float8, kind.title,
                    (SELECT coalesce(json_agg(json_build_array(changed.from_date, changed.weight::float8) ORDER BY changed.from_date),
                                     '[]') FROM journal_kindweight changed
                     WHERE changed.kind_id = kind.id AND changed.from_date < span.to_date))
             FROM journal_workkind kind
             WHERE kind.school_id = told.school_id AND kind.is_default),
    'lessons', (SELECT coalesce(json_agg(json_build_array(id, day, number, state, open, coalesce(topic, ''),
                    coalesce(works, '[]')) ORDER BY day, number), '[]') FROM lesson),
    'students', (SELECT coalesce(json_agg(json_build_array(id, name, nullif(from_date, span.from_date),
                    nullif(to_date, span.to_date)) ORDER BY sort_key, id), '[]') FROM member),
    'cells', (SELECT coalesce(json_agg(json_build_array(
                    coalesce(cell.student_id, noted.student_id), coalesce(cell.lesson_id, noted.lesson_id),
                    coalesce(cell.position, 1), concat_ws('.', coalesce(cell.id, 0), noted.id),
                    concat_ws(' ', noted.text, cell.text),
                    CASE WHEN cell.due IS NULL AND coalesce(cell.comment, '') = '' THEN NULL
                         ELSE json_build_object('due', cell.due, 'comment', cell.comment) END)), '[]')
              FROM cell FULL JOIN noted USING (student_id, lesson_id, position)),
    'averages', (SELECT coalesce(json_agg(json_build_array(student_id, average, proposed)), '[]') FROM standing),
    'elsewhere', (SELECT coalesce(json_agg(json_build_array(student_id, elsewhere)), '[]') FROM standing
                  WHERE elsewhere IS NOT NULL),
    'finals', (SELECT coalesce(json_agg(json_build_array(student_id,
                    journal_written(state, origin))), '[]')
               FROM journal_termmark WHERE teaching_group_id = %(group)s AND term_id = span.term_id AND ended_at IS NULL
                 AND %(lesson)s::bigint IS NULL),
    'remarks', (SELECT coalesce(json_agg(json_build_array(student_id, lesson_id, count)), '[]') FROM (
                    SELECT remark.student_id, remark.lesson_id, count(*) AS count FROM journal_remark remark
                    JOIN lesson ON lesson.id = remark.lesson_id WHERE remark.withdrawn_at IS NULL
                    GROUP BY 1, 2) remarks)
)::text
FROM told CROSS JOIN span
"""  # noqa: S608 - made of constants
PAGE = Statement(DOCUMENT)


def page_document(head: Head, term_id: int | None, day: date) -> bytes:
    """The page as JSON: lessons, students, cells and averages of a term, by default the one that runs on the day.

    Its shape is told in docs/howto/journal-page.md.
    """
    ((document,),) = PAGE.rows(
        {
            "group": head.group_id,
            "term": term_id,
            "term_day": day,
            "day": day,
            "marks": head.is_taught,
            "lesson": head.lesson_id,
        }
    )
    return str(document).encode()


STUDENTS = Statement(f"""
WITH {TOLD}, {TERM}
SELECT listed.student_id FROM span CROSS JOIN LATERAL timetable_members(%(group)s, span.from_date, span.to_date) listed
""")  # noqa: S608 - made of constants


# Who is in the group today is its teacher's own.
LEFT = Statement(f"""
{STUDENTS.text}
EXCEPT SELECT present.student_id FROM timetable_members(%(group)s, %(day)s::date, %(day)s::date + 1) present
""")  # noqa: S608 - made of constants


def students_on_page(group_id: int, term_id: int | None, day: date) -> list[int]:
    """Whom the page of a term shows, those too who have left the group since."""
    params = {"group": group_id, "term": term_id, "term_day": day, "day": day}
    return [student for (student,) in STUDENTS.rows(params)]


def students_who_left(group_id: int, term_id: int | None, day: date) -> list[int]:
    """Those of them who are not in the group on the day."""
    params = {"group": group_id, "term": term_id, "term_day": day, "day": day}
    return [student for (student,) in LEFT.rows(params)]


@dataclass(frozen=True)
class PrintedColumn:
    """A lesson or a further work of it, on paper."""

    day: str
    work: str
    topic: str
    lesson: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class PrintedPage:
    """A group's page on paper: marks on the left, topics on the right; it needs no script."""

    title: str
    term: str
    columns: list[PrintedColumn]
    rows: list[tuple[str, list[str], str, str]]
    topics: list[tuple[str, str]]
    student_ids: list[int]


def printed_page(head: Head, term_id: int | None, day: date) -> PrintedPage:
    """The same document, laid out for paper."""
    document = json.loads(page_document(head, term_id, day))
    columns, written = [], {lesson for _, lesson, *_ in document["cells"]}
    for lesson, lesson_day, _, state, _, topic, works in document["lessons"]:
        day_month = f"{lesson_day[8:]}.{lesson_day[5:7]}"
        # A cancelled lesson has no column, unless it holds marks: they count, so they are shown.
        if state == "cancelled" and lesson not in written:
            continue
        if not any(position == 1 for position, *_ in works):
            columns.append(PrintedColumn(day_month, "", topic, (lesson, 1)))
        columns += [PrintedColumn(day_month, short, topic, (lesson, position)) for position, short, *_ in works]
    cells = {(student, lesson, position): text for student, lesson, position, _, text, _ in document["cells"]}
    averages = {student: shown for student, shown, _ in document["averages"]}
    finals = dict(document["finals"])
    topics = {column.lesson[0]: (column.day, column.topic) for column in columns}
    return PrintedPage(
        title=f"{document['group']['subject']}: {document['group']['title']}",
        term=f"{_dotted(document['term']['from'])} — {_dotted(document['term']['last'])}",
        columns=columns,
        rows=[
            (
                name,
                [cells.get((student, *column.lesson), "") for column in columns],
                averages.get(student, "—"),
                finals.get(student, ""),
            )
            for student, name, *_ in document["students"]
        ],
        topics=list(topics.values()),
        student_ids=[student for student, *_ in document["students"]],
    )


def _dotted(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"
