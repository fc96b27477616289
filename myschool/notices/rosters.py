"""Whom a fact concerns, and what of it is said in words: in a few statements, however many facts came at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, time
from typing import TypeVar

from myschool.kernel.actors import Role
from myschool.kernel.statements import Statement
from myschool.people.access import posts_on
from myschool.people.models import Person
from myschool.people.rules.names import short_name
from myschool.timetable.models import Lesson

F_ = TypeVar("F_")

# Who is taught in these groups on these days, and when their first lesson of the day begins by the school's clocks.
TAUGHT = Statement("""
SELECT asked.n, taught.student_id
FROM unnest(%(numbers)s::int[], %(group_ids)s::bigint[], %(days)s::date[]) AS asked (n, group_id, day)
CROSS JOIN LATERAL timetable_members(asked.group_id, asked.day, asked.day + 1) taught
""")
FIRST_LESSONS = Statement("""
SELECT asked.day, had.student_id, min(lesson.starts) AS starts
FROM unnest(%(days)s::date[]) AS asked (day)
CROSS JOIN LATERAL timetable_student_lessons(%(students)s::bigint[], asked.day, asked.day + 1) had
JOIN timetable_lessons lesson ON lesson.lesson_id = had.lesson_id
GROUP BY 1, 2
""")
# Who leads the classes of these students on a day, and still works there.
LEADING = Statement("""
SELECT placed.student_id, placed.school_id, homeroom.person_id FROM enrolment_students_on(%(day)s::date) placed
JOIN timetable_homeroom_on(%(day)s::date) homeroom ON homeroom.school_class_id = placed.school_class_id
JOIN people_staff_on(%(day)s::date) post ON post.person_id = homeroom.person_id AND post.organisation_id = placed.school_id
     AND post.role = 'teacher'
WHERE placed.student_id = ANY(%(students)s::bigint[])
""")


def taught_by(asked: Sequence[tuple[int, date]]) -> dict[int, list[int]]:
    """The students by the number of the group and day asked for."""
    by_number: dict[int, list[int]] = defaultdict(list)
    numbers, groups = list(range(len(asked))), [group_id for group_id, _ in asked]
    for row in TAUGHT.rows({"numbers": numbers, "group_ids": groups, "days": [day for _, day in asked]}):
        by_number[row.n].append(row.student_id)
    return by_number


def first_lessons(days: Sequence[date], student_ids: Sequence[int]) -> dict[tuple[date, int], time]:
    """By day and student when their first lesson begins, by the school's clocks."""
    rows = FIRST_LESSONS.rows({"days": list(days), "students": list(student_ids)})
    return {(row.day, row.student_id): row.starts for row in rows}


def leaders_of_classes(student_ids: Sequence[int], day: date) -> dict[tuple[int, int], list[int]]:
    """By student and school who leads the student's class there."""
    leaders: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in LEADING.rows({"day": day, "students": list(student_ids)}):
        leaders[row.student_id, row.school_id].append(row.person_id)
    return leaders


def staff_of(school_ids: Collection[int], roles: Collection[str], day: date) -> dict[int, tuple[int, ...]]:
    """Who holds one of these posts, by school."""
    staff: dict[int, set[int]] = defaultdict(set)
    posts = posts_on(day).filter(organisation__in=school_ids, role__in=roles)
    for school, person in posts.values_list("organisation", "person"):
        staff[school].add(person)
    return {school: tuple(sorted(people)) for school, people in staff.items()}


def operators_of(regions: Collection[str], day: date) -> dict[str, tuple[int, ...]]:
    """The operators of these regions."""
    operators: dict[str, set[int]] = defaultdict(set)
    posts = posts_on(day).filter(role=Role.OPERATOR, organisation__region__in=regions)
    for region, person in posts.values_list("organisation__region", "person"):
        operators[region].add(person)
    return {region: tuple(sorted(people)) for region, people in operators.items()}


def lessons_of(ids: Iterable[int]) -> dict[int, Lesson]:
    """Lessons with their school and subject."""
    rows = Lesson.objects.filter(pk__in=set(ids)).select_related("school__organisation", "subject")
    return {row.pk: row for row in rows}


def latest(facts: Iterable[F_], *fields: str) -> list[F_]:
    """Of the facts about one thing only the last."""
    return list({tuple(getattr(fact, name) for name in fields): fact for fact in facts}.values())


def name_in_short(person: Person | None) -> str:
    """«Иванова М. П.»; nothing of nobody."""
    return short_name(person.last_name, person.first_name, person.patronymic) if person else ""
