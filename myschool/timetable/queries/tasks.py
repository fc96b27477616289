"""Which parts of their class students are in none of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from myschool.kernel.statements import Statement

# Parts of subjects in which somebody of the class has a place and the student has none: while no list of a subject is made,
# there is nothing to be missing from.
LACKING = Statement("""
WITH part AS (
    SELECT asked.student_id, taught.id, taught.subject_id, subject.title || ': ' || taught.title AS title
    FROM (SELECT * FROM unnest(%(students)s::bigint[], %(classes)s::bigint[]) AS pair (student_id, class_id)) asked
    JOIN timetable_groupclass taken ON taken.school_class_id = asked.class_id
         AND kernel_lasts(taken.from_date, taken.to_date, %(day)s::date)
    JOIN timetable_teachinggroup taught ON taught.id = taken.teaching_group_id AND taught.is_part AND taught.closed_at IS NULL
    JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
), listed AS (
    SELECT part.student_id, part.subject_id, bool_or(member.student_id = part.student_id) AS is_seated
    FROM part JOIN timetable_groupmember member ON member.teaching_group_id = part.id
         AND kernel_lasts(member.from_date, member.to_date, %(day)s::date)
    GROUP BY part.student_id, part.subject_id
)
SELECT part.student_id, part.id, part.title FROM part
JOIN listed ON listed.student_id = part.student_id AND listed.subject_id = part.subject_id AND NOT listed.is_seated
ORDER BY part.student_id, part.title, part.id
""")


@dataclass(frozen=True)
class PartLink:
    """A part of a class that a student may be put into."""

    id: int
    title: str


def lacking_parts(asked: Sequence[tuple[int, int]], day: date) -> dict[int, list[PartLink]]:
    """By student of a class the parts of subjects in none of which they are on the day; one statement for all.

    `asked` are students, each with their class. Whoever lacks nothing is not among the keys.
    """
    if not asked:
        return {}
    links: dict[int, list[PartLink]] = defaultdict(list)
    rows = LACKING.rows(
        {
            "students": [student for student, _ in asked],
            "classes": [school_class for _, school_class in asked],
            "day": day,
        }
    )
    for student, part, title in rows:
        links[student].append(PartLink(part, title))
    return dict(links)
