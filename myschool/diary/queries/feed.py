"""The family feed: all children of all schools in one stream."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from myschool.diary import access
from myschool.diary.queries.week import DiaryLesson, diary_lessons
from myschool.homework.queries import DueHomework, homework_due_to
from myschool.kernel.actors import Actor
from myschool.kernel.clock import local_day
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, weekday_name
from myschool.people.queries import LostRight, lost_rights

ONE_DAY, LATELY = timedelta(days=1), timedelta(days=7)
SHOWN = 60
# How old a lesson may be whose mark is told as news when it is given.
LATE_MARKS = timedelta(days=90)
PLACES = Statement("""
SELECT person.person_id, person.first_name, person.last_name, organisation.short_name, school.time_zone,
       school_class.title AS school_class
FROM people_names person
LEFT JOIN enrolment_students_on(%(day)s) place ON place.student_id = person.person_id
LEFT JOIN schools_schools school ON school.school_id = place.school_id
LEFT JOIN schools_organisations organisation ON organisation.organisation_id = place.school_id
LEFT JOIN schools_classes school_class ON school_class.school_class_id = place.school_class_id
WHERE person.person_id = ANY(%(students)s) ORDER BY person.birth_date DESC, person.person_id
""")
# What has happened lately, whoever of the children it is about.
EVENTS = Statement("""
SELECT mark.student_id, mark.given_at, 'mark' AS kind, subject.title AS subject, mark.text,
       concat_ws('. ', work.kind, nullif(mark.comment, ''), 'сдать до ' || to_char(mark.due, 'DD.MM')) AS about
FROM journal_marks mark
JOIN timetable_groups taught ON taught.teaching_group_id = mark.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
LEFT JOIN journal_works work ON work.lesson_id = mark.lesson_id AND work.position = mark.position
WHERE mark.student_id = ANY(%(students)s) AND mark.day >= %(oldest)s AND mark.given_at >= %(since)s AND mark.ended_at IS NULL
UNION ALL
SELECT noted.student_id, noted.given_at, 'absence', subject.title, noted.code, noted.title
FROM journal_attendances noted
JOIN timetable_groups taught ON taught.teaching_group_id = noted.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
WHERE noted.student_id = ANY(%(students)s) AND noted.day >= %(oldest)s AND noted.given_at >= %(since)s
  AND noted.ended_at IS NULL
UNION ALL
SELECT remark.student_id, remark.given_at, CASE WHEN remark.is_praise THEN 'praise' ELSE 'remark' END, subject.title,
       remark.text, ''
FROM journal_remarks remark JOIN timetable_lessons lesson ON lesson.lesson_id = remark.lesson_id
JOIN schools_subjects subject ON subject.subject_id = lesson.subject_id
WHERE remark.student_id = ANY(%(students)s) AND remark.given_at >= %(since)s
UNION ALL
SELECT note.student_id, note.decided_at, 'note', '', CASE note.state WHEN 'accepted' THEN 'справка принята'
       ELSE 'справка не принята' END, note.answer
FROM journal_absence_notes note
WHERE note.student_id = ANY(%(students)s) AND note.decided_at >= %(since)s AND note.state IN ('accepted', 'declined')
UNION ALL
SELECT given.student_id, given.given_at, 'final', subject.title, given.text, 'итоговая за период'
FROM journal_final_marks given
JOIN timetable_groups taught ON taught.teaching_group_id = given.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
WHERE given.student_id = ANY(%(students)s) AND given.term_id IS NOT NULL AND given.ended_at IS NULL
  AND given.given_at >= %(since)s
ORDER BY given_at DESC LIMIT %(limit)s
""")


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """Something that happened, with the child's name where there are several."""

    who: str
    time: str
    kind: str
    subject: str
    text: str
    about: str


@dataclass(frozen=True)
class FeedDay:
    """What happened on a day."""

    title: str
    events: list[FeedEvent]


@dataclass(frozen=True)
class StudentDay:
    """A child's lessons of a day and the homework for it."""

    title: str
    lessons: list[DiaryLesson]
    homework: list[DueHomework]


@dataclass(frozen=True)
class StudentCard:
    """A child's nearest days; the school's own clocks say which they are."""

    id: int
    name: str
    place: str
    days: list[StudentDay]


@dataclass(frozen=True)
class FeedPage:
    """The feed of a family, or of a student alone."""

    title: str
    cards: list[StudentCard]
    days: list[FeedDay]
    lost: list[LostRight]


def feed_page(actor: Actor, at: datetime) -> FeedPage:
    """All whom the actor follows, in six statements however many they are."""
    ids = list(access.students_to_follow(actor, actor.day(at)).values_list("pk", flat=True))
    places = PLACES.rows({"day": actor.day(at), "students": ids})
    today = {row.person_id: local_day(row.time_zone or "Europe/Moscow", at) for row in places}
    first = min(today.values(), default=actor.day(at))
    last = max(today.values(), default=first) + 2 * ONE_DAY
    lessons = diary_lessons(ids, first, last) if ids else {}
    homework = homework_due_to(ids, first, last) if ids else []
    cards = [
        StudentCard(
            row.person_id,
            f"{row.first_name} {row.last_name}",
            ", ".join(filter(None, (row.short_name, row.school_class))) or "пока без школы",
            [
                _day(word, day, lessons[row.person_id], [due for due in homework if due.student_id == row.person_id])
                for word, day in (("Сегодня", today[row.person_id]), ("Завтра", today[row.person_id] + ONE_DAY))
            ],
        )
        for row in places
    ]
    zones = {row.person_id: ZoneInfo(row.time_zone or "Europe/Moscow") for row in places}
    names = {row.person_id: row.first_name for row in places}
    # Who follows nobody is told why, if there was somebody once.
    lost = [] if ids else lost_rights(actor, actor.day(at))
    return FeedPage("Дневник", cards, _days(ids, first, zones, names), lost)


def _day(word: str, day: date, lessons: list[DiaryLesson], homework: list[DueHomework]) -> StudentDay:
    return StudentDay(
        f"{word}, {day_month(day)}",
        [diary_lesson for diary_lesson in lessons if diary_lesson.lesson.day == day],
        [due for due in homework if due.due_day == day],
    )


def _days(ids: list[int], today: date, zones: dict[int, ZoneInfo], names: dict[int, str]) -> list[FeedDay]:
    since = today - LATELY
    events_by_day: dict[date, list[FeedEvent]] = defaultdict(list)
    for row in EVENTS.rows({"students": ids, "since": since, "oldest": since - LATE_MARKS, "limit": SHOWN}):
        local = row.given_at.astimezone(zones[row.student_id])
        events_by_day[local.date()].append(
            FeedEvent(
                who=names[row.student_id] if len(names) > 1 else "",
                time=f"{local:%H:%M}",
                kind=row.kind,
                subject=row.subject,
                text=row.text,
                about=row.about,
            )
        )
    return [FeedDay(f"{day_month(day)}, {weekday_name(day)}", events) for day, events in events_by_day.items()]
