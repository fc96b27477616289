"""The versions of the journal's pages, and what a page does when a package below has changed what it shows."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection, transaction

BUMP = """
INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
SELECT id, 1, '{}' FROM timetable_teachinggroup WHERE id = ANY(%(groups)s::bigint[]) ORDER BY id
ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1
"""
# The other groups of the subject in which students learn, or learnt in the year, who hold something in one of these.
PAGES_OF_SUBJECT = """
SELECT DISTINCT seat.school_id, seat.teaching_group_id FROM (
    SELECT * FROM unnest(%(students)s::bigint[], %(groups)s::bigint[]) AS given (student_id, teaching_group_id)
    UNION
    SELECT student_id, teaching_group_id FROM journal_mark WHERE lesson_id = ANY(%(lessons)s::bigint[]) AND ended_at IS NULL
) written
JOIN timetable_teachinggroup taught ON taught.id = written.teaching_group_id
JOIN schools_schoolyear year ON year.id = taught.school_year_id
CROSS JOIN LATERAL timetable_seats(ARRAY[written.student_id], taught.subject_id, year.from_date, year.to_date) seat
WHERE seat.teaching_group_id <> written.teaching_group_id
ORDER BY 1, 2
"""
GROUPS_OF_STUDENTS = """
SELECT DISTINCT taken.teaching_group_id FROM enrolment_placement place
JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
WHERE place.student_id = ANY(%s::bigint[]) AND (place.to_date IS NULL OR place.to_date >= %s)
"""


def bump_pages(*, group_ids: Collection[int]) -> None:
    """Move these groups' pages on to a next version, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(BUMP, {"groups": sorted(set(group_ids))})


def bump_pages_of_subject(
    *, marks: Sequence[tuple[int, int]], lesson_ids: Collection[int]
) -> list[tuple[int, int]]:
    """Move on the other pages on which these marks show; answers their schools and groups.

    `marks` are students, each with the group in which they were given something; `lesson_ids` those whose works changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            PAGES_OF_SUBJECT,
            {
                "students": [student for student, _ in marks],
                "groups": [taught for _, taught in marks],
                "lessons": sorted(set(lesson_ids)),
            },
        )
        pages = [(school, taught) for school, taught in cursor.fetchall()]
    bump_pages(group_ids=[taught for _, taught in pages])
    return pages


def bump_pages_of_school(*, school_id: int) -> None:
    """Move all pages of a school on: what it has declared shows on each of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_journalpage SET version = version + 1 WHERE teaching_group_id IN"
            " (SELECT id FROM timetable_teachinggroup WHERE school_id = %s)",
            [school_id],
        )


def bump_pages_of_students(*, student_ids: Collection[int], since: date) -> None:
    """Move on the pages on which these students stand, or stood since that day."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPS_OF_STUDENTS, [sorted(set(student_ids)), since])
        bump_pages(group_ids=[taught for (taught,) in cursor.fetchall()])


# By which columns two living rows of one table are the same place of the journal.
PLACES = {
    "journal_mark": "lesson_id, day, position, part",
    "journal_attendance": "lesson_id, day",
    "journal_termmark": "teaching_group_id, term_id",
    "journal_yearmark": "teaching_group_id",
}
OTHERS = ("journal_remark", "journal_absencenote")


@transaction.atomic
def join_persons(*, kept_id: int, merged_id: int, at: datetime) -> None:
    """A person found to be another keeps their marks, absences, remarks and papers.

    Where both hold something in one place, what the kept one holds stands, and the other row is ended: it stays in the
    place's history.
    """
    given: dict[str, int | datetime] = {"kept": kept_id, "merged": merged_id, "at": at}
    with connection.cursor() as cursor:
        for table, place in PLACES.items():
            cursor.execute(
                f"UPDATE {table} SET ended_at = %(at)s WHERE student_id = %(merged)s AND ended_at IS NULL"  # noqa: S608 - constants
                f" AND ({place}) IN (SELECT {place} FROM {table} WHERE student_id = %(kept)s AND ended_at IS NULL)",
                given,
            )
        cursor.execute(
            "DELETE FROM journal_acknowledgement said WHERE student_id = %(merged)s AND EXISTS (SELECT FROM"
            " journal_acknowledgement other WHERE other.student_id = %(kept)s AND other.monday = said.monday"
            " AND other.guardian_id = said.guardian_id)",
            given,
        )
        for table in (*PLACES, *OTHERS, "journal_acknowledgement"):
            cursor.execute(
                f"UPDATE {table} SET student_id = %(kept)s WHERE student_id = %(merged)s",  # noqa: S608 - constants
                given,
            )
