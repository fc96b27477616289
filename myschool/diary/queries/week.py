"""A student's week: lessons, marks, absences, homework; as a page and as one JSON document."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from myschool.diary import access
from myschool.homework.queries import DueHomework, homework_due_to
from myschool.kernel.actors import Actor, Role
from myschool.kernel.prepared import Prepared
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, weekday_name
from myschool.timetable.models import Lesson
from myschool.timetable.queries.week import LessonOnView, lessons_of_students, monday_of

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)


def _allowed(role: Role) -> Prepared:
    def build(person_id: int, day: date) -> QuerySet[Any, Any]:
        return access.students_to_follow(Actor(person_id=person_id, session_id=0, role=role), day).values("pk")

    return Prepared(build, person=int, actors_day=date)


ALLOWED = {Role.STUDENT: _allowed(Role.STUDENT), Role.GUARDIAN: _allowed(Role.GUARDIAN)}
HEAD = """
SELECT person.person_id, person.last_name, person.first_name, school.school_id, school.time_zone, organisation.short_name,
       (%(now)s::timestamptz AT TIME ZONE coalesce(school.time_zone, 'Europe/Moscow'))::date AS today,
       school_class.title AS school_class,
       EXISTS (SELECT 1 FROM journal_acknowledgements seen WHERE seen.student_id = person.person_id AND seen.monday = %(monday)s
               AND seen.guardian_id = %(person)s) AS is_acknowledged,
       (SELECT holiday.title FROM schools_holidays holiday WHERE holiday.school_id = school.school_id
          AND holiday.from_date <= %(monday)s + 4 AND holiday.to_date > %(monday)s
          AND (holiday.up_to_level IS NULL OR holiday.up_to_level >= school_class.level)
        ORDER BY holiday.from_date LIMIT 1) AS holiday
FROM people_names person
LEFT JOIN LATERAL enrolment_place_near(person.person_id, %(monday)s + 6) place ON true
LEFT JOIN schools_schools school ON school.school_id = place.school_id
LEFT JOIN schools_organisations organisation ON organisation.organisation_id = school.school_id
LEFT JOIN schools_classes school_class ON school_class.school_class_id = place.school_class_id
WHERE person.person_id = %(student)s AND person.person_id IN ({allowed})
"""


def _with_leave(statement: str, allowed: Prepared) -> Statement:
    return Statement(lambda: statement.format(allowed=allowed.statement))


HEADS = {role: _with_leave(HEAD, allowed) for role, allowed in ALLOWED.items()}


@dataclass(frozen=True, kw_only=True)
class StudentHead:
    """Whose diary it is, and where the student studies; `school_id` None while they have no place."""

    id: int
    name: str
    school_id: int | None
    zone: str
    school: str
    today: date
    school_class: str
    is_acknowledged: bool
    holiday: str


def student_head(actor: Actor, student_id: int, monday: date | None, at: datetime) -> StudentHead | None:
    """The student, if the actor may open their diary; one statement. Without a Monday that of the school's present week.

    A family has no clocks of its own: while the school's Sunday is Monday in the east, a second statement asks again.
    """
    head = _head(actor, student_id, monday or monday_of(actor.day(at)), at)
    if head and monday is None and monday_of(head.today) != monday_of(actor.day(at)):
        return _head(actor, student_id, monday_of(head.today), at)
    return head


def _head(actor: Actor, student_id: int, monday: date, at: datetime) -> StudentHead | None:
    if actor.role not in ALLOWED:
        return None
    row = HEADS[actor.role].row(
        {
            **ALLOWED[actor.role].arguments(person=actor.person_id, actors_day=actor.day(at)),
            "student": student_id,
            "monday": monday,
            "now": at,
        }
    )
    if row is None:
        return None
    return StudentHead(
        id=row.person_id,
        name=f"{row.last_name} {row.first_name}",
        school_id=row.school_id,
        zone=row.time_zone or "Europe/Moscow",
        school=row.short_name or "",
        today=row.today,
        school_class=row.school_class or "",
        is_acknowledged=row.is_acknowledged,
        holiday=row.holiday or "",
    )


# What stands in the journal for each lesson of some students: topics, marks, attendance, remarks.
WRITTEN = """
SELECT 0 AS student_id, lesson_id, 'topic' AS kind, text, '' AS about, 0 AS minutes FROM journal_topics WHERE lesson_id = ANY(%(lessons)s)
UNION ALL
SELECT mark.student_id, mark.lesson_id, mark.state, string_agg(mark.text, '/' ORDER BY mark.part),
       concat_ws('. ', max(work.title), nullif(max(mark.comment), ''), 'сдать до ' || to_char(max(mark.due), 'DD.MM')), 0
FROM journal_marks mark
LEFT JOIN journal_works work ON work.lesson_id = mark.lesson_id AND work.position = mark.position
WHERE mark.student_id = ANY(%(students)s) AND mark.day >= %(from)s AND mark.day < %(to)s AND mark.ended_at IS NULL
GROUP BY mark.student_id, mark.lesson_id, mark.position, mark.state
UNION ALL
SELECT noted.student_id, noted.lesson_id, 'attendance', noted.code, noted.title, noted.minutes
FROM journal_attendances noted
WHERE noted.student_id = ANY(%(students)s) AND noted.day >= %(from)s AND noted.day < %(to)s AND noted.ended_at IS NULL
UNION ALL
SELECT student_id, lesson_id, CASE WHEN is_praise THEN 'praise' ELSE 'remark' END, text, '', 0
FROM journal_remarks WHERE student_id = ANY(%(students)s) AND lesson_id = ANY(%(lessons)s)
"""
MARKED = Statement(WRITTEN)


@dataclass(frozen=True)
class Written:
    """Something the journal holds about a lesson: a mark, a debt, an absence, a remark."""

    text: str
    about: str
    css: str


@dataclass(frozen=True, kw_only=True)
class DiaryLesson:
    """A lesson of the diary with what the journal holds about it; `when` and `about` are as the week's page says them.

    The page names as few things as it can: a template takes longer over each than the database over a row.
    """

    lesson: LessonOnView
    topic: str
    written: list[Written]
    when: str
    about: str


CLASSES = {
    "marked": "mark",
    "debt": "mark debt",
    "excused": "mark",
    "not_attested": "mark",
    "attendance": "absence",
    "praise": "praise",
    "remark": "remark",
}


def diary_lessons(student_ids: list[int], from_day: date, to_day: date) -> dict[int, list[DiaryLesson]]:
    """The lessons of students with topics, marks, attendance and remarks, by student; two statements for all."""
    lessons = lessons_of_students(student_ids, from_day, to_day)
    topics: dict[int, str] = {}
    written: dict[tuple[int, int], list[Written]] = defaultdict(list)
    for row in MARKED.rows(
        {"students": student_ids, "lessons": [lesson.id for lesson in lessons], "from": from_day, "to": to_day}
    ):
        if row.kind == "topic":
            topics[row.lesson_id] = row.text
        else:
            words = f"{row.about}, {row.minutes} мин" if row.minutes else row.about
            written[row.student_id, row.lesson_id].append(Written(row.text, words, CLASSES[row.kind]))
    by_student: dict[int, list[DiaryLesson]] = {student: [] for student in student_ids}
    for lesson in lessons:
        topic = topics.get(lesson.id, "")
        about = ". ".join(filter(None, (lesson.place, topic, lesson.reason)))
        by_student[lesson.student_id].append(
            DiaryLesson(
                lesson=lesson,
                topic=topic,
                written=written[lesson.student_id, lesson.id],
                when=f"{lesson.number}. {lesson.hours}",
                about=about,
            )
        )
    return by_student


@dataclass(frozen=True, kw_only=True)
class DiaryDay:
    """A day of the diary."""

    anchor: str
    title: str
    is_today: bool
    lessons: list[DiaryLesson]
    homework: list[DueHomework]


@dataclass(frozen=True, kw_only=True)
class WeekPage:
    """A student's week."""

    title: str
    student_id: int
    school: str
    week: str
    monday: date
    previous: str
    following: str
    days: list[DiaryDay]
    empty: str
    is_acknowledged: bool
    may_acknowledge: bool


def week_page(head: StudentHead, monday: date, *, is_guardian: bool) -> WeekPage:
    """The week of a student that begins on a Monday: three statements after the head."""
    end = monday + ONE_WEEK
    lessons = diary_lessons([head.id], monday, end)[head.id]
    homework = homework_due_to([head.id], monday, end)
    by_day: dict[date, tuple[list[DiaryLesson], list[DueHomework]]] = defaultdict(lambda: ([], []))
    for diary_lesson in lessons:
        by_day[diary_lesson.lesson.day][0].append(diary_lesson)
    for due in homework:
        by_day[due.due_day][1].append(due)
    days = [
        DiaryDay(
            anchor=str(day),
            title=f"{weekday_name(day)}, {day_month(day)}",
            is_today=day == head.today,
            lessons=by_day[day][0],
            homework=by_day[day][1],
        )
        for day in (monday + ONE_DAY * number for number in range(7))
        if day.weekday() < 5 or day in by_day
    ]
    return WeekPage(
        title=f"Дневник: {head.name}",
        student_id=head.id,
        school=f"{head.school}, {head.school_class}" if head.school_class else head.school,
        week=f"{day_month(monday)} — {day_month(monday + 6 * ONE_DAY)}",
        monday=monday,
        previous=str(monday - ONE_WEEK),
        following=str(end),
        days=days if lessons or homework else [],
        empty="" if lessons or homework else _why_empty(head),
        is_acknowledged=head.is_acknowledged,
        may_acknowledge=is_guardian and monday <= head.today,
    )


def _why_empty(head: StudentHead) -> str:
    if head.school_id is None:
        return "Ученик ещё не зачислен в школу. Когда школа одобрит запрос, здесь появятся уроки."
    if head.holiday:
        return f"{head.holiday}: уроков нет."
    return "На эту неделю школа не опубликовала уроков."


@dataclass(frozen=True)
class MaterialLink:
    """Something to look at for a lesson: a link, a version of a material of the library, or else a file."""

    id: int
    title: str
    url: str
    version_id: int | None


@dataclass(frozen=True, kw_only=True)
class LessonPage:
    """A lesson as its student and the family have it."""

    title: str
    student_id: int
    back: str
    lesson: DiaryLesson
    homework: list[DueHomework]
    materials: list[MaterialLink]


def lesson_page(head: StudentHead, lesson_id: int) -> LessonPage | None:
    """One of the student's own lessons; None for any other."""
    day = Lesson.objects.filter(pk=lesson_id).values_list("day", flat=True).first()
    if day is None:
        return None
    matches = [
        diary_lesson
        for diary_lesson in diary_lessons([head.id], day, day + ONE_DAY)[head.id]
        if diary_lesson.lesson.id == lesson_id
    ]
    if not matches:
        return None
    diary_lesson = matches[0]
    homework = [
        due for due in homework_due_to([head.id], day, day + ONE_DAY) if due.subject == diary_lesson.lesson.subject
    ]
    materials = access.materials_of(lesson_id).order_by("pk").values_list("pk", "title", "url", "version")
    return LessonPage(
        title=f"{diary_lesson.lesson.subject}, {day_month(day)}: {head.name}",
        student_id=head.id,
        back=f"?week={day}#d{day}",
        lesson=diary_lesson,
        homework=homework,
        materials=[MaterialLink(*row) for row in materials],
    )


JSON_WEEK = """
WITH student AS (
    SELECT person.last_name || ' ' || person.first_name AS name FROM people_names person
    WHERE person.person_id = %(student)s AND person.person_id IN ({allowed})
), lesson AS MATERIALIZED (
    SELECT lesson.* FROM timetable_student_lessons(ARRAY[%(student)s::bigint], %(from)s, %(to)s) own
    JOIN timetable_lessons lesson ON lesson.lesson_id = own.lesson_id
), mark AS (
    SELECT mark.lesson_id, json_agg(json_build_array(mark.text, mark.state, mark.due, mark.comment)
                                    ORDER BY mark.position, mark.part) AS marks
    FROM journal_marks mark WHERE mark.student_id = %(student)s AND mark.day >= %(from)s AND mark.day < %(to)s
      AND mark.ended_at IS NULL GROUP BY mark.lesson_id
), noted AS (
    SELECT noted.lesson_id, json_build_array(noted.code, noted.meaning, noted.minutes) AS attendance
    FROM journal_attendances noted
    WHERE noted.student_id = %(student)s AND noted.day >= %(from)s AND noted.day < %(to)s AND noted.ended_at IS NULL
)
SELECT json_build_object(
    'student', student.name, 'from', %(from)s::date,
    'lessons', (SELECT coalesce(json_agg(json_build_object(
        'id', lesson.lesson_id, 'day', lesson.day, 'number', lesson.number, 'starts', to_char(lesson.starts, 'HH24:MI'),
        'ends', to_char(lesson.ends, 'HH24:MI'), 'state', lesson.state, 'subject', subject.title,
        'teacher', teacher.last_name || ' ' || left(teacher.first_name, 1) || '.', 'room', room.title,
        'substituted', lesson.is_substituted,
        'planned_teacher', planned.last_name || ' ' || left(planned.first_name, 1) || '.', 'planned_room', planned_room.title,
        'reason', lesson.reasons, 'topic', topic.text,
        'marks', mark.marks, 'attendance', noted.attendance) ORDER BY lesson.day, lesson.starts), '[]')
      FROM lesson
      JOIN schools_subjects subject ON subject.subject_id = lesson.subject_id
      LEFT JOIN people_names teacher ON teacher.person_id = lesson.teacher_id
      LEFT JOIN timetable_rooms room ON room.room_id = lesson.room_id
      LEFT JOIN people_names planned ON planned.person_id = lesson.planned_teacher_id
      LEFT JOIN timetable_rooms planned_room ON planned_room.room_id = lesson.planned_room_id
      LEFT JOIN journal_topics topic ON topic.lesson_id = lesson.lesson_id
      LEFT JOIN mark ON mark.lesson_id = lesson.lesson_id LEFT JOIN noted ON noted.lesson_id = lesson.lesson_id),
    'homework', (SELECT coalesce(json_agg(json_build_object(
        'id', homework.homework_id, 'due', homework.due_day, 'subject', homework.subject, 'text', homework.text,
        'minutes', homework.minutes, 'done', homework.is_ticked) ORDER BY homework.due_day), '[]')
      FROM homework_due(ARRAY[%(student)s::bigint], %(from)s, %(to)s) homework)
)::text FROM student
"""


DOCUMENTS = {role: _with_leave(JSON_WEEK, allowed) for role, allowed in ALLOWED.items()}


def week_document(actor: Actor, student_id: int, monday: date, at: datetime) -> bytes | None:
    """The week as one JSON document of the database, if the actor may read it; one statement."""
    if actor.role not in ALLOWED:
        return None
    row = DOCUMENTS[actor.role].row(
        {
            **ALLOWED[actor.role].arguments(person=actor.person_id, actors_day=actor.day(at)),
            "student": student_id,
            "from": monday,
            "to": monday + ONE_WEEK,
        }
    )
    return row[0].encode() if row else None
